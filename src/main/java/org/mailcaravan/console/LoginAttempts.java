package org.mailcaravan.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down: after five failures in a row a name waits a minute, then two, four, at most fifteen, whoever asks and from wherever. Names that nobody has are
 * counted as well, so that one cannot tell. Sessions that have begun are not touched. Thread-safe.
 */
final class LoginAttempts {
    private static final int FREE = 5;
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    private static final int MOST_DOUBLINGS = 4;
    private static final int MOST_NAMES = 1000;

    private record Failures(int count, Instant notBefore) {}

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_NAMES;
        }
    };

    LoginAttempts(Clock clock) {
        this.clock = clock;
    }

    /** How long the name must wait; zero: it may try. */
    synchronized Duration wait(String name) {
        Failures known = failures.get(name);
        Instant now = clock.instant();
        return known == null || !known.notBefore().isAfter(now)
                ? Duration.ZERO
                : Duration.between(now, known.notBefore());
    }

    synchronized void failed(String name) {
        Failures known = failures.remove(name); // and last again, so that the eldest is the one longest ago
        int count = known == null ? 1 : known.count() + 1;
        failures.put(name, new Failures(count, clock.instant().plus(waitAfter(count))));
    }

    synchronized void succeeded(String name) {
        failures.remove(name);
    }

    private static Duration waitAfter(int count) {
        if (count < FREE) {
            return Duration.ZERO;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(count - FREE, MOST_DOUBLINGS));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
