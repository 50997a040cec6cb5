package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailcaravan.testing.SettableClock;

class SessionsTest {
    private static final ConsoleUser ANN = new ConsoleUser("ann", "hash");
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final Sessions sessions = new Sessions(clock, new SecureRandom());

    @Test
    void aSessionIsFoundByItsTokenOnlyUntilItIsEnded() {
        String token = sessions.begin(ANN).orElseThrow();

        assertThat(sessions.use(token)).contains(ANN);
        assertThat(sessions.use(token + "x")).isEmpty();
        sessions.end(token);
        assertThat(sessions.use(token)).isEmpty();
    }

    @Test
    void everyLoginBeginsASessionOfItsOwnWithAnUnguessableToken() {
        String first = sessions.begin(ANN).orElseThrow();

        assertThat(first).matches("[A-Za-z0-9_-]{43}");
        assertThat(sessions.begin(ANN)).isNotEqualTo(Optional.of(first));
    }

    @Test
    void aSessionThatIsNotUsedEndsAfterHalfAnHour() {
        String token = sessions.begin(ANN).orElseThrow();

        clock.advance(Sessions.IDLE);
        assertThat(sessions.use(token)).contains(ANN);
        clock.advance(Sessions.IDLE.plus(MOMENT));
        assertThat(sessions.use(token)).isEmpty();
    }

    @Test
    void aSessionThatIsUsedAllTheTimeEndsAfterTwelveHours() {
        String token = sessions.begin(ANN).orElseThrow();
        for (Duration since = Duration.ZERO; since.compareTo(Sessions.LONGEST) < 0; since = since.plus(Sessions.IDLE)) {
            clock.advance(Sessions.IDLE);
            assertThat(sessions.use(token)).as("after %s", since).contains(ANN);
        }

        clock.advance(MOMENT);
        assertThat(sessions.use(token)).isEmpty();
    }

    @Test
    void sessionsAreLimitedAndThoseThatAreOverMakeRoom() {
        for (int i = 0; i < 1000; i++) {
            assertThat(sessions.begin(ANN)).isPresent();
        }

        assertThat(sessions.begin(ANN)).isEmpty();
        clock.advance(Sessions.IDLE.plus(MOMENT));
        assertThat(sessions.begin(ANN)).isPresent();
    }
}
