package org.mailcaravan.oauth;

import java.time.Duration;

/** Waiting for what somebody else does, a little longer each time, not longer than a limit. By monotonic time. */
final class Waiting {
    private static final long SHORTEST_MS = 20;
    private static final long LONGEST_MS = 250;

    private final long end;
    private long next = SHORTEST_MS;

    Waiting(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
    }

    /** Waits, then answers true; false at once if the limit is over or the thread is to end. */
    boolean again() {
        if (System.nanoTime() - end > 0) {
            return false;
        }
        try {
            Thread.sleep(next);
            next = Math.min(next * 3 / 2, LONGEST_MS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
