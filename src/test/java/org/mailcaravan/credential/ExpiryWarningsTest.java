package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.credential.ExpiryWarnings.Warning;
import org.mailcaravan.credential.ExpiryWarnings.What;

class ExpiryWarningsTest {
    private static final Instant END = Instant.parse("2027-03-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "P30D, 30",
        "P29D, 30",
        "P14DT1S, 30",
        "P14D, 14",
        "P7DT1S, 14",
        "P7D, 7",
        "P1DT1S, 7",
        "P1D, 1",
        "PT1S, 1",
        "PT0S, 0",
        "-P9D, 0"
    })
    void theThresholdPassedLastIsTold(Duration before, int threshold) {
        List<Warning> warnings = ExpiryWarnings.of(List.of(Expiry.clientSecret("default", END)), END.minus(before));

        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.daysLeft()).isEqualTo(threshold);
            assertThat(warning.expiresAt()).isEqualTo(END);
            assertThat(warning.subjectId()).isEqualTo("default");
        });
    }

    @Test
    void moreThanThirtyDaysBeforeNothingIsTold() {
        Instant early = END.minus(Duration.ofDays(30)).minusSeconds(1);

        assertThat(ExpiryWarnings.of(List.of(Expiry.certificate("default", END)), early))
                .isEmpty();
    }

    /** Asked every hour of two months, each threshold shows up once and in order. */
    @Test
    void eachThresholdIsReachedOnce() {
        List<Integer> told = new ArrayList<>();
        for (Instant now = END.minus(Duration.ofDays(60));
                now.isBefore(END.plusSeconds(1));
                now = now.plusSeconds(3600)) {
            ExpiryWarnings.of(List.of(Expiry.clientSecret("default", END)), now).stream()
                    .map(Warning::daysLeft)
                    .filter(days -> told.isEmpty() || !told.get(told.size() - 1).equals(days))
                    .forEach(told::add);
        }

        assertThat(told).containsExactly(30, 14, 7, 1, 0);
    }

    /** A refresh token dies 90 days after it was issued, unless it is redeemed. */
    @Test
    void anIdleGrantIsToldThirtyDaysBeforeItDies() {
        Instant refreshed = Instant.parse("2026-11-24T00:00:00Z");
        Expiry grant = Expiry.refreshToken("a-credential", refreshed);

        assertThat(ExpiryWarnings.of(List.of(grant), refreshed.plus(Duration.ofDays(59))))
                .isEmpty();
        assertThat(ExpiryWarnings.of(List.of(grant), refreshed.plus(Duration.ofDays(60))))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.what()).isEqualTo(What.REFRESH_TOKEN);
                    assertThat(warning.daysLeft()).isEqualTo(30);
                    assertThat(warning.expiresAt()).isEqualTo(Instant.parse("2027-02-22T00:00:00Z"));
                });
        Expiry redeemed = Expiry.refreshToken("a-credential", refreshed.plus(Duration.ofDays(60)));
        assertThat(ExpiryWarnings.of(List.of(redeemed), refreshed.plus(Duration.ofDays(60))))
                .isEmpty();
    }

    @Test
    void theMostUrgentComesFirst() {
        Instant now = END.minus(Duration.ofDays(10));

        List<Warning> warnings = ExpiryWarnings.of(
                List.of(
                        Expiry.certificate("later", END.plusSeconds(60)),
                        Expiry.clientSecret("never", END.plus(Duration.ofDays(300))),
                        Expiry.clientSecret("first", END)),
                now);

        assertThat(warnings).extracting(Warning::subjectId).containsExactly("first", "later");
    }

    @ParameterizedTest
    @EnumSource
    void everyWarningNamesARemedy(What what) {
        assertThat(ExpiryWarnings.of(List.of(new Expiry(what, "x", END)), END))
                .singleElement()
                .satisfies(warning -> assertThat(warning.remedy()).matches("[A-Z].{30,}\\."));
    }
}
