package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;

/** What the ledger promises on every database. */
abstract class LedgerContract extends LedgerFixture {
    @Test
    void pageAndCursorAreRecordedTogether() {
        Mailboxes.Taken taken = take();
        assertThat(record(taken, INBOX, page("c1", false, listed("A", NOW), listed("B", NOW))))
                .isEqualTo(2);
        assertThat(cursors.position(mailbox, INBOX).cursor()).contains(new SyncCursor("c1"));
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isFalse();
        assertThat(record(taken, INBOX, page("c2", true))).isZero();
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isTrue();
        assertThat(ledger.due(mailbox.id(), 10))
                .extracting(due -> due.message().metadata().orElseThrow())
                .containsExactly("{\"subject\":\"A\"}", "{\"subject\":\"B\"}");
    }

    @Test
    void replayedPageAndRepeatedItemsBringNothingNew() { // F25
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", false, listed("A", NOW), listed("A", NOW)));
        assertThat(record(taken, INBOX, page("c1", false, listed("A", NOW)))).isZero();
        assertThat(record(taken, JUNK, page("j1", true, listed("A", NOW)))).isZero();
        assertThat(dueKeys()).hasSize(1);
    }

    @Test
    void idsAreComparedCaseSensitively() {
        assertThat(record(take(), INBOX, page("c1", true, listed("AbC", NOW), listed("aBc", NOW))))
                .isEqualTo(2);
    }

