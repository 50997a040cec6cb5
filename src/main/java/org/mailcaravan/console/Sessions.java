package org.mailcaravan.console;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in, in memory: 30 minutes after the last request or 12 hours after the login a session is over, and with the process (OWASP ASVS 7.3). Thread-safe.
 */
final class Sessions {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);
    private static final int BYTES = 32;
    private static final int MOST = 1000;

    private record Session(ConsoleUser user, Instant begun, Instant used) {
        boolean over(Instant now) {
            return now.isAfter(used.plus(IDLE)) || now.isAfter(begun.plus(LONGEST));
        }
    }

    private final Map<String, Session> sessions = new HashMap<>();
    private final Clock clock;
    private final SecureRandom random;

    Sessions(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Begins one; always a new one, whatever the browser had before (session fixation).
     *
     * @return what the browser shows from now on; empty if there are too many
     */
    synchronized Optional<String> begin(ConsoleUser user) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.over(now));
        if (sessions.size() >= MOST) {
            return Optional.empty();
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        sessions.put(token, new Session(user, now, now));
        return Optional.of(token);
    }

    /** Whose session it is; counts as use. */
    synchronized Optional<ConsoleUser> use(String token) {
        Instant now = clock.instant();
        Session session = sessions.get(token);
        if (session == null || session.over(now)) {
            sessions.remove(token);
            return Optional.empty();
        }
        sessions.put(token, new Session(session.user(), session.begun(), now));
        return Optional.of(session.user());
    }

    synchronized void end(String token) {
        sessions.remove(token);
    }
}
