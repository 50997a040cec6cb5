package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F48, F27: what Graph allows in ten minutes is never exceeded, and never used up for long. */
class RequestBudgetTest {
    private static final int GRAPHS_LIMIT = 10_000;
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:07.123Z");

    private final RequestBudget budget = new RequestBudget();

    @Test
    void theFirstHalfMayBeSpentAtOnce() {
        for (int i = 0; i < RequestBudget.REQUESTS / 2; i++) {
            assertThat(budget.untilNext(NOW)).isZero();
            budget.spend(1, NOW);
        }
        assertThat(budget.left(NOW)).isEqualTo(RequestBudget.REQUESTS / 2);
    }

    @Test
    void theSecondHalfIsSpreadUntilTheFirstComesBack() {
        budget.spend(RequestBudget.REQUESTS / 2, NOW);
        Instant now = NOW;
        for (int i = 0; i < 100; i++) {
            budget.spend(1, now);
            assertThat(budget.untilNext(now)).isPositive().isLessThan(Duration.ofMillis(200));
            now = now.plus(budget.untilNext(now));
        }
    }

    @Test
    void whenAllIsSpentTheWaitEndsWithTheTenMinutes() {
        budget.spend(RequestBudget.REQUESTS, NOW);

        Duration wait = budget.untilNext(NOW);

        assertThat(wait)
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(10).plusSeconds(10));
        assertThat(budget.untilNext(NOW.plus(wait))).isZero();
        assertThat(budget.left(NOW.plus(wait))).isEqualTo(RequestBudget.REQUESTS);
    }

    @Test
    void aClockThatIsSetBackGivesNothingBack() {
        budget.spend(9_000, NOW);
        assertThat(budget.left(NOW.minus(Duration.ofHours(1)))).isEqualTo(500);
        budget.spend(400, NOW.minus(Duration.ofHours(1)));
        assertThat(budget.left(NOW)).isEqualTo(100);
    }

    /** As fast as it lets us, with pauses, for an hour. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noTenMinutesHoldMoreThanGraphAllowsAndNobodyWaitsForMinutes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Instant> made = new ArrayList<>();
        for (Instant now = NOW; now.isBefore(NOW.plus(Duration.ofHours(1))); ) {
            Duration wait = budget.untilNext(now);
            assertThat(wait).as("at %s", now).isLessThan(Duration.ofSeconds(15));
            now = now.plus(wait);
            budget.spend(1, now);
            made.add(now);
            now = now.plusMillis(random.nextInt(1000) == 0 ? random.nextInt(60_000) : random.nextInt(20));
        }
        for (int first = 0, last = 0; last < made.size(); last++) {
            while (!made.get(first).plus(Duration.ofMinutes(10)).isAfter(made.get(last))) {
                first++;
            }
            assertThat(last - first + 1).isLessThanOrEqualTo(RequestBudget.REQUESTS);
        }
        assertThat(RequestBudget.REQUESTS).isLessThan(GRAPHS_LIMIT);
    }
}
