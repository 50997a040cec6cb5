package org.mailcaravan.oauth;

import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxAddress;

/**
 * A right to connect one mailbox, or to ask an administrator's consent.
 *
 * @param hash names it in the database
 * @param registration the app registration to sign in with
 * @param expectedLogin who may use it; empty: anyone of the allowed tenants
 * @param protocol what the person is asked for
 * @param mailbox the mailbox that is meant, if it is not that of the person who signs in
 */
record ConnectTicket(
        String hash,
        String registration,
        Optional<String> expectedLogin,
        ConnectProtocol protocol,
        Kind kind,
        Optional<MailboxName> mailbox) {
    /** What it leads to. */
    enum Kind {
        /** A connected mailbox. */
        MAILBOX,
        /** Microsoft's page where an administrator consents for everybody. */
        ADMIN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    boolean leadsTo(Kind wanted) {
        return kind == wanted;
    }

    /** Where the mailbox that is meant receives mail, as far as the ticket tells: a login need not be an address. */
    Optional<MailboxAddress> address() {
        try {
            return mailbox.isPresent() ? mailbox.get().address() : expectedLogin.map(MailboxAddress::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "ConnectTicket[...]";
    }
}
