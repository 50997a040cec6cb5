package org.mailcaravan.ews;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * Where every request to a mailbox passes, whoever makes it: at most four at once, first come first served, and none before the time is over that EWS asked to
 * wait. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange">EWS throttling</a>, EWSMaxConcurrency
 */
final class MailboxGates {
    static final int CONCURRENT_REQUESTS = 4;
    /** Without BackOffMilliseconds: twice as long each time, within these. */
    static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_IDLE = 10_000;

    private final Clock clock;
    private final Map<MailboxId, Gate> gates = new LinkedHashMap<>(64, 0.75f, true);

    MailboxGates(Clock clock) {
        this.clock = clock;
    }

    private synchronized Gate gate(MailboxId mailbox) {
        Gate gate = gates.computeIfAbsent(mailbox, id -> new Gate());
        gate.users++;
        if (gates.size() > MOST_IDLE) {
            gates.values().removeIf(Gate::tellsNothing);
        }
        return gate;
    }

    private synchronized void leave(Gate gate) {
        gate.users--;
    }

    /**
     * Waits for a turn; it is to be closed after the answer.
     *
     * @param deadline how long to wait
     * @throws ThrottledException at once, and nothing may be sent, while the time is not over that EWS asked for
     * @throws MailSourceUnavailableException if no turn came in time, or after an interrupt
     */
    Turn enter(MailboxId mailbox, Duration deadline) {
        Gate gate = gate(mailbox);
        try {
            gate.await(deadline);
            return new Turn(gate);
        } catch (RuntimeException e) {
            leave(gate);
            throw e;
        }
    }

    /** A place among the requests under way. */
    final class Turn implements AutoCloseable {
        private final Gate gate;

        private Turn(Gate gate) {
            this.gate = gate;
        }

        /** EWS asks everybody who wants this mailbox to wait. */
        void throttled(Optional<Duration> backOff) {
            gate.close(backOff);
        }

        void succeeded() {
            gate.unspoken = 0;
        }

        @Override
        public void close() {
            gate.places.release();
            leave(gate);
        }
    }

    private final class Gate {
        private final Semaphore places = new Semaphore(CONCURRENT_REQUESTS, true);
        private int users;
        private volatile int unspoken;
        private volatile Instant closedUntil = Instant.MIN;

        private void await(Duration deadline) {
            requireOpen();
            try {
                if (!places.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new MailSourceUnavailableException(
                            "EWS: the requests under way to this mailbox left no room for another one in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MailSourceUnavailableException("EWS: interrupted before a request", e);
            }
            try {
                requireOpen();
            } catch (ThrottledException e) {
                places.release();
                throw e;
            }
        }

        private void requireOpen() {
            Duration wait = Duration.between(clock.instant(), closedUntil);
            if (!wait.isNegative() && !wait.isZero()) {
                throw new ThrottledException("EWS asked to leave this mailbox alone for a while", Optional.of(wait));
            }
        }

        private synchronized void close(Optional<Duration> backOff) {
            Instant until = clock.instant().plus(backOff.orElseGet(this::guess));
            closedUntil = until.isAfter(closedUntil) ? until : closedUntil;
        }

        private Duration guess() {
            Duration wait = SHORTEST_WAIT.multipliedBy(1L << unspoken);
            unspoken = Math.min(unspoken + 1, MOST_DOUBLINGS);
            return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        }

        private boolean tellsNothing() {
            return users == 0 && !clock.instant().isBefore(closedUntil);
        }
    }
}
