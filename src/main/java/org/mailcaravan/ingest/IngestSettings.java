package org.mailcaravan.ingest;

import java.time.Duration;

/**
 * @param polling how often mailboxes are looked into
 * @param retryFor how long a delivery is retried before it is parked
 * @param threads how many mailboxes and sinks are worked on at once
 */
public record IngestSettings(Polling polling, Duration retryFor, int threads) {
    public IngestSettings {
        if (retryFor.isNegative() || threads < 1) {
            throw new IllegalArgumentException(
                    "delivery.retry-for must not be negative and there must be at least one thread");
        }
    }
}
