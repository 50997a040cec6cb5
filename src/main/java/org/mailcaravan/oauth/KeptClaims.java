package org.mailcaravan.oauth;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;

/**
 * What the next sign-in of a mailbox's owner must satisfy, because a claims challenge could not be answered without him: without it he would sign in, and be
 * challenged again. Who will sign in is known by the ticket only, so that the mailbox is looked up by its address; it decides nothing but this parameter.
 */
final class KeptClaims {
    private final MailboxDirectory mailboxes;
    private final CredentialRepository credentials;
    private final DeadGrants deadGrants;
    private final boolean cae;

    KeptClaims(MailboxDirectory mailboxes, CredentialRepository credentials, DeadGrants deadGrants, boolean cae) {
        this.mailboxes = mailboxes;
        this.credentials = credentials;
        this.deadGrants = deadGrants;
        this.cae = cae;
    }

    /** The {@code claims} parameter for {@code /authorize}. */
    Optional<String> of(Optional<ConnectTicket> ticket) {
        return ticket.stream()
                .flatMap(this::claims)
                .findFirst()
                .flatMap(claims -> Claims.parameter(Optional.of(claims), cae));
    }

    private Stream<String> claims(ConnectTicket ticket) {
        List<Mailbox> named = ticket.address().map(mailboxes::findByAddress).orElse(List.of());
        return named.stream()
                .flatMap(mailbox -> credentials.find(mailbox.credential()).stream())
                .filter(credential -> credential.registration().equals(ticket.registration()))
                .flatMap(credential -> deadGrants.find(credential).stream())
                .flatMap(dead -> dead.claims().stream());
    }
}
