package org.mailcaravan.graph;

import java.util.Locale;

/** What of a message is read. */
public enum MessageContent {
    /** The raw MIME, one request per message; attachments are in it. */
    MIME,
    /** The message as Graph shows it, body and attachments included: pages carry all but attachments, so most messages cost no request of their own. */
    JSON,
    /** Both. */
    BOTH;

    boolean hasMime() {
        return this != JSON;
    }

    boolean hasJson() {
        return this != MIME;
    }

    /** @throws IllegalArgumentException if the word is none of {@code mime}, {@code json} and {@code both} */
    public static MessageContent of(String word) {
        try {
            return valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("content must be mime, json or both", e);
        }
    }
}
