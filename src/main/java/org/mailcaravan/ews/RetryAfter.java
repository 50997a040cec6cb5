package org.mailcaravan.ews;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Retry-After, RFC 9110 section 10.2.3: seconds or an HTTP date. What cannot be obeyed (zero, past, unreadable) counts as absent. */
final class RetryAfter {
    private RetryAfter() {}

    static Optional<Duration> parse(String value, Instant now) {
        String text = value.trim();
        Optional<Duration> wait =
                text.matches("\\d{1,9}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : until(text, now);
        return wait.filter(w -> !w.isZero() && !w.isNegative());
    }

    private static Optional<Duration> until(String text, Instant now) {
        try {
            return Optional.of(Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
