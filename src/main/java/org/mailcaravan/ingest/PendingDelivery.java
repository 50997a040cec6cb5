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
 * @param mime the raw MIME in the content store, if it was read so
 * @param json the message as JSON in the content store, if it was read so
 * @param settled what became of the message at the sinks, if this is the subscription {@code settled}
 */
public record PendingDelivery(
        MessageKey key,
        String sink,
        Mailbox mailbox,
        int attempt,
        StoredContent event,
        Optional<StoredContent> mime,
        Optional<StoredContent> json,
        Optional<SettledMessage> settled) {
    /** The MIME, or the JSON if there is no MIME. */
    public StoredContent content() {
        return mime.or(() -> json).orElseThrow();
    }

    /** {@code mime}, {@code json} or {@code both}. */
    public String contentForm() {
        return ArrivedMessage.form(mime, json);
    }

    /** Whether the receiver may have seen this event before. */
    public boolean redelivered() {
        return attempt > 1;
    }
}
