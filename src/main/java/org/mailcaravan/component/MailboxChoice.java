package org.mailcaravan.component;

import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;

/** The mailbox that a producer works for: the one its URI names, or else the one the headers name. */
public final class MailboxChoice {
    private static final String ANY = "*";

    private final MailboxDirectory directory;

    public MailboxChoice(MailboxDirectory directory) {
        this.directory = directory;
    }

    /**
     * @param named our id of a mailbox, its address, or an asterisk: what the headers name
     * @throws IllegalArgumentException if no mailbox is named, or none or several are meant
     */
    public Mailbox of(String named, Exchange exchange) {
        if (!named.equals(ANY)) {
            return find(named);
        }
        return header(exchange, MailHeaders.MAILBOX_ID)
                .or(() -> header(exchange, MailHeaders.MAILBOX_ADDRESS))
                .map(this::find)
                .orElseThrow(() -> new IllegalArgumentException(
                        "whose mail? Name the mailbox in the URI instead of *, or set the header "
                                + MailHeaders.MAILBOX_ID + " or " + MailHeaders.MAILBOX_ADDRESS));
    }

    private static Optional<String> header(Exchange exchange, String name) {
        return Optional.ofNullable(exchange.getMessage().getHeader(name, String.class))
                .filter(value -> !value.isBlank());
    }

    private Mailbox find(String name) {
        if (!name.contains("@")) {
            return directory.find(id(name)).orElseThrow(() -> unknown(name));
        }
        List<Mailbox> found = directory.findByAddress(new MailboxAddress(name));
        if (found.size() > 1) {
            throw new IllegalArgumentException(
                    "several connected mailboxes have the given address: name one by its id (command mailboxes)");
        }
        return found.stream().findFirst().orElseThrow(() -> unknown("with the given address"));
    }

    private static MailboxId id(String name) {
        try {
            return MailboxId.of(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a mailbox is named by our id of it (a UUID) or by its address");
        }
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no mailbox " + name + " is connected: connect it first (command connect)");
    }

    /**
     * Whether a consumer may be named so.
     *
     * @throws IllegalArgumentException if the name is neither an id nor an address nor an asterisk
     */
    public static void check(String scheme, String mailbox) {
        boolean id = mailbox.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        if (!id && !mailbox.equals(ANY) && !mailbox.contains("@")) {
            throw new IllegalArgumentException(scheme + ":messages/" + mailbox
                    + ": a mailbox is named by our id of it (a UUID), by its address, or by * for all");
        }
    }
}