    @Test
    void movedEwsMessageIsRecognisedByItsSecondaryIdentityAndGainsTheNewItemId() { // F50
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, ews("item-1", "same")));
        assertThat(record(taken, JUNK, page("j1", true, ews("item-2", "same")))).isZero();
        assertThat(ledger.due(mailbox.id(), 10).get(0).message().alias(MessageAlias.Kind.EWS_ITEM))
                .contains("item-2");
    }

    @Test
    void vanishedMessageThatIsListedAgainIsDiscoveredAgain() { // F50
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, ews("item-1", "same")));
        ledger.vanished(taken, dueKeys().get(0), "ErrorItemNotFound");
        assertThat(dueKeys()).isEmpty();
        assertThat(record(taken, JUNK, page("j1", true, ews("item-2", "same")))).isEqualTo(1);
        assertThat(dueKeys()).hasSize(1);
    }

    @Test
    void olderMessagesOfTheFirstEnumerationAreFilteredAndLaterOnesAreNot() {
        mailbox = new Mailbox(
                MailboxId.random(),
                mailbox.tenant(),
                "object-2",
                mailbox.address(),
                mailbox.credential(),
                Protocol.GRAPH,
                Access.OWNER,
                List.of("inbox"),
                Optional.of(NOW));
        mailboxes.save(mailbox);
        Mailboxes.Taken taken = take();
        Instant before = NOW.minusSeconds(1);
        assertThat(record(taken, INBOX, page("c1", true, listed("old", before), listed("new", NOW))))
                .isEqualTo(1);
        assertThat(record(taken, INBOX, page("c2", true, listed("moved in later", before))))
                .isEqualTo(1);
        deliveries.subscribe("files", false);
        assertThat(deliveries.balances().get("files")).isEqualTo(new LedgerBalance(3, 0, 1, 0, 0, 2));
    }

    @Test
    void connectingAgainTakesOverByWhoseRightTheMailboxIsRead() {
        assertThat(mailboxes.find(mailbox.id()).orElseThrow().access()).isEqualTo(Access.OWNER);
        for (Access access : Access.values()) {
            mailboxes.save(readBy(access));
            assertThat(mailboxes.find(mailbox.tenant(), mailbox.objectId())).contains(readBy(access));
        }
    }

    private Mailbox readBy(Access access) {
        return new Mailbox(
                mailbox.id(),
                mailbox.tenant(),
                mailbox.objectId(),
                mailbox.address(),
                mailbox.credential(),
                mailbox.protocol(),
                access,
                mailbox.folders(),
                mailbox.deliverFrom());
    }

    @Test
    void aMailboxIsFoundByItsAddressInAnyCase() {
        String address = mailbox.address().value();
        assertThat(mailboxes.findByAddress(new MailboxAddress(address.toUpperCase(Locale.ROOT))))
                .containsExactly(mailbox);
        assertThat(mailboxes.findByAddress(new MailboxAddress("no-" + address))).isEmpty();
        assertThat(mailboxes.findByAddress(new MailboxAddress("%@%"))).isEmpty();
    }

    @Test
    void lostCursorRestartsTheFolderAndTheLedgerKnowsWhatItHas() { // F27
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW), listed("B", NOW)));
        cursors.change(taken, INBOX, SyncCursors.Position::forgotten);
        assertThat(cursors.position(mailbox, INBOX).cursor()).isEmpty();
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isTrue();
        assertThat(record(taken, INBOX, page("c9", true, listed("B", NOW), listed("A", NOW), listed("C", NOW))))
                .isEqualTo(1);
    }

    @Test
    void writesOfATaskThatLostItsMailboxAreRefused() { // F05, trap 3
        Mailboxes.Taken zombie = take();
        record(zombie, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        take();
        assertThatThrownBy(() -> record(zombie, INBOX, page("c2", true, listed("B", NOW))))
                .isInstanceOf(FencedOffException.class);
        assertThatThrownBy(() -> stage(zombie, key)).isInstanceOf(FencedOffException.class);
        assertThatThrownBy(() -> ledger.vanished(zombie, key, "404")).isInstanceOf(FencedOffException.class);
        assertThatThrownBy(() -> ledger.beginAttempts(zombie, List.of(key))).isInstanceOf(FencedOffException.class);
        assertThat(dueKeys()).containsExactly(key);
        assertThat(cursors.position(mailbox, INBOX).cursor()).contains(new SyncCursor("c1"));
    }

    @Test
    void stagingPromisesTheMessageToEverySinkOnce() {
        deliveries.subscribe("files", false);
        deliveries.subscribe("queue", false);
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        assertThat(stage(taken, key)).containsExactlyInAnyOrder("files", "queue");
        assertThat(stage(taken, key)).isEmpty();
        assertThat(dueKeys()).isEmpty();
        assertThat(deliveries.due()).hasSize(2);
    }

    @Test
    void nothingIsStagedThatNobodyGets() {
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        assertThatThrownBy(() -> stage(taken, key)).hasMessageContaining("mail-delivery:<name>");
        assertThat(dueKeys()).containsExactly(key);
    }

    @Test
    void failedContentComesBackLaterAndDiesAfterEnoughAttempts() { // F23
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        for (int attempt = 1; attempt <= 5; attempt++) {
            assertThat(dueKeys()).containsExactly(key);
            ledger.beginAttempts(taken, List.of(key));
            ledger.contentFailed(taken, key, "body was cut", 5, Duration.ofSeconds(10));
            assertThat(dueKeys()).isEmpty();
            clock.advance(Duration.ofSeconds(10));
        }
        assertThat(dueKeys()).isEmpty();
        assertThat(ledger.nextDue(mailbox.id())).isEmpty();
    }

    @Test
    void sinkThatAsksForEverythingGetsWhatWasStagedBefore() {
        deliveries.subscribe("first", false);
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        stage(taken, dueKeys().get(0));
        clock.advance(Duration.ofSeconds(1));
        deliveries.subscribe("late", false);
        deliveries.subscribe("everything", true);
        assertThat(deliveries.balances())
                .containsEntry("late", new LedgerBalance(0, 0, 0, 0, 0, 0))
                .containsEntry("everything", new LedgerBalance(1, 0, 0, 0, 0, 1));
    }

    @Test
    void ledgerEquationHoldsAtEveryStep() {
        deliveries.subscribe("files", false);
        Mailboxes.Taken taken = take();
        ListedMessage[] messages =
                IntStream.range(0, 6).mapToObj(i -> listed("m" + i, NOW)).toArray(ListedMessage[]::new);
        record(taken, INBOX, page("c1", true, messages));
        List<MessageKey> keys = dueKeys();
        ledger.vanished(taken, keys.get(0), "404");
        ledger.filter(arrived(taken, keys.get(1)), "newsletters");
        ledger.beginAttempts(taken, List.of(keys.get(2)));
        ledger.contentFailed(taken, keys.get(2), "unreadable", 1, Duration.ZERO);
        stage(taken, keys.get(3));
        stage(taken, keys.get(4));
        Deliveries.Queue queue = new Deliveries.Queue("files", mailbox.id());
        long fence = deliveries.take(queue);
        deliveries.beginAttempt(queue, fence, keys.get(3));
        deliveries.settle(queue, fence, keys.get(3), Settlement.DELIVERED, Optional.empty());
        LedgerBalance balance = deliveries.balances().get("files");
        assertThat(balance).isEqualTo(new LedgerBalance(6, 1, 1, 1, 1, 2));
        assertThat(balance.holds()).isTrue();
    }

    @Test
    void equationNoticesAMessageThatNobodyAccountsFor() {
        deliveries.subscribe("files", false);
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        stage(taken, dueKeys().get(0));
        transactions.run(c -> org.mailcaravan.database.Sql.update(c, "delete from delivery"));
        assertThat(deliveries.balances().get("files").holds()).isFalse();
    }

    @Test
    void settlementsOfAQueueThatWasTakenOverAreRefused() {
        deliveries.subscribe("files", false);
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        stage(taken, key);
        Deliveries.Queue queue = new Deliveries.Queue("files", mailbox.id());
        long zombie = deliveries.take(queue);
        deliveries.take(queue);
        assertThatThrownBy(() -> deliveries.beginAttempt(queue, zombie, key)).isInstanceOf(FencedOffException.class);
        assertThatThrownBy(() -> deliveries.settle(queue, zombie, key, Settlement.DELIVERED, Optional.empty()))
                .isInstanceOf(FencedOffException.class);
    }

    @Test
    void connectingAgainKeepsTheLedgerAndWakesTheMailbox() {
        Mailboxes.Taken taken = take();
        mailboxes.stopped(taken, MailboxState.NEEDS_CONSENT, "grant revoked", NOW.plusSeconds(900));
        record(take(), INBOX, page("c1", true, listed("A", NOW)));
        mailboxes.save(mailbox);
        assertThat(mailboxes.awake(mailbox.id())).isTrue();
        assertThat(take().state()).isEqualTo(MailboxState.ACTIVE);
        assertThat(dueKeys()).hasSize(1);
    }

    @Test
    void manyHintsForOneMailboxAreOneAndADisconnectedOneHearsNone() { // F39, F40
        List<MailboxId> due = new ArrayList<>();
        mailboxes.onDue(due::add);
        take();
        IntStream.range(0, 50).forEach(i -> mailboxes.wake(List.of(mailbox.id(), MailboxId.random())));
        assertThat(due).containsExactly(mailbox.id());
        take();
        mailboxes.wake(mailbox.id());
        assertThat(due).hasSize(2);
        mailboxes.remove(mailbox.id(), MailboxDirectory.Mail.KEEP);
        take();
        due.clear();
        mailboxes.wake(mailbox.id());
        assertThat(due).isEmpty();
    }

    @Test
    void hintsDoNotBreakThePauseThatTheServerAskedFor() { // F20
        List<MailboxId> due = new ArrayList<>();
        mailboxes.onDue(due::add);
        mailboxes.failed(take(), "429", NOW.plusSeconds(300));
        mailboxes.wake(mailbox.id());
        assertThat(due).isEmpty();
        assertThat(mailboxes.awake(mailbox.id())).isFalse();
        clock.advance(Duration.ofSeconds(300));
        assertThat(mailboxes.awake(mailbox.id())).as("at its time").isTrue();
        mailboxes.succeeded(take(), true);
        mailboxes.wake(mailbox.id());
        assertThat(due).containsExactly(mailbox.id());
    }

    @Test
    void subscriptionsAreKeptUnderTheFenceAndGoWithTheMailbox() { // F44
        Subscriptions subscriptions = new Subscriptions(transactions, clock);
        Mailboxes.Taken taken = take();
        Subscription active = new Subscription(
                mailbox.id(),
                Subscription.State.ACTIVE,
                Optional.of("sub-1"),
                "ab".repeat(32),
                Optional.of(NOW.plusSeconds(100)),
                NOW.plusSeconds(50),
                3,
                Optional.of("why"));
        subscriptions.save(active, taken.fence());
        assertThat(subscriptions.find(mailbox.id())).hasValue(active);
        assertThat(subscriptions.find(List.of("sub-1", "sub-2"))).containsExactly(active);
        assertThat(subscriptions.all()).containsExactly(active);
        assertThat(subscriptions.countAnnounced()).isEqualTo(1);

        subscriptions.renewSoon("sub-1");
        assertThat(subscriptions.find(mailbox.id()).orElseThrow().state()).isEqualTo(Subscription.State.RENEW);
        subscriptions.ended("sub-1");
        Subscription ended = subscriptions.find(mailbox.id()).orElseThrow();
        assertThat(ended.id()).isEmpty();
        assertThat(ended.due()).isEqualTo(NOW);
        assertThat(subscriptions.countAnnounced()).isZero();

        take();
        assertThatThrownBy(() -> subscriptions.save(active, taken.fence())).isInstanceOf(FencedOffException.class);
        mailboxes.remove(mailbox.id(), MailboxDirectory.Mail.PURGE);
        assertThat(subscriptions.all()).isEmpty();
    }

    private MessageKey stageOne(String id) {
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c-" + id, true, listed(id, NOW)));
        MessageKey key = dueKeys().get(0);
        stage(taken, key);
        return key;
    }

    private boolean settle(String sink, MessageKey key, Settlement settlement) {
        Deliveries.Queue queue = new Deliveries.Queue(sink, mailbox.id());
        return deliveries.settle(queue, deliveries.take(queue), key, settlement, Optional.empty());
    }

    private List<MessageKey> offeredToSettled() {
        return deliveries.head(new Deliveries.Queue(Deliveries.SETTLED, mailbox.id()), 100).stream()
                .map(Deliveries.Owed::key)
                .toList();
    }

    @Test
    void lastSinkThatSettlesAMessageOffersItToSettledInTheSameCommit() {
        deliveries.subscribe("files", false);
        deliveries.subscribe("queue", false);
        deliveries.subscribe(Deliveries.SETTLED, false);
        MessageKey key = stageOne("A");
        assertThat(deliveries.balances().get(Deliveries.SETTLED)).isEqualTo(new LedgerBalance(1, 0, 0, 0, 0, 1));

        assertThat(settle("files", key, Settlement.DELIVERED)).isFalse();
        assertThat(offeredToSettled()).isEmpty();
        assertThat(settle("queue", key, Settlement.DELIVERED)).isTrue();

        assertThat(offeredToSettled()).containsExactly(key);
        assertThat(settle("queue", key, Settlement.DELIVERED)).isFalse();
        assertThat(deliveries.due()).containsExactly(new Deliveries.Queue(Deliveries.SETTLED, mailbox.id()));
        assertThat(settle(Deliveries.SETTLED, key, Settlement.DELIVERED)).isFalse();
        assertThat(deliveries.balances()).containsOnlyKeys("files", "queue", Deliveries.SETTLED);
        assertThat(deliveries.balances().values()).containsOnly(new LedgerBalance(1, 1, 0, 0, 0, 0));
    }

    @Test
    void settledIsToldTheGravestEndAndEveryNameOfTheMessage() {
        deliveries.subscribe("files", false);
        deliveries.subscribe("queue", false);
        deliveries.subscribe(Deliveries.SETTLED, false);
        MessageKey dead = stageOne("A");
        MessageKey taken = stageOne("B");
        MessageKey leftOut = stageOne("C");
        settle("files", dead, Settlement.DELIVERED);
        settle("queue", dead, Settlement.DEAD);
        settle("files", taken, Settlement.FILTERED);
        settle("queue", taken, Settlement.DELIVERED);
        settle("files", leftOut, Settlement.FILTERED);
        settle("queue", leftOut, Settlement.FILTERED);

        assertThat(List.of(dead, taken, leftOut))
                .extracting(key -> deliveries.settled(key).settlement())
                .containsExactly(Settlement.DEAD, Settlement.DELIVERED, Settlement.FILTERED);
        assertThat(deliveries.settled(dead).alias(MessageAlias.Kind.GRAPH_IMMUTABLE))
                .contains("A");
        assertThat(deliveries.settled(dead).alias(MessageAlias.Kind.EWS_ITEM)).isEmpty();
        assertThat(deliveries.balances().get("files")).isEqualTo(new LedgerBalance(3, 1, 2, 0, 0, 0));
        assertThat(offeredToSettled()).containsExactly(dead, taken, leftOut);
    }

    @Test
    void settledIsNoSinkThatMessagesAreTakenInFor() {
        deliveries.subscribe(Deliveries.SETTLED, false);
        assertThat(deliveries.anySink()).isFalse();
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW)));
        MessageKey key = dueKeys().get(0);
        assertThatThrownBy(() -> stage(taken, key)).hasMessageContaining("mail-delivery:<name>");
        assertThat(offeredToSettled()).isEmpty();
    }

    @Test
    void messagesThatWereNeverStagedAreNotOfferedToSettled() {
        deliveries.subscribe("files", false);
        deliveries.subscribe(Deliveries.SETTLED, false);
        Mailboxes.Taken taken = take();
        record(taken, INBOX, page("c1", true, listed("A", NOW), listed("B", NOW)));
        ledger.filter(arrived(taken, dueKeys().get(0)), "newsletters");
        ledger.vanished(taken, dueKeys().get(0), "404");
        assertThat(offeredToSettled()).isEmpty();
        assertThat(deliveries.balances().get(Deliveries.SETTLED)).isEqualTo(new LedgerBalance(2, 0, 1, 0, 1, 0));
    }

    @Test
    void settledThatAsksForEverythingGetsWhatHasSettledAndTheRestWhenItDoes() {
        deliveries.subscribe("files", false);
        deliveries.subscribe("queue", false);
        MessageKey before = stageOne("A");
        MessageKey open = stageOne("B");
        settle("files", before, Settlement.DELIVERED);
        settle("queue", before, Settlement.DELIVERED);
        settle("files", open, Settlement.DELIVERED);
        clock.advance(Duration.ofSeconds(1));

        deliveries.subscribe(Deliveries.SETTLED, true);
        assertThat(offeredToSettled()).containsExactly(before);
        assertThat(settle("queue", open, Settlement.DEAD)).isTrue();
        assertThat(offeredToSettled()).containsExactly(before, open);
    }

    @Test
    void settledThatSubscribesLateIsNotOfferedWhatWasStagedBefore() {
        deliveries.subscribe("files", false);
        MessageKey before = stageOne("A");
        clock.advance(Duration.ofSeconds(1));
        deliveries.subscribe(Deliveries.SETTLED, false);
        assertThat(settle("files", before, Settlement.DELIVERED)).isFalse();
        assertThat(deliveries.balances().get(Deliveries.SETTLED)).isEqualTo(new LedgerBalance(0, 0, 0, 0, 0, 0));
    }

    /** Whichever order the database puts them in: none is forgotten, none is offered twice. */
    @Test
    void sinksThatSettleAtTheSameTimeOfferEachMessageExactlyOnce() throws Exception {
        int sinks = 4;
        for (int i = 0; i < sinks; i++) {
            deliveries.subscribe("sink-" + i, false);
        }
        deliveries.subscribe(Deliveries.SETTLED, false);
        List<MessageKey> keys =
                IntStream.range(0, 12).mapToObj(i -> stageOne("m" + i)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(sinks);
        try {
            List<Callable<Long>> each = IntStream.range(0, sinks)
                    .<Callable<Long>>mapToObj(i -> () -> keys.stream()
                            .filter(key -> settle("sink-" + i, key, Settlement.DELIVERED))
                            .count())
                    .toList();
            long offered = 0;
            for (Future<Long> count : threads.invokeAll(each)) {
                offered += count.get();
            }
            assertThat(offered).isEqualTo(keys.size());
        } finally {
            threads.shutdownNow();
        }
        assertThat(offeredToSettled()).isEqualTo(keys);
    }

    /** Whoever comes first, for each of the messages. */
    @Test
    void subscribingWhileASinkSettlesForgetsNothing() throws Exception {
        deliveries.subscribe("files", false);
        List<MessageKey> keys =
                IntStream.range(0, 12).mapToObj(i -> stageOne("m" + i)).toList();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> settling = other.submit(() -> keys.forEach(key -> settle("files", key, Settlement.DELIVERED)));
            deliveries.subscribe(Deliveries.SETTLED, true);
            settling.get();
        } finally {
            other.shutdownNow();
        }
        assertThat(offeredToSettled()).isEqualTo(keys);
    }
}
