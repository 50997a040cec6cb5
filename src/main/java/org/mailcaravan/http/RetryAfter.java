package org.mailcaravan.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Retry-After, RFC 9110 section 10.2.3: seconds or an HTTP date. Zero, negative, past and unreadable values ask for nothing that can be obeyed, so they count
 * as absent and the caller backs off by itself. Longer waits than an hour are cut to an hour.
 */
public final class RetryAfter {
    static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /** How long an answer asks to wait from now on, if it does. */
    public static Optional<Duration> of(HttpHeaders headers, Instant now) {
        return headers.firstValue("Retry-After").flatMap(value -> parse(value, now));
    }

    /** As the other, of the header's value alone: the answers inside a batch. */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.trim();
        Optional<Duration> wait = text.matches("\\d+") ? Optional.of(seconds(text)) : untilDate(text, now);
        return wait.filter(w -> !w.isZero() && !w.isNegative()).map(w -> w.compareTo(LONGEST) > 0 ? LONGEST : w);
    }

    private static Duration seconds(String digits) {
        return digits.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(digits));
    }

    private static Optional<Duration> untilDate(String text, Instant now) {
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
