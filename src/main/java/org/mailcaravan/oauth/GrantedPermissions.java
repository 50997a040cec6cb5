package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/** Whether what was granted is enough to read a mailbox. Thread-safe. */
public final class GrantedPermissions {
    private final Scopes scopes;
    private final CredentialRepository credentials;

    GrantedPermissions(Scopes scopes, CredentialRepository credentials) {
        this.scopes = scopes;
        this.credentials = credentials;
    }

    /**
     * The delegated permission that the mailbox's grant lacks, by its short name. Empty if it lacks none or that cannot be told: an application's permissions
     * are roles or assigned in Exchange, and not every grant says what it holds.
     *
     * @throws org.mailcaravan.credential.CredentialUnreadableException if the credential cannot be decrypted
     */
    public Optional<String> missing(Mailbox mailbox) {
        return missing(mailbox, mailbox.protocol());
    }

    /** As the other, for reading it by a protocol. */
    public Optional<String> missing(Mailbox mailbox, Protocol protocol) {
        if (mailbox.access() == Access.APPLICATION) {
            return Optional.empty();
        }
        boolean shared = mailbox.access() == Access.DELEGATE;
        return credentials
                .find(mailbox.credential())
                .map(MailboxCredential::grantedScopes)
                .filter(granted -> !granted.isEmpty() && !scopes.allowReading(granted, protocol, shared))
                .map(granted -> scopes.needed(protocol, shared));
    }
}
