package org.mailcaravan.mailbox;

import java.util.Objects;
import java.util.UUID;

/** Our own, never re-used name of a connected mailbox. It says nothing about the owner, so it may be logged. */
public record MailboxId(UUID value) {
    public MailboxId {
        Objects.requireNonNull(value, "value");
    }

    public static MailboxId random() {
        return new MailboxId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static MailboxId of(String text) {
        return new MailboxId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
