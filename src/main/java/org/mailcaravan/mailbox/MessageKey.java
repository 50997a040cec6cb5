package org.mailcaravan.mailbox;

import java.util.Objects;
import java.util.UUID;

/**
 * Our own id of a message, the key of the ledger and the id of the delivered event. Protocol ids are only aliases of it
 * ({@link MessageAlias}), because EWS ids change when a message moves and when a mailbox is cut over to Graph.
 */
public record MessageKey(UUID value) {
    public MessageKey {
        Objects.requireNonNull(value, "value");
    }

    public static MessageKey random() {
        return new MessageKey(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static MessageKey of(String text) {
        return new MessageKey(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
