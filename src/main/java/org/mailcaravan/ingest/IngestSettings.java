package org.mailcaravan.ingest;

import java.time.Duration;

/**
 * @param polling how often mailboxes are looked into
 * @param retryFor how long a delivery is retried before it is parked
 * @param threads how many mailboxes and sinks are worked on at once
 * @param reconcileInterval how often, at least, what a folder holds is compared with the ledger
 */
public record IngestSettings(Polling polling, Duration retryFor, int threads, Duration reconcileInterval) {
    public IngestSettings {
        boolean endless = retryFor.isNegative() || reconcileInterval.isNegative() || reconcileInterval.isZero();
        if (endless || threads < 1) {
            throw new IllegalArgumentException("intervals must be positive and there must be at least one thread");
        }
    }

    /** Reconciles daily. */
    public IngestSettings(Polling polling, Duration retryFor, int threads) {
        this(polling, retryFor, threads, Duration.ofDays(1));
    }
}
