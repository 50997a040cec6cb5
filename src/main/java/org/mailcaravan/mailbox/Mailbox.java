package org.mailcaravan.mailbox;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A connected mailbox with its sync settings.
 *
 * @param id our own id
 * @param tenant the tenant the account lives in (claim {@code tid})
 * @param objectId the directory object id of the account (claim {@code oid}, Graph {@code user.id}); with the tenant the identity of the mailbox
 * @param address where the mailbox receives mail; display and routing only
 * @param credential the grant used to read it
 * @param protocol the way it is read today
 * @param access by whose right it is read: the credential is that of the owner, of a delegate or of the application
 * @param folders well-known folder names to read, for example {@code inbox} (Graph's and EWS's common words)
 * @param deliverFrom older messages found by the first enumeration are recorded as filtered ({@code before-connect}); empty: deliver everything
 */
public record Mailbox(
        MailboxId id,
        TenantId tenant,
        String objectId,
        MailboxAddress address,
        CredentialId credential,
        Protocol protocol,
        Access access,
        List<String> folders,
        Optional<Instant> deliverFrom) {
    public Mailbox {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(objectId, "objectId");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(credential, "credential");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(deliverFrom, "deliverFrom");
        folders = List.copyOf(folders);
        if (folders.isEmpty()) {
            throw new IllegalArgumentException("a mailbox needs at least one folder to read, for example inbox");
        }
    }

    /** The same, read another way. */
    public Mailbox by(Protocol other) {
        return new Mailbox(id, tenant, objectId, address, credential, other, access, folders, deliverFrom);
    }

    /** The same, read from other folders. */
    public Mailbox from(List<String> others) {
        return new Mailbox(id, tenant, objectId, address, credential, protocol, access, others, deliverFrom);
    }

    /** Never prints the address: mailboxes are named by id in logs. */
    @Override
    public String toString() {
        return "Mailbox[" + id + ", " + protocol.word() + "]";
    }
}
