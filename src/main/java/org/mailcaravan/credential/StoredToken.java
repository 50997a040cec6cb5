package org.mailcaravan.credential;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * An access token as it is kept.
 *
 * @param value the bearer token
 * @param expiresAt when the API stops accepting it; kept to the millisecond
 */
public record StoredToken(Secret value, Instant expiresAt) {
    public StoredToken {
        Objects.requireNonNull(value, "value");
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
    }
}
