package org.mailcaravan.ingest;

import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageKey;

/**
 * A message whose content is on disk and which no sink has been promised yet.
 *
 * @param mailbox where it was read
 * @param key our id, the event id later
 * @param fence the fencing number of the task that read it; writes on its behalf check it
 * @param metadata JSON in Graph's {@code message} vocabulary, without the body
 * @param mime its raw MIME in the content store, if it was read so
 * @param json the message as JSON with body and attachments in the content store, if it was read so; at least one of the two is there
 */
public record ArrivedMessage(
        Mailbox mailbox,
        MessageKey key,
        long fence,
        String metadata,
        Optional<StoredContent> mime,
        Optional<StoredContent> json) {
    public ArrivedMessage {
        if (mime.isEmpty() && json.isEmpty()) {
            throw new IllegalArgumentException("a message without content cannot arrive");
        }
    }

    /** Read as MIME. */
    public ArrivedMessage(Mailbox mailbox, MessageKey key, long fence, String metadata, StoredContent mime) {
        this(mailbox, key, fence, metadata, Optional.of(mime), Optional.empty());
    }

    /** The MIME, or the JSON if there is no MIME. */
    public StoredContent content() {
        return mime.or(() -> json).orElseThrow();
    }

    /** {@code mime}, {@code json} or {@code both}. */
    public String contentForm() {
        return form(mime, json);
    }

    static String form(Optional<StoredContent> mime, Optional<StoredContent> json) {
        return mime.isPresent() && json.isPresent() ? "both" : mime.isPresent() ? "mime" : "json";
    }

    /** Prints no metadata: that is mail. */
    @Override
    public String toString() {
        return "ArrivedMessage[" + key + " of " + mailbox.id() + "]";
    }
}
