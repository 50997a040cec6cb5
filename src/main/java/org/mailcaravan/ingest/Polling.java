package org.mailcaravan.ingest;

import java.time.Duration;

/**
 * How often a mailbox is looked into. Whose changes are announced is looked into rarely; the others often after news and less often the longer it is quiet, but
 * never less often than {@code idle}.
 *
 * @param shortest between two looks
 * @param idle the longest time between two looks into a mailbox whose changes nobody announces
 * @param notified between two looks into one whose changes are announced: an announcement may be lost
 */
public record Polling(Duration shortest, Duration idle, Duration notified) {
    /** After a quiet hour the next look is a quarter of an hour away, if the bounds let it. */
    private static final int PART_OF_QUIET_TIME = 4;

    public Polling {
        if (shortest.isNegative() || shortest.isZero()) {
            throw new IllegalArgumentException("the time between two looks into a mailbox must be positive");
        }
        idle = longer(shortest, idle);
        notified = longer(shortest, notified);
    }

    /** Always the same. */
    public static Polling every(Duration interval) {
        return new Polling(interval, interval, interval);
    }

    /** @param quiet since the last news */
    Duration next(boolean announced, Duration quiet) {
        if (announced) {
            return notified;
        }
        Duration wait = longer(shortest, quiet.dividedBy(PART_OF_QUIET_TIME));
        return wait.compareTo(idle) < 0 ? wait : idle;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
