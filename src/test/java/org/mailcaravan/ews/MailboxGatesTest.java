package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.SettableClock;

class MailboxGatesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock(EwsFixture.NOW);
    private final MailboxGates gates = new MailboxGates(clock);
    private final MailboxId mailbox = MailboxId.random();

    @Test
    void fourAtOnceAndTheFifthInVain() {
        List<MailboxGates.Turn> turns = four();

        assertThatThrownBy(() -> gates.enter(mailbox, Duration.ZERO))
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("no room");
        gates.enter(MailboxId.random(), Duration.ZERO).close(); // another mailbox has its own
        turns.get(0).close();
        gates.enter(mailbox, Duration.ZERO).close();
    }

    private List<MailboxGates.Turn> four() {
        List<MailboxGates.Turn> turns = new ArrayList<>();
        for (int i = 0; i < MailboxGates.CONCURRENT_REQUESTS; i++) {
            turns.add(gates.enter(mailbox, Duration.ZERO));
        }
        return turns;
    }

    @Test
    void howeverManyAskNeverMoreThanFourAreUnderWay() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                all.add(threads.submit(() -> {
                    try (MailboxGates.Turn turn = gates.enter(mailbox, LONG)) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        Thread.yield();
                        now.decrementAndGet();
                        turn.succeeded();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isLessThanOrEqualTo(MailboxGates.CONCURRENT_REQUESTS);
    }

    @Test
    void whoWaitsForATurnIsHeldByABackOffAsWell() throws Exception {
        List<MailboxGates.Turn> turns = four();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = thread.submit(() -> gates.enter(mailbox, LONG).close());
            turns.get(0).throttled(Optional.of(Duration.ofSeconds(9)));
            turns.get(0).close();

            assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(ThrottledException.class);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void theLongestBackOffCounts() {
        try (MailboxGates.Turn turn = gates.enter(mailbox, LONG)) {
            turn.throttled(Optional.of(Duration.ofSeconds(9)));
            turn.throttled(Optional.of(Duration.ofSeconds(2)));
        }
        clock.advance(Duration.ofMillis(8_999));
        assertThatThrownBy(() -> gates.enter(mailbox, LONG)).isInstanceOf(ThrottledException.class);
        clock.advance(Duration.ofMillis(1));
        gates.enter(mailbox, LONG).close();
    }

    @Test
    void withoutABackOffTheWaitDoublesUntilAnAnswerIsGood() {
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(untilOpenAfterThrottling()).isEqualTo(Duration.ofSeconds(seconds));
        }
        try (MailboxGates.Turn turn = gates.enter(mailbox, LONG)) {
            turn.succeeded();
        }
        assertThat(untilOpenAfterThrottling()).isEqualTo(Duration.ofSeconds(1));
    }

    private Duration untilOpenAfterThrottling() {
        try (MailboxGates.Turn turn = gates.enter(mailbox, LONG)) {
            turn.throttled(Optional.empty());
        }
        try {
            gates.enter(mailbox, LONG).close();
            return Duration.ZERO;
        } catch (ThrottledException e) {
            clock.advance(e.retryAfter().orElseThrow());
            return e.retryAfter().orElseThrow();
        }
    }

    @Test
    void anInterruptedWaitGivesItsTurnUp() throws Exception {
        List<MailboxGates.Turn> turns = four();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> gates.enter(mailbox, LONG))
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();

        turns.forEach(MailboxGates.Turn::close);
        four().forEach(MailboxGates.Turn::close);
    }
}
