package org.mailcaravan.ingest;

import java.time.Duration;

/**
 * @param pollInterval how often an idle mailbox is read
 * @param retryFor how long a delivery is retried before it is parked
 * @param threads how many mailboxes and sinks are worked on at once
 * @param reconcileInterval how often, at least, what a folder holds is compared with the ledger
 */
public record IngestSettings(Duration pollInterval, Duration retryFor, int threads, Duration reconcileInterval) {
    public IngestSettings {
        boolean endless = pollInterval.isNegative() || pollInterval.isZero() || retryFor.isNegative();
        if (endless || reconcileInterval.isNegative() || reconcileInterval.isZero() || threads < 1) {
            throw new IllegalArgumentException("intervals must be positive and there must be at least one thread");
        }
    }

    /** Reconciles daily. */
    public IngestSettings(Duration pollInterval, Duration retryFor, int threads) {
        this(pollInterval, retryFor, threads, Duration.ofDays(1));
    }
}
