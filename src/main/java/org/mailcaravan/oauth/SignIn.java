package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.Secret;

/**
 * How somebody signs in. Its {@code toString} is a label.
 *
 * @param reference correlation id
 * @param registration the app registration that the person signs in with
 * @param ticket the ticket it was begun with; empty: the open page, or a device code
 * @param nonce what the ID token must repeat; empty: a device code, which knows none
 */
record SignIn(
        String reference,
        Registrations.Registration registration,
        ConnectProtocol protocol,
        Optional<ConnectTicket> ticket,
        Optional<Secret> nonce) {
    /** The mailbox that is shared with the person; empty: it is his own that he connects. */
    Optional<MailboxName> shared() {
        return ticket.flatMap(ConnectTicket::mailbox);
    }

    @Override
    public String toString() {
        return "SignIn[" + reference + "]";
    }
}
