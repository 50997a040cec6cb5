package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How a mailbox is seeded. Equal options give equal mail.
 *
 * @param seed any number; another seed gives other mail
 * @param messages how many, 0 or more
 * @param withBigMessage whether one of them is the 25 MB message
 * @param newest when the newest one was received; the others lie before it, seven minutes apart
 */
public record SeedOptions(long seed, int messages, boolean withBigMessage, Instant newest) {
    private static final int SPACING_MINUTES = 7;

    public SeedOptions {
        if (messages < 0) {
            throw new IllegalArgumentException("The number of seeded messages is " + messages + "; give 0 or more");
        }
    }

    /** With the 25 MB message. */
    public static SeedOptions of(long seed, int messages, Instant newest) {
        return new SeedOptions(seed, messages, true, newest);
    }

    public SeedOptions withoutBigMessage() {
        return new SeedOptions(seed, messages, false, newest);
    }

    Instant received(int index) {
        return newest.minus((long) SPACING_MINUTES * (messages - 1L - index), ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS);
    }

    boolean isBig(int index) {
        return withBigMessage && index == messages / 2;
    }
}
