package org.mailcaravan.graph;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.mailbox.MailSourceUnavailableException;

/** Lets four requests of one application to one mailbox through at once: Graph refuses the fifth (429 MailboxConcurrency, "Throttling limits"). Fair, thread-safe. */
final class MailboxGate {
    static final int CONCURRENT_REQUESTS = 4;

    private final Semaphore permits = new Semaphore(CONCURRENT_REQUESTS, true);

    /**
     * To be followed by {@link #leave}.
     *
     * @param deadline how long to wait for a turn
     * @throws MailSourceUnavailableException if none came, or after an interrupt
     */
    void enter(Duration deadline) {
        try {
            if (!permits.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new MailSourceUnavailableException(
                        "Graph: the requests under way to this mailbox left no room for another one in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailSourceUnavailableException("Graph: interrupted before a request.", e);
        }
    }

    void leave() {
        permits.release();
    }
}
