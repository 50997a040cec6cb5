package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.SettableClock;

/** F20: turns, waits and slowing down of one mailbox. */
@Timeout(60)
class MailboxGateTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration PATIENT = Duration.ofSeconds(50);
    private static final Optional<Duration> UNSAID = Optional.empty();

    private final SettableClock clock = new SettableClock(GraphFixture.NOW);
    private final MailboxGate gate = gate(new SplittableRandom(1));

    private MailboxGate gate(RandomGenerator random) {
        return new MailboxGate(clock, random, GraphMeters.none());
    }

    @Test
    void fourHaveTheirTurnAndTheFifthHasNone() {
        List<MailboxGate.Turn> turns = enter(4);

        assertThatThrownBy(() -> gate.enter(AT_ONCE)).isInstanceOf(MailSourceUnavailableException.class);

        turns.get(2).close();
        gate.enter(AT_ONCE).close();
    }

    @Test
    void closingATurnTwiceIsOnce() {
        List<MailboxGate.Turn> turns = enter(4);
        turns.get(0).close();
        turns.get(0).close();
        enter(1);

        assertThatThrownBy(() -> gate.enter(AT_ONCE)).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aBatchIsAloneBecauseGraphWorksOnFourOfItsItemsAtOnce() {
        MailboxGate.Turn batch = gate.enter(20, AT_ONCE);
        assertThatThrownBy(() -> gate.enter(AT_ONCE)).isInstanceOf(MailSourceUnavailableException.class);
        batch.close();

        enter(1);
        assertThatThrownBy(() -> gate.enter(4, AT_ONCE)).isInstanceOf(MailSourceUnavailableException.class);
        gate.enter(3, AT_ONCE).close();
    }

    @Test
    void insideTheWindowEveryCallFailsAtOnceWithWhatIsLeftOfIt() {
        answer(429, Optional.of(Duration.ofSeconds(17)));
        assertThat(refused()).contains(Duration.ofSeconds(17));

        clock.advance(Duration.ofSeconds(16));
        assertThat(refused()).contains(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(1));
        gate.enter(AT_ONCE).close();
    }

    @Test
    void aShorterWaitDoesNotShortenALongerOne() {
        List<MailboxGate.Turn> turns = enter(2);
        turns.get(0).answered(503, Optional.of(Duration.ofSeconds(60)));
        turns.get(1).answered(429, Optional.of(Duration.ofSeconds(1)));

        assertThat(gate.closedFor()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whoWaitsForATurnWhenTheWindowBeginsIsSentAwayAndSendsNothing() throws Exception {
        List<MailboxGate.Turn> turns = enter(4);
        CompletableFuture<MailboxGate.Turn> waiting = CompletableFuture.supplyAsync(() -> gate.enter(PATIENT));

        turns.get(0).answered(429, Optional.of(Duration.ofSeconds(9)));
        turns.forEach(MailboxGate.Turn::close);

        assertThatThrownBy(() -> waiting.get(50, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ThrottledException.class);
    }

    /** A gate that is left has as many places as before, however it was left. */
    @Test
    void whoIsSentAwayLeavesNoPlaceTaken() {
        answer(503, Optional.of(Duration.ofSeconds(2)));
        for (int i = 0; i < 9; i++) {
            refused();
        }
        clock.advance(Duration.ofSeconds(2));

        enter(4);
    }

    /** Full jitter: anything up to a limit that doubles, but a second at least. */
    @ParameterizedTest
    @ValueSource(ints = {429, 503, 509})
    void withoutRetryAfterTheWaitIsRandomUpToALimitThatDoublesAndIsCapped(int status) {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            MailboxGate fresh = gate(new SplittableRandom(i));
            for (int most : new int[] {2, 4, 8, 16, 32, 64, 120, 120, 120}) {
                Duration wait = wait(fresh, status);
                assertThat(wait).isBetween(MailboxGate.SHORTEST_WAIT, Duration.ofSeconds(most));
                waits.add(wait.toSeconds());
            }
        }
        assertThat(waits).contains(1L, 50L, 100L, 119L);
    }

    private Duration wait(MailboxGate asked, int status) {
        try (MailboxGate.Turn turn = asked.enter(AT_ONCE)) {
            Duration wait = turn.answered(status, UNSAID).orElseThrow();
            clock.advance(wait);
            return wait;
        }
    }

    @Test
    void aGoodAnswerEndsTheDoubling() {
        for (int i = 0; i < 6; i++) {
            answer(429, UNSAID);
            clock.advance(gate.closedFor());
        }
        answer(200, UNSAID);

        assertThat(answer(429, UNSAID).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void everyTooManyRequestsHalvesHowManyMayBeUnderWayDownToOne() {
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answer(429, Optional.of(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(1));
            limits.add(gate.limit());
        }

        assertThat(limits).containsExactly(2, 1, 1, 1);
        enter(1);
        assertThatThrownBy(() -> gate.enter(AT_ONCE)).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void thoseRefusedTogetherSlowDownOnce() {
        List<MailboxGate.Turn> together = enter(4);
        together.forEach(turn -> turn.answered(429, Optional.of(Duration.ofSeconds(1))));

        assertThat(gate.limit()).isEqualTo(2);
    }

    @Test
    void aBusyServiceIsNoReasonForFewerAtOnce() {
        answer(503, Optional.of(Duration.ofSeconds(1)));

        assertThat(gate.limit()).isEqualTo(4);
    }

    @Test
    void goodAnswersBringItBackOneByOne() {
        answer(429, Optional.of(Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        answers(MailboxGate.GOOD_ANSWERS - 1);
        assertThat(gate.limit()).isEqualTo(2);
        answers(1);
        assertThat(gate.limit()).isEqualTo(3);
        answers(5 * MailboxGate.GOOD_ANSWERS);
        assertThat(gate.limit()).isEqualTo(MailboxGate.CONCURRENT_REQUESTS);
    }

    @Test
    void whenTheBudgetIsSpentNothingIsSentUntilThereIsMore() {
        MailboxGate.Turn all = gate.enter(RequestBudget.REQUESTS, AT_ONCE);
        all.close();

        Duration wait = refused().orElseThrow();

        assertThat(gate.budgetLeft()).isZero();
        clock.advance(wait);
        gate.enter(AT_ONCE).close();
    }

    private List<MailboxGate.Turn> enter(int count) {
        List<MailboxGate.Turn> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(gate.enter(AT_ONCE));
        }
        return turns;
    }

    private void answers(int good) {
        for (int i = 0; i < good; i++) {
            answer(200, UNSAID);
        }
    }

    private Optional<Duration> answer(int status, Optional<Duration> retryAfter) {
        try (MailboxGate.Turn turn = gate.enter(AT_ONCE)) {
            return turn.answered(status, retryAfter);
        }
    }

    private Optional<Duration> refused() {
        return catchThrowableOfType(ThrottledException.class, () -> gate.enter(PATIENT))
                .retryAfter();
    }
}
