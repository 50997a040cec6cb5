package org.mailcaravan.sandbox.entra;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** What tests turn: lives and bad id_tokens. Thread-safe. */
final class Knobs {
    private static final int SHORTEST_SECONDS = 60 * 60;
    private static final int LONGEST_SECONDS = 90 * 60;
    private static final int LONGEST_CONTINUOUS_SECONDS = 28 * 60 * 60;
    private static final int SPREAD_CONTINUOUS_SECONDS = 8 * 60 * 60;

    private final Random random;
    private Optional<Duration> fixedLife = Optional.empty();
    private Optional<IdTokenFault> idTokenFault = Optional.empty();
    private int idTokenFaultsLeft;
    private int answers;
    private Duration pollingInterval = Duration.ofSeconds(5);
    private boolean slowDown;

    Knobs(long seed) {
        random = new Random(seed);
    }

    /** Between 60 and 90 minutes, or with continuous access evaluation 20 to 28 hours, by the seed, unless fixed. */
    synchronized Duration accessTokenLife(boolean continuous) {
        int seconds = continuous
                ? LONGEST_CONTINUOUS_SECONDS - random.nextInt(SPREAD_CONTINUOUS_SECONDS)
                : SHORTEST_SECONDS + random.nextInt(LONGEST_SECONDS - SHORTEST_SECONDS + 1);
        return fixedLife.orElse(Duration.ofSeconds(seconds));
    }

    synchronized void fixLife(Optional<Duration> life) {
        fixedLife = life;
    }

    synchronized void breakIdTokens(IdTokenFault fault, int times) {
        idTokenFault = Optional.of(fault);
        idTokenFaultsLeft = times;
    }

    synchronized Optional<IdTokenFault> nextIdTokenFault() {
        if (idTokenFaultsLeft == 0) {
            return Optional.empty();
        }
        idTokenFaultsLeft--;
        return idTokenFault;
    }

    /** How long a device must wait between two questions. */
    synchronized Duration pollingInterval() {
        return pollingInterval;
    }

    /** Whether a device that asks too early is told so. */
    synchronized boolean saysSlowDown() {
        return slowDown;
    }

    synchronized void devicePolling(Duration interval, boolean saySlowDown) {
        pollingInterval = interval;
        slowDown = saySlowDown;
    }

    /** Changes with each answer, so that the wording of {@code scope} varies. */
    synchronized int nextStyle() {
        return answers++;
    }
}
