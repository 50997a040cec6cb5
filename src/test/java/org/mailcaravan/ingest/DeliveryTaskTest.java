package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.testing.FreshDatabase;

/** One slice of one queue at a time, on a settable clock and a real H2. */
class DeliveryTaskTest extends LedgerFixture {
    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final List<PendingDelivery> offered = new ArrayList<>();
    private Function<PendingDelivery, DeliveryOutcome> receiver = delivery -> DeliveryOutcome.delivered();
    private final List<PendingDelivery> settled = new ArrayList<>();
    private final List<Deliveries.Queue> nudged = new ArrayList<>();
    private DeliveryTask task;
    private Deliveries.Queue queue;
    private List<MessageKey> keys;

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @BeforeEach
    void stageFive() {
        Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofHours(1), new SplittableRandom(1));
        task = new DeliveryTask(mailboxes, deliveries, backoff, Duration.ofDays(7), nudged::add, clock);
        task.register("files", false, delivery -> {
            offered.add(delivery);
            return receiver.apply(delivery);
        });
        queue = new Deliveries.Queue("files", mailbox.id());
        Mailboxes.Taken taken = take();
        record(
                taken,
                INBOX,
                page(
                        "c",
                        true,
                        IntStream.range(0, 5)
                                .mapToObj(i -> listed("m" + i, NOW))
                                .toArray(ListedMessage[]::new)));
        keys = dueKeys();
        keys.forEach(key -> stage(taken, key));
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    private Optional<Duration> slice() {
        return task.slice(queue).map(next -> Duration.between(clock.instant(), next));
    }

    private void sliceWhenDue() {
        Optional<Instant> next = task.slice(queue);
        next.ifPresent(clock::set);
    }

    private List<MessageKey> offeredKeys() {
        return offered.stream().map(PendingDelivery::key).toList();
    }

    private LedgerBalance balance() {
        LedgerBalance balance = deliveries.balances().get("files");
        assertThat(balance.holds()).isTrue();
        return balance;
    }

    private void refuse(MessageKey bad, DeliveryOutcome.Kind kind) {
        receiver = delivery ->
                delivery.key().equals(bad) ? new DeliveryOutcome(kind, "refused by test") : DeliveryOutcome.delivered();
    }

    @Test
    void messagesAreOfferedInOrderAndTheQueueEnds() {
        assertThat(slice()).isEmpty();
        assertThat(offeredKeys()).isEqualTo(keys);
        assertThat(offered).noneMatch(PendingDelivery::redelivered);
        assertThat(balance()).isEqualTo(new LedgerBalance(5, 5, 0, 0, 0, 0));
    }

    @Test
    void downSinkKeepsTheOrderHoweverLongItIsDown() { // F15
        receiver = delivery -> new DeliveryOutcome(DeliveryOutcome.Kind.RETRY, "down");
        for (int i = 0; i < 30; i++) {
            sliceWhenDue();
        }
        receiver = delivery -> DeliveryOutcome.delivered();
        offered.clear();
        sliceWhenDue();
        sliceWhenDue();
        assertThat(offeredKeys()).isEqualTo(keys);
        assertThat(balance().delivered()).isEqualTo(5);
    }

    @Test
    void messageThatFailsThreeTimesWhileOthersPassStepsAside() {
        refuse(keys.get(0), DeliveryOutcome.Kind.RETRY);
        sliceWhenDue();
        sliceWhenDue();
        assertThat(balance().delivered()).isZero();
        slice();
        assertThat(balance().delivered()).isEqualTo(4);
        receiver = delivery -> DeliveryOutcome.delivered();
        clock.advance(Duration.ofMinutes(5));
        assertThat(slice()).isEmpty();
        assertThat(balance().delivered()).isEqualTo(5);
    }

    @Test
    void repeatedAttemptCarriesTheRedeliveryMark() {
        receiver = delivery -> {
            throw new IllegalStateException("connection cut before the answer"); // F17
        };
        sliceWhenDue();
        receiver = delivery -> DeliveryOutcome.delivered();
        sliceWhenDue();
        assertThat(offered.get(0).redelivered()).isFalse();
        assertThat(offered.get(1).key()).isEqualTo(keys.get(0));
        assertThat(offered.get(1).redelivered()).isTrue();
    }

    @Test
    void attemptOfAProcessThatDiedBeforeRecordingItsEndIsMarkedAsRedelivered() { // F01 K12, K13
        deliveries.beginAttempt(queue, deliveries.take(queue), keys.get(0));
        slice();
        assertThat(offered.get(0).redelivered()).isTrue();
        assertThat(offered.get(1).redelivered()).isFalse();
    }

    @Test
    void permanentRefusalParksTheMessageAtOnce() { // F18
        refuse(keys.get(1), DeliveryOutcome.Kind.PERMANENT);
        assertThat(slice()).isEmpty();
        assertThat(balance()).isEqualTo(new LedgerBalance(5, 4, 0, 1, 0, 0));
    }

