package org.mailcaravan.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;

/**
 * Mailboxes that a policy of their organisation keeps from the protocol they are read by: EWS in Exchange Online since its retirement began. A mailbox is found
 * blocked when the server said so in {@link #ANSWERS} answers in a row over {@link #SPAN} at least, because a change of policy takes up to a day to reach all servers
 * and their answers differ meanwhile; a reading that works begins the count anew. What was counted is in the database: it survives restarts, and replicas share it.
 * Thread-safe.
 */
public interface PolicyBlocks {
    /** So many answers in a row. */
    int ANSWERS = 5;
    /** Over this time at least. */
    Duration SPAN = Duration.ofMinutes(30);

    /** When the first answer came that said so, if the mailbox is known to be blocked. */
    Optional<Instant> blockedSince(MailboxId mailbox);

    /** The mailboxes known to be blocked, those that are so for longest first. */
    List<Blocked> blocked();

    /**
     * A mailbox known to be blocked.
     *
     * @param since when the first answer came that said so
     */
    record Blocked(Mailbox mailbox, Instant since) {}

    /**
     * Who is told, after the commit and by the mailbox's own task, that it was found blocked, and again after each daily probe that finds it so. The listener hands
     * its work on; what it throws is logged and changes nothing.
     */
    void onBlocked(Consumer<MailboxId> listener);
}
