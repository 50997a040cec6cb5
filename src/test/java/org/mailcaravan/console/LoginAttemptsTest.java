package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.mailcaravan.testing.SettableClock;

class LoginAttemptsTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final LoginAttempts attempts = new LoginAttempts(clock);

    @Test
    void theFifthFailureInARowMakesTheNameWaitAMinute() {
        fail("ann", 4);
        assertThat(attempts.wait("ann")).isZero();

        fail("ann", 1);
        assertThat(attempts.wait("ann")).isEqualTo(Duration.ofMinutes(1));
        assertThat(attempts.wait("ben")).isZero();
    }

    @Test
    void everyFurtherFailureDoublesTheWaitUpToAQuarterOfAnHour() {
        fail("ann", 5);
        for (int minutes : new int[] {2, 4, 8, 15, 15, 15}) {
            clock.advance(attempts.wait("ann"));
            assertThat(attempts.wait("ann")).isZero();
            fail("ann", 1);
            assertThat(attempts.wait("ann")).isEqualTo(Duration.ofMinutes(minutes));
        }
    }

    @Test
    void aLoginThatSucceedsClearsTheCount() {
        fail("ann", 4);
        attempts.succeeded("ann");
        fail("ann", 4);

        assertThat(attempts.wait("ann")).isZero();
    }

    @Test
    void namesWithoutEndTakeNoMemoryWithoutEndAndTheNameTriedLastIsKept() {
        fail("ann", 5);
        for (int i = 0; i < 999; i++) {
            fail("nobody" + i, 1);
        }
        assertThat(attempts.wait("ann")).isPositive();

        fail("one-more", 1);
        assertThat(attempts.wait("ann")).isZero();
    }

    private void fail(String name, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(name);
        }
    }
}
