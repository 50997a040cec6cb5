package org.mailcaravan.graph;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * Where every request to one mailbox passes, whoever makes it: at most four at once, first come first served, never more in ten minutes than the
 * {@link RequestBudget} allows, and none before the time is over that Graph asked to wait. Each 429 halves how many may be under way, good answers bring it back
 * one by one. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/graph/throttling-limits">Throttling limits</a>, Outlook service
 */
final class MailboxGate {
    static final int CONCURRENT_REQUESTS = 4;
    /** As many good answers in a row let one more request be under way. */
    static final int GOOD_ANSWERS = 20;
    /** Without Retry-After: a random time up to twice as long each time, within these. */
    static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    /** A request waits in its thread for its share of the budget up to here; beyond it is refused, so that no thread is held. */
    private static final Duration LONGEST_PACE = Duration.ofSeconds(2);

    private static final int MOST_DOUBLINGS = 7;

    private final Clock clock;
    private final RandomGenerator random;
    private final GraphMeters meters;
    private final RequestBudget budget = new RequestBudget();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Turn> line = new ArrayDeque<>();
    private int taken;
    private int limit = CONCURRENT_REQUESTS;
    private int good;
    private int unspoken;
    private int slowdowns;
    private Instant closedUntil = Instant.MIN;

    /** @param random thread-safe, for the jitter of waits that Graph does not name */
    MailboxGate(Clock clock, RandomGenerator random, GraphMeters meters) {
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /** A place among the requests under way. */
    final class Turn implements AutoCloseable {
        private final int requests;
        private final long asked = System.nanoTime();
        private int places;
        private int slowdownsBefore;

        private Turn(int requests) {
            this.requests = requests;
        }

        /**
         * Looks at the answer, and closes the gate if it says so.
         *
         * @param retryAfter what it asks for
         * @return how long to wait, if the answer is a throttling one
         */
        Optional<Duration> answered(int status, Optional<Duration> retryAfter) {
            lock.lock();
            try {
                return learn(status, retryAfter, slowdownsBefore == slowdowns);
            } finally {
                changed.signalAll();
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            taken -= places;
            places = 0;
            changed.signalAll();
            lock.unlock();
        }
    }

    /** @see #enter(int, Duration) */
    Turn enter(Duration deadline) {
        return enter(1, deadline);
    }

    /**
     * Waits for a turn; it is to be closed after the answer.
     *
     * @param requests how many this one stands for: Graph counts the items of a batch one by one and works on four at once
     * @param deadline how long to wait
     * @throws ThrottledException at once, and nothing may be sent, while the time is not over that Graph asked for, or the budget is spent
     * @throws MailSourceUnavailableException if no turn came in time, or after an interrupt
     */
    Turn enter(int requests, Duration deadline) {
        Turn turn = new Turn(requests);
        lock.lock();
        line.addLast(turn);
        try {
            awaitPlace(turn, deadline.toNanos());
            line.remove(turn);
            changed.signalAll();
            awaitShare(turn);
            turn.slowdownsBefore = slowdowns;
            meters.entered(requests, Duration.ofNanos(System.nanoTime() - turn.asked));
            return turn;
        } catch (InterruptedException e) {
            turn.close();
            Thread.currentThread().interrupt();
            throw new MailSourceUnavailableException("Graph: interrupted before a request.", e);
        } catch (RuntimeException e) {
            turn.close();
            throw e;
        } finally {
            line.remove(turn);
            changed.signalAll();
            lock.unlock();
        }
    }

    private void awaitPlace(Turn turn, long nanos) throws InterruptedException {
        long left = nanos;
        requireOpen();
        while (line.peekFirst() != turn || taken + places(turn) > limit) {
            if (left <= 0) {
                meters.withheld("turn");
                throw new MailSourceUnavailableException(
                        "Graph: the requests under way to this mailbox left no room for another one in time.");
            }
            left = changed.awaitNanos(left);
            requireOpen();
        }
        turn.places = places(turn);
        taken += turn.places;
    }

    private int places(Turn turn) {
        return Math.min(turn.requests, limit);
    }

    private void awaitShare(Turn turn) throws InterruptedException {
        Duration wait = budget.untilNext(clock.instant());
        if (wait.compareTo(LONGEST_PACE) > 0) {
            meters.withheld("budget");
            throw new ThrottledException(
                    "Graph: the requests that this mailbox may have in ten minutes are used up", Optional.of(wait));
        }
        budget.spend(turn.requests, clock.instant());
        long left = wait.toNanos();
        while (left > 0) {
            left = changed.awaitNanos(left);
            requireOpen();
        }
    }

    private void requireOpen() {
        Duration wait = closedFor();
        if (!wait.isZero()) {
            meters.withheld("retry-after");
            throw new ThrottledException("Graph asked to leave this mailbox alone for a while", Optional.of(wait));
        }
    }

    /** How long nothing may be sent. */
    Duration closedFor() {
        lock.lock();
        try {
            Duration wait = Duration.between(clock.instant(), closedUntil);
            return wait.isNegative() ? Duration.ZERO : wait;
        } finally {
            lock.unlock();
        }
    }

    /** How many requests may be under way at once at present. */
    int limit() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    int budgetLeft() {
        lock.lock();
        try {
            return budget.left(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /**
     * An answer to an item of a batch whose turn is not over yet.
     *
     * @param retryAfter what it asks for
     */
    record ItemAnswer(int status, Optional<Duration> retryAfter) {
        boolean throttles() {
            return GraphRefusal.isThrottling(status, retryAfter);
        }
    }

    /** Items of a batch were throttled. */
    void throttledInBatch(ItemAnswer strictest) {
        lock.lock();
        try {
            learn(strictest.status(), strictest.retryAfter(), true);
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /** @param first whether nobody who was under way at the same time was refused before: that is one reason to slow down, not four */
    private Optional<Duration> learn(int status, Optional<Duration> retryAfter, boolean first) {
        meters.answered(status);
        if (!GraphRefusal.isThrottling(status, retryAfter)) {
            improve(status);
            return Optional.empty();
        }
        good = 0;
        if (first && status == GraphRefusal.TOO_MANY_REQUESTS) {
            slowDown();
        }
        Duration wait = retryAfter.orElseGet(this::backOff);
        meters.toldToWait(wait);
        closeFor(wait);
        return Optional.of(wait);
    }

    private void slowDown() {
        limit = Math.max(1, limit / 2);
        slowdowns++;
    }

    private void improve(int status) {
        if (status >= 500) {
            good = 0;
            return;
        }
        unspoken = 0;
        good++;
        if (good >= GOOD_ANSWERS) {
            good = 0;
            limit = Math.min(CONCURRENT_REQUESTS, limit + 1);
        }
    }

    /** Capped exponential with full jitter. */
    private Duration backOff() {
        unspoken = Math.min(unspoken + 1, MOST_DOUBLINGS);
        long most = Math.min(SHORTEST_WAIT.toMillis() << unspoken, LONGEST_WAIT.toMillis());
        return Duration.ofMillis(Math.max(SHORTEST_WAIT.toMillis(), random.nextLong(most + 1)));
    }

    private void closeFor(Duration wait) {
        Instant until = clock.instant().plus(wait);
        if (until.isAfter(closedUntil)) {
            closedUntil = until;
        }
    }
}
