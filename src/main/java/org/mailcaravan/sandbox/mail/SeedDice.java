package org.mailcaravan.sandbox.mail;

import java.util.SplittableRandom;

/** Choices for one seeded message, the same each time. */
final class SeedDice {
    private final SplittableRandom random;

    SeedDice(long seed, String mailbox, int index) {
        this.random = new SplittableRandom(seed * 1_000_003L + mailbox.hashCode() * 31L + index * 0x9E3779B97F4A7C15L);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int low, int high) {
        return random.nextInt(low, high);
    }

    long seed() {
        return random.nextLong();
    }

    String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
