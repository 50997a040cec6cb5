package org.mailcaravan.sandbox.graph;

import java.time.Duration;

/**
 * What happens to change notifications on their way.
 *
 * @param lost whether they are thrown away
 * @param delay how long they are held back
 * @param copies how often each is told
 * @param reversed whether those sent together are told newest first
 * @param retryAfter the pause before the second attempt; it doubles from attempt to attempt
 */
record NotificationPlan(boolean lost, Duration delay, int copies, boolean reversed, Duration retryAfter) {
    static final NotificationPlan FAITHFUL =
            new NotificationPlan(false, Duration.ZERO, 1, false, Duration.ofSeconds(1));

    private static final int LARGEST_PAUSE_FACTOR = 256;

    NotificationPlan {
        if (delay.isNegative() || copies < 1 || copies > 1000 || retryAfter.isNegative()) {
            throw new IllegalArgumentException("delayMs and retryMs are 0 or more, copies is 1 to 1000");
        }
    }

    /** The pause after the failed attempt of that number, counted from 0. */
    Duration pauseAfter(int attempt) {
        return retryAfter.multipliedBy(Math.min(LARGEST_PAUSE_FACTOR, 1L << Math.min(attempt, 30)));
    }
}
