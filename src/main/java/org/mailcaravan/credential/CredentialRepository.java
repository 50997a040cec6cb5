package org.mailcaravan.credential;

import java.util.Optional;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/**
 * Where credentials are kept. Safe for use by several threads. Calls on a database join the caller's transaction, if there is one; every method may
 * throw {@link org.mailcaravan.database.DatabaseException} then, and an encrypting form {@link CredentialUnreadableException}.
 */
public interface CredentialRepository {
    Optional<MailboxCredential> find(CredentialId id);

    /** The credential of this account under this app registration. */
    Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId);

    /**
     * Stores a new credential (version 0) or replaces the stored state the given one was read from.
     *
     * @return the same with its new version
     * @throws StaleCredentialException if somebody else stored, replaced or removed it meanwhile; nothing is changed, read it again. Inside a
     *     transaction that transaction must end here
     */
    MailboxCredential save(MailboxCredential credential);

    /** Erases the credential with its secrets; does nothing if there is none. */
    void remove(CredentialId id);
}
