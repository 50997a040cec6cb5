package org.mailcaravan.mailbox;

import java.time.Instant;
import java.util.Objects;

/** A bearer token for one resource. Its {@code toString} is a label: a token is never printed. */
public record AccessToken(String value, Instant expiresAt) {
    public AccessToken {
        Objects.requireNonNull(expiresAt, "expiresAt");
        if (value.isBlank() || value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException(
                    "an access token must be printable ASCII without blanks (RFC 6750 section 2.1)");
        }
    }

    @Override
    public String toString() {
        return "AccessToken[expires " + expiresAt + "]";
    }
}
