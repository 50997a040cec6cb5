package org.mailcaravan.ingest;

import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageKey;

/**
 * One message owed to one sink.
 *
 * @param key the message, and the id of its event
 * @param sink the name of the sink
 * @param attempt 1 for the first try; above 1 the receiver may have seen the event before
 * @param event the event (CloudEvents JSON) in the content store
 * @param content the raw MIME in the content store
 * @param settled what became of the message at the sinks, if this is the subscription {@code settled}
 */
public record PendingDelivery(
        MessageKey key,
        String sink,
        Mailbox mailbox,
        int attempt,
        StoredContent event,
        StoredContent content,
        Optional<SettledMessage> settled) {
    /** Whether the receiver may have seen this event before. */
    public boolean redelivered() {
        return attempt > 1;
    }
}
