package org.mailcaravan.oauth;

import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;

/** Remembers what was granted for a mailbox, so that connecting it again asks for what is missing (incremental consent). */
final class GrantedBefore {
    private final Scopes scopes;
    private final CredentialRepository credentials;
    private final MailboxDirectory mailboxes;

    GrantedBefore(Scopes scopes, CredentialRepository credentials, MailboxDirectory mailboxes) {
        this.scopes = scopes;
        this.credentials = credentials;
        this.mailboxes = mailboxes;
    }

    /** Whether the mailbox of this ticket is connected with a grant that is too small for what the ticket asks. */
    boolean lacks(Registrations.Registration registration, ConnectTicket ticket) {
        Scopes.Wanted wanted = Scopes.Wanted.of(ticket.protocol(), ticket.mailbox());
        return ticket.address().stream()
                .flatMap(address -> mailboxes.findByAddress(address).stream())
                .map(Mailbox::credential)
                .flatMap(id -> credentials.find(id).stream())
                .filter(known -> known.registration().equals(registration.name()))
                .map(MailboxCredential::grantedScopes)
                .anyMatch(granted -> scopes.lacks(granted, wanted));
    }
}
