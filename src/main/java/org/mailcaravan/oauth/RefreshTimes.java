package org.mailcaravan.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When a token is refreshed: well before its end, and spread, so that mailboxes that were connected together do not come back together. Thread-safe if the random is. */
final class RefreshTimes {
    private static final Duration LEAST = Duration.ofMinutes(1);

    private final RandomGenerator random;

    RefreshTimes(RandomGenerator random) {
        this.random = random;
    }

    /**
     * After 70 to 90 % of a token's life.
     *
     * @param since when it was got, or later: what the credential's row tells replicas
     */
    Instant of(Instant since, Instant end) {
        long life = Duration.between(since, end).toMillis();
        return since.plusMillis((long) (life * (0.7 + 0.2 * random.nextDouble())));
    }

    /** Whether it may still be used if no newer one can be had. */
    static boolean usable(Instant end, Instant now) {
        return now.plus(LEAST).isBefore(end);
    }
}
