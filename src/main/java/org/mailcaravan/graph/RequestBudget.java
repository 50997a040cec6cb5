package org.mailcaravan.graph;

import java.time.Duration;
import java.time.Instant;

/**
 * The requests of one mailbox in the last ten minutes, kept below Graph's limit of 10,000 in any ten minutes ("Throttling limits", Outlook service). The first
 * half may be spent at once; what is left after that is spread evenly until the first half comes back, so that a large backlog is slowed down but never stops
 * for minutes, and fresh mail with it. The margin is for what this process cannot see: another replica that serves a route's calls for the same mailbox.
 *
 * <p>A token bucket, as libraries have it, allows its capacity and its refill in one window, and so would have to stay below half of the limit all the time.
 * Not thread-safe: {@link MailboxGate} guards it.
 */
final class RequestBudget {
    static final int REQUESTS = 9_500;

    private static final long SLOT_MILLIS = 10_000;
    /** Ten minutes, and the slot that has only begun. */
    private static final int SLOTS = 61;

    private final int[] counts = new int[SLOTS];
    private long newest = Long.MIN_VALUE;
    private int spent;
    private Instant paced = Instant.MIN;

    /** How long to wait before the next request; zero is at once. */
    Duration untilNext(Instant now) {
        roll(now);
        if (left() > 0) {
            return now.isBefore(paced) ? Duration.between(now, paced) : Duration.ZERO;
        }
        return untilMore(now);
    }

    /** Counts requests that are made now, or after {@link #untilNext}. */
    void spend(int requests, Instant now) {
        roll(now);
        counts[slot(newest)] += requests;
        spent += requests;
        if (left() < REQUESTS / 2) {
            pace(requests, now);
        }
    }

    private void pace(int requests, Instant now) {
        Duration untilMore = untilMore(now);
        Instant from = now.isBefore(paced) ? paced : now;
        Instant next = from.plus(untilMore.multipliedBy(requests).dividedBy(Math.max(1, left())));
        paced = next.isAfter(now.plus(untilMore)) ? now.plus(untilMore) : next;
    }

    int left(Instant now) {
        roll(now);
        return left();
    }

    private int left() {
        return Math.max(0, REQUESTS - spent);
    }

    /** Until the oldest requests are more than ten minutes old. */
    private Duration untilMore(Instant now) {
        for (long slot = newest - SLOTS + 1; slot <= newest; slot++) {
            if (counts[slot(slot)] > 0) {
                return Duration.ofMillis((slot + SLOTS) * SLOT_MILLIS - now.toEpochMilli());
            }
        }
        return Duration.ZERO;
    }

    /** Forgets what is too old. A clock that is set back changes nothing until it has caught up. */
    private void roll(Instant now) {
        long current = Math.max(newest, now.toEpochMilli() / SLOT_MILLIS);
        for (long slot = Math.max(newest + 1, current - SLOTS + 1); slot <= current; slot++) {
            spent -= counts[slot(slot)];
            counts[slot(slot)] = 0;
        }
        newest = current;
    }

    private static int slot(long number) {
        return (int) Math.floorMod(number, (long) SLOTS);
    }
}