    @Test
    void misconfiguredSinkPausesAndNoMessageIsCharged() { // F18
        receiver = delivery -> new DeliveryOutcome(DeliveryOutcome.Kind.SINK_MISCONFIGURED, "401");
        assertThat(slice()).contains(Duration.ofMinutes(5));
        assertThat(slice()).contains(Duration.ofMinutes(5));
        assertThat(offered).hasSize(1);
        assertThat(deliveries.paused()).containsEntry("files", "401");
        receiver = delivery -> DeliveryOutcome.delivered();
        clock.advance(Duration.ofMinutes(5));
        slice();
        assertThat(offered.get(1).attempt()).isEqualTo(1);
        assertThat(balance().delivered()).isEqualTo(5);
    }

    @Test
    void deliveryIsRetriedForSevenDaysAndThenParked() { // F15
        refuse(keys.get(0), DeliveryOutcome.Kind.RETRY);
        Instant start = clock.instant();
        while (balance().dead() == 0) {
            sliceWhenDue();
        }
        assertThat(Duration.between(start, clock.instant()))
                .isBetween(Duration.ofDays(7), Duration.ofDays(7).plusHours(2));
        assertThat(balance()).isEqualTo(new LedgerBalance(5, 4, 0, 1, 0, 0));
    }

    @Test
    void sinkWithoutARouteKeepsItsMessages() {
        DeliveryTask other = new DeliveryTask(
                mailboxes,
                deliveries,
                new Backoff(Duration.ofSeconds(2), Duration.ofHours(1), new SplittableRandom(1)),
                Duration.ofDays(7),
                nudged::add,
                clock);
        assertThat(other.slice(queue)).contains(clock.instant().plusSeconds(10));
        assertThat(balance().inFlight()).isEqualTo(5);
    }

    @Test
    void twoRoutesCannotServeTheSameSink() {
        assertThatThrownBy(() -> task.register("files", false, d -> DeliveryOutcome.delivered()))
                .hasMessageContaining("sink names are unique");
    }

    private void stageOneMore() {
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c2", true, listed("one more", NOW)));
        stage(taken, dueKeys().get(0));
    }

    private void actAfterwards(Function<PendingDelivery, DeliveryOutcome> action) {
        task.register(Deliveries.SETTLED, false, delivery -> {
            settled.add(delivery);
            return action.apply(delivery);
        });
        stageOneMore();
    }

    @Test
    void settledMessageNudgesItsQueueAndSaysHowItEnded() {
        actAfterwards(delivery -> DeliveryOutcome.delivered());
        Deliveries.Queue afterwards = new Deliveries.Queue(Deliveries.SETTLED, mailbox.id());
        assertThat(task.slice(afterwards)).isEmpty();
        assertThat(settled).isEmpty();

        slice();
        assertThat(nudged).containsExactly(afterwards);
        assertThat(task.slice(afterwards)).isEmpty();

        assertThat(settled).singleElement().satisfies(delivery -> {
            assertThat(delivery.settled().orElseThrow().settlement()).isEqualTo(Settlement.DELIVERED);
            assertThat(delivery.settled().orElseThrow().alias(MessageAlias.Kind.GRAPH_IMMUTABLE))
                    .contains("one more");
        });
        assertThat(offered).allMatch(delivery -> delivery.settled().isEmpty());
    }

    @Test
    void failingPostActionIsTriedAgainAndNoSinkSeesTheMessageAgain() {
        actAfterwards(delivery -> new DeliveryOutcome(DeliveryOutcome.Kind.RETRY, "mailbox locked"));
        slice();
        Deliveries.Queue afterwards = new Deliveries.Queue(Deliveries.SETTLED, mailbox.id());
        for (int i = 0; i < 3; i++) {
            task.slice(afterwards).ifPresent(clock::set);
        }
        assertThat(settled).extracting(PendingDelivery::attempt).containsExactly(1, 2, 3);
        assertThat(slice()).isEmpty();
        assertThat(offered).hasSize(6);
        assertThat(balance()).isEqualTo(new LedgerBalance(6, 6, 0, 0, 0, 0));
    }

    @Test
    void messageParkedAtASinkIsOfferedAfterwardsAsDead() {
        actAfterwards(delivery -> DeliveryOutcome.delivered());
        receiver = delivery -> new DeliveryOutcome(DeliveryOutcome.Kind.PERMANENT, "422");
        slice();
        task.slice(new Deliveries.Queue(Deliveries.SETTLED, mailbox.id()));
        assertThat(settled)
                .extracting(delivery -> delivery.settled().orElseThrow().settlement())
                .containsExactly(Settlement.DEAD);
    }

    @Test
    void messageASinkLeavesOutIsCountedAsFiltered() {
        refuse(keys.get(2), DeliveryOutcome.Kind.FILTERED);
        assertThat(slice()).isEmpty();
        assertThat(balance()).isEqualTo(new LedgerBalance(5, 4, 1, 0, 0, 0));
    }

    @Test
    void timeThatTheReceiverAsksForIsWaited() { // F20
        receiver = delivery ->
                new DeliveryOutcome(DeliveryOutcome.Kind.RETRY, "throttled", Optional.of(Duration.ofMinutes(3)));
        assertThat(slice()).contains(Duration.ofMinutes(3));
    }
}
