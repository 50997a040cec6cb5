package org.mailcaravan.sandbox;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * How long Graph or EWS thinks before each answer, as the network and the service make real clients wait. Each waiting request holds the server's own thread, as
 * its body does later, and no other. Within a {@code $batch} one pause stands for up to four items, which the service runs at once. Thread-safe.
 */
public final class Latency {
    private volatile Duration each = Duration.ZERO;

    /** @throws IllegalArgumentException if it is negative or above a minute */
    public void set(Duration pause) {
        if (pause.isNegative() || pause.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("ms is 0 to 60000");
        }
        each = pause;
    }

    /** Waits for one request. */
    public void pause() throws InterruptedIOException {
        Duration pause = each;
        if (pause.isZero()) {
            return;
        }
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the sandbox is closing");
        }
    }
}
