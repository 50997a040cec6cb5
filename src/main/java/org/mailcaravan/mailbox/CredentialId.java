package org.mailcaravan.mailbox;

import java.util.Objects;
import java.util.UUID;

/** Names one stored credential: one person's (or application's) grant to one app registration. */
public record CredentialId(UUID value) {
    public CredentialId {
        Objects.requireNonNull(value, "value");
    }

    public static CredentialId random() {
        return new CredentialId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if the text is no UUID */
    public static CredentialId of(String text) {
        return new CredentialId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
