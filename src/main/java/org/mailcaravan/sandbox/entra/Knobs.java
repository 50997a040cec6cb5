package org.mailcaravan.sandbox.entra;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** What tests turn: lives and bad id_tokens. Thread-safe. */
final class Knobs {
    private static final int SHORTEST_SECONDS = 60 * 60;
    private static final int LONGEST_SECONDS = 90 * 60;

    private final Random random;
    private Optional<Duration> fixedLife = Optional.empty();
    private Optional<IdTokenFault> idTokenFault = Optional.empty();
    private int idTokenFaultsLeft;
    private int answers;

    Knobs(long seed) {
        random = new Random(seed);
    }

    /** Between 60 and 90 minutes, by the seed, unless fixed. */
    synchronized Duration accessTokenLife() {
        int seconds = SHORTEST_SECONDS + random.nextInt(LONGEST_SECONDS - SHORTEST_SECONDS + 1);
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

    /** Changes with each answer, so that the wording of {@code scope} varies. */
    synchronized int nextStyle() {
        return answers++;
    }
}
