package org.mailcaravan.ingest;

import java.time.Duration;

/**
 * @param pollInterval how often an idle mailbox is read
 * @param retryFor how long a delivery is retried before it is parked
 * @param threads how many mailboxes and sinks are worked on at once
 */
public record IngestSettings(Duration pollInterval, Duration retryFor, int threads) {
    public IngestSettings {
        if (pollInterval.isNegative() || pollInterval.isZero() || retryFor.isNegative() || threads < 1) {
            throw new IllegalArgumentException("intervals must be positive and there must be at least one thread");
        }
    }
}
