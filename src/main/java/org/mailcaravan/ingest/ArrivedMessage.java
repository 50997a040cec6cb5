package org.mailcaravan.ingest;

import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageKey;

/**
 * A message whose content is on disk and which no sink has been promised yet.
 *
 * @param mailbox where it was read
 * @param key our id, the event id later
 * @param fence the fencing number of the task that read it; writes on its behalf check it
 * @param metadata JSON in Graph's {@code message} vocabulary, without the body
 * @param content its raw MIME in the content store
 */
public record ArrivedMessage(Mailbox mailbox, MessageKey key, long fence, String metadata, StoredContent content) {
    /** Prints no metadata: that is mail. */
    @Override
    public String toString() {
        return "ArrivedMessage[" + key + " of " + mailbox.id() + "]";
    }
}
