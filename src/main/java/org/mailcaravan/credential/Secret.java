package org.mailcaravan.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that is never printed: its {@code toString} is a label and its {@code equals} takes the same time wherever the difference is. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** @throws IllegalArgumentException if the text is blank */
    public static Secret of(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a secret must not be blank");
        }
        return new Secret(value);
    }

    /** The secret itself. Never goes into a log, an exception message, a URL or an argument list. */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }

    byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
