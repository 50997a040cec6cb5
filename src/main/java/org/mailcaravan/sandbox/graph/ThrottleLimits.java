package org.mailcaravan.sandbox.graph;

import java.time.Duration;

/**
 * Limits per app and mailbox.
 *
 * @param concurrent requests at once, 0 for no limit
 * @param requests within {@code requestsIn}
 * @param uploadBytes of request bodies within {@code uploadIn}
 * @param grace how long after a refusal requests may still come that were under way when it was told
 */
record ThrottleLimits(
        int concurrent, long requests, Duration requestsIn, long uploadBytes, Duration uploadIn, Duration grace) {

    ThrottleLimits {
        if (concurrent < 0 || requests < 0 || uploadBytes < 0 || requestsIn.isNegative() || uploadIn.isNegative()) {
            throw new IllegalArgumentException("No limit is negative");
        }
    }

    /** 10,000 requests per ten minutes and 150 MB per five. */
    static ThrottleLimits microsofts(int concurrent) {
        return new ThrottleLimits(
                concurrent,
                10_000,
                Duration.ofMinutes(10),
                150L * 1024 * 1024,
                Duration.ofMinutes(5),
                Duration.ofMillis(250));
    }
}
