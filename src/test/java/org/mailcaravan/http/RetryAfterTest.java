package org.mailcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** F20: every shape of Retry-After. */
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "' 7 ', 7",
        "3600, 3600",
        "3601, 3600",
        "99999999999999999999, 3600",
        "'Tue, 24 Nov 2026 08:00:30 GMT', 30",
        "'Wed, 25 Nov 2026 08:00:30 GMT', 3600"
    })
    void secondsAndDatesAreObeyedUpToAnHour(String value, long seconds) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-5", "", "soon", "1.5", "5s", "Tue, 24 Nov 2026 07:59:59 GMT", "Tue, 99 Nov 2026", "٣"})
    void whatCannotBeObeyedCountsAsAbsent(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(Optional.empty());
    }

    @Test
    void theLongestWaitIsAnHour() {
        assertThat(RetryAfter.LONGEST).isEqualTo(Duration.ofHours(1));
    }
}
