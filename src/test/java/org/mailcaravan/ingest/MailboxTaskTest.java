package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Sql;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.FreshDatabase;

/** One slice at a time, on a settable clock and a real H2. */
class MailboxTaskTest extends LedgerFixture {
    private static final Duration POLL = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final FakeSource source = new FakeSource();
    private final List<ArrivedMessage> arrived = new ArrayList<>();
    private MailIntake.ArrivalHandler handler = message -> CompletableFuture.completedFuture(arrived.add(message));
    private MailboxTask task;
    private Staging staging;

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @BeforeEach
    void buildTask() {
        ContentStore store = new ContentStore(directory.resolve("content"), 1);
        staging = new Staging(ledger, store, (sink, id) -> {});
        task = task(store, Polling.every(POLL));
        handler = message -> {
            arrived.add(message);
            return staging.stage(message, "{}".getBytes(StandardCharsets.UTF_8));
        };
        task.register(source, message -> handler.arrive(message));
        deliveries.subscribe("files", false);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    private Duration slice() {
        Instant next = task.slice(mailbox.id()).orElseThrow();
        return Duration.between(clock.instant(), next);
    }

    private void pages(ListedMessage... messages) {
        source.pages.add(() -> page("next", true, messages));
    }

    private void fails(Supplier<RuntimeException> with) {
        source.pages.add(() -> {
            throw with.get();
        });
    }

    private LedgerBalance balance() {
        LedgerBalance balance = deliveries.balances().get("files");
        assertThat(balance.holds()).isTrue();
        return balance;
    }

    private String state() {
        return mailboxes.take(mailbox.id()).orElseThrow().state().word();
    }

    @Test
    void aMailboxIsReadByTheRouteThatChoseItAndSeenAsThatSays() throws Exception {
        List<ArrivedMessage> chosen = new ArrayList<>();
        MailIntake.Choice choice = new MailIntake.Choice(mailbox.id().toString(), this::archived);
        MailIntake.Registration registration = task.register(source, choice, message -> {
            chosen.add(message);
            return staging.stage(message, "{}".getBytes(StandardCharsets.UTF_8));
        });
        pages(listed("A", NOW));
        slice();

        registration.close();
        clock.advance(POLL);
        pages(listed("B", NOW));
        slice();

        assertThat(chosen)
                .singleElement()
                .satisfies(message -> assertThat(message.mailbox().folders()).containsExactly("archive"));
        assertThat(arrived).hasSize(1);
    }

    @Test
    void twoRoutesCannotMakeTheSameChoice() {
        MailIntake.Choice all = new MailIntake.Choice("*", UnaryOperator.identity());

        assertThatThrownBy(() -> task.register(source, all, message -> CompletableFuture.completedFuture(null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already read through");
    }

    private Mailbox archived(Mailbox known) {
        return new Mailbox(
                known.id(),
                known.tenant(),
                known.objectId(),
                known.address(),
                known.credential(),
                known.protocol(),
                known.access(),
                List.of("archive"),
                known.deliverFrom());
    }

    @Test
    void everythingListedIsStagedAndTheNextReadingIsOnePollIntervalAway() throws Exception {
        source.pages.add(() -> page("c1", false, listed("A", NOW)));
        pages(listed("B", NOW));
        assertThat(slice()).isEqualTo(POLL);
        assertThat(arrived).hasSize(2).allSatisfy(message -> {
            assertThat(message.content().size()).isEqualTo(19);
            assertThat(new String(staging.open(message.content()).readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("Subject: x\r\n\r\nhello");
        });
        assertThat(balance()).isEqualTo(new LedgerBalance(2, 0, 0, 0, 0, 2));
    }

    @Test
    void secondRunOverAnUnchangedMailboxFetchesNothing() { // F54
        pages(listed("A", NOW));
        slice();
        pages(listed("A", NOW));
        slice();
        assertThat(source.chunks).containsExactly(1);
        assertThat(arrived).hasSize(1);
    }

    @Test
    void serverThatAsksToWaitIsLeftAloneExactlyThatLong() { // F20, F30
        fails(() -> new ThrottledException("429", Optional.of(Duration.ofSeconds(3600))));
        assertThat(slice()).isEqualTo(Duration.ofSeconds(3600));
    }

    @Test
    void unavailableServerIsTriedAgainWithGrowingWaits() { // F21
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            fails(() -> new MailSourceUnavailableException("503"));
            waits.add(slice());
        }
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(waits.get(7)).isGreaterThan(Duration.ofSeconds(200)).isLessThanOrEqualTo(Duration.ofMinutes(10));
        pages();
        assertThat(slice()).isEqualTo(POLL);
        fails(() -> new ThrottledException("429", Optional.empty()));
        assertThat(slice()).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void malformedPageLeavesTheCursorWhereItWas() { // F24
        pages(listed("A", NOW));
        slice();
        Optional<?> before = cursors.position(mailbox, INBOX).cursor();
        fails(() -> new MalformedAnswerException("no JSON"));
        slice();
        assertThat(cursors.position(mailbox, INBOX).cursor()).isEqualTo(before);
        pages(listed("B", NOW));
        slice();
        assertThat(arrived).hasSize(2);
    }

    @Test
    void mailboxThatLostItsCursorBeginsAgainWithinAMinute() { // F27, F31
        pages(listed("A", NOW));
        slice();
        fails(() -> new CursorLostException("410 Gone"));
        assertThat(slice())
                .as("spread, so that 500 of them do not begin together")
                .isLessThanOrEqualTo(POLL);
        pages(listed("A", NOW), listed("B", NOW));
        assertThat(slice()).isEqualTo(POLL);
        assertThat(arrived).hasSize(2);
        assertThat(balance().discovered()).isEqualTo(2);
    }

    @Test
    void serverThatForgetsEveryCursorIsAskedLessAndLessOften() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 10; i++) {
            fails(() -> new CursorLostException("410 Gone"));
            last = slice();
        }
        assertThat(source.pages).isEmpty();
        assertThat(last).isGreaterThan(Duration.ofSeconds(200));
    }

    @Test
    void emptyPagesWithoutEndDoNotHoldTheTask() { // F26
        for (int i = 0; i < 200; i++) {
            int n = i;
            source.pages.add(() -> page("c" + n, false));
        }
        assertThat(slice()).isPositive();
        assertThat(source.pages).hasSize(150);
        assertThat(cursors.position(mailbox, INBOX).cursor().orElseThrow().value())
                .isEqualTo("c49");
    }

    @Test
    void withdrawnConsentStopsTheMailboxUntilItWorksAgain() { // F29, F36
        fails(() -> new ConsentRequiredException("consent was withdrawn.", "Connect the mailbox again."));
        assertThat(slice()).isEqualTo(Duration.ofMinutes(15));
        assertThat(state()).isEqualTo("needs-consent");
        pages(listed("A", NOW));
        assertThat(slice()).isEqualTo(POLL);
        assertThat(state()).isEqualTo("active");
        assertThat(arrived).hasSize(1);
    }

    @Test
    void vanishedMessageIsRecordedWithEvidenceAndNeverAskedForAgain() { // F28
        pages(listed("A", NOW), listed("B", NOW));
        source.content("A", (message, receiver) -> receiver.vanished(message.key(), "404 ErrorItemNotFound"));
        slice();
        slice();
        assertThat(source.chunks).containsExactly(2);
        assertThat(balance()).isEqualTo(new LedgerBalance(2, 0, 0, 0, 1, 1));
    }

    @Test
    void messageThatCannotBeReadDoesNotHoldUpTheOthersAndDiesInTheEnd() { // F06, F23
        pages(listed("bad", NOW), listed("good", NOW));
        source.content("bad", (message, receiver) -> receiver.failed(message.key(), "body was cut"));
        for (int i = 0; i < 6; i++) {
            slice();
            clock.advance(Duration.ofMinutes(11));
        }
        assertThat(arrived).hasSize(1);
        assertThat(source.chunks).containsExactly(2, 1, 1, 1, 1);
        assertThat(balance()).isEqualTo(new LedgerBalance(2, 0, 0, 1, 0, 1));
    }

    @Test
    void messageWhoseRouteFailsComesBack() {
        MailIntake.ArrivalHandler working = handler;
        handler = message -> {
            throw new IllegalStateException("the translator broke");
        };
        pages(listed("A", NOW));
        slice();
        assertThat(balance().inFlight()).isEqualTo(1);
        handler = working;
        clock.advance(Duration.ofMinutes(11));
        slice();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void routeThatTakesNothingOverIsNoticed() {
        handler = message -> CompletableFuture.completedFuture(null);
        pages(listed("A", NOW));
        slice();
        assertThat(reason("A")).contains("mail-delivery:intake");
    }

    private String reason(String id) {
        String sql =
                "select m.reason from message m join message_alias a on a.message_id = m.message_id where a.alias = ?";
        return transactions
                .call(c -> Sql.first(c, row -> row.getString(1), sql, id))
                .orElseThrow();
    }

    @Test
    void attemptsThatCameToNothingThroughThrottlingAreNotCharged() {
        pages(listed("A", NOW), listed("B", NOW));
        source.content("B", (message, receiver) -> {
            throw new ThrottledException("429", Optional.of(Duration.ofSeconds(10)));
        });
        for (int i = 0; i < 20; i++) {
            assertThat(slice()).isEqualTo(Duration.ofSeconds(10));
            clock.advance(Duration.ofSeconds(10));
        }
        source.contents.clear();
        slice();
        assertThat(arrived).hasSize(2);
    }

    @Test
    void messageThatKillsTheProcessIsSoonFetchedAlone() { // F06
        pages(IntStream.range(0, 10).mapToObj(i -> listed("m" + i, NOW)).toArray(ListedMessage[]::new));
        record(take(), INBOX, source.pages.poll().get());
        // two deaths: attempts were counted, nothing was taken back
        ledger.beginAttempts(take(), dueKeys());
        ledger.beginAttempts(take(), dueKeys());
        slice();
        assertThat(source.chunks).hasSize(10).containsOnly(1);
        assertThat(arrived).hasSize(10);
    }

    @Test
    void fullDiskPausesIntakeAndTakesNothingIn() throws Exception { // F11
        Path content = directory.resolve("content");
        pages(listed("A", NOW));
        Files.delete(content);
        assertThat(slice()).isEqualTo(Duration.ofSeconds(10));
        assertThat(task.paused()).isPresent();
        assertThat(source.pages).hasSize(1);
        Files.createDirectory(
                content, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        slice();
        assertThat(task.paused()).isEmpty();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void diskThatBreaksBetweenTwoMessagesChargesNoMessage() { // F11
        pages(listed("A", NOW), listed("B", NOW));
        source.content("A", (message, receiver) -> {
            FakeSource.handOver(message, receiver);
            throw new org.mailcaravan.mailbox.StagingException("disk full");
        });
        assertThat(slice()).isEqualTo(Duration.ofSeconds(10));
        assertThat(arrived).hasSize(1);
        source.contents.clear();
        slice();
        assertThat(arrived).hasSize(2);
        assertThat(balance()).isEqualTo(new LedgerBalance(2, 0, 0, 0, 0, 2));
    }

    @Test
    void nothingIsReadWhileNoSinkIsSubscribed() {
        transactions.run(c -> Sql.update(c, "delete from sink"));
        pages(listed("A", NOW));
        assertThat(slice()).isEqualTo(Duration.ofSeconds(10));
        assertThat(source.pages).hasSize(1);
    }

    @Test
    void unknownMailboxEndsItsTask() {
        assertThat(task.slice(org.mailcaravan.mailbox.MailboxId.random())).isEmpty();
    }

    @Test
    void zombieThatWakesUpWritesNothing() { // F05
        source.pages.add(() -> {
            take(); // another replica takes the mailbox while this page is on its way
            return page("late", true, listed("A", NOW));
        });
        slice();
        assertThat(dueKeys()).isEmpty();
        assertThat(cursors.position(mailbox, INBOX).cursor()).isEmpty();
    }

    @Test
    void aDisconnectedMailboxIsReadNoMoreAndKeepsWhatWasTaken() {
        pages(listed("A", NOW));
        slice();
        assertThat(mailboxes.uses(mailbox.credential())).isTrue();
        mailboxes.remove(mailbox.id(), MailboxDirectory.Mail.KEEP);

        assertThat(task.slice(mailbox.id())).as("no further task").isEmpty();
        assertThat(mailboxes.uses(mailbox.credential())).isFalse();
        assertThat(mailboxes.countByState()).containsOnly(Map.entry("disconnected", 1L));
        assertThat(mailboxes.unscheduled()).isEmpty();
        assertThat(mailboxes.findByAddress(mailbox.address())).isEmpty();
        assertThat(balance()).as("what was taken is still owed").isEqualTo(new LedgerBalance(1, 0, 0, 0, 0, 1));

        mailboxes.save(mailbox);
        assertThat(mailboxes.findByAddress(new MailboxAddress("SUPPORT@caravan.example")))
                .hasSize(1);
        pages(listed("A", NOW));
        slice();
        assertThat(arrived).as("connected again, it goes on where it ended").hasSize(1);
    }

    @Test
    void aPurgedMailboxLeavesNothingBehindAndItsContentIsNamedForDeletion() {
        List<String> purged = new ArrayList<>();
        mailboxes.onPurged(purged::addAll);
        pages(listed("A", NOW), listed("B", NOW));
        slice();
        mailboxes.remove(mailbox.id(), MailboxDirectory.Mail.PURGE);
        assertThat(purged)
                .hasSize(4)
                .allSatisfy(
                        name -> assertThat(directory.resolve("content/" + name)).exists());
        new ContentStore(directory.resolve("content"), 1).remove(purged);
        assertThat(purged)
                .allSatisfy(
                        name -> assertThat(directory.resolve("content/" + name)).doesNotExist());
        for (String table :
                List.of("mailbox", "message", "message_alias", "delivery", "delivery_queue", "sync_cursor")) {
            assertThat(transactions.<List<Long>>call(
                            c -> Sql.list(c, row -> row.getLong(1), "select count(*) from " + table)))
                    .as(table)
                    .containsExactly(0L);
        }
        assertThat(task.slice(mailbox.id())).isEmpty();
    }

    @Test
    void aSliceThatIsUnderWayWhenTheMailboxIsTakenOutWritesNoMore() {
        source.pages.add(() -> {
            mailboxes.remove(mailbox.id(), MailboxDirectory.Mail.PURGE);
            return page("next", true, listed("A", NOW));
        });
        slice();
        assertThat(mailboxes.find(mailbox.id())).isEmpty();
        assertThat(arrived).isEmpty();
    }

    @Test
    void aStoppedMailboxTellsCodeAndRemedyToHealth() { // F36
        fails(() -> new ConsentRequiredException("The grant no longer works (AADSTS50173).", "Sign in again."));
        slice();
        assertThat(mailboxes.ailing(5)).singleElement().satisfies(sick -> {
            assertThat(sick.id()).isEqualTo(mailbox.id());
            assertThat(sick.state()).isEqualTo("needs-consent");
            assertThat(sick.reason()).contains("AADSTS50173", "Sign in again.");
        });
        pages();
        slice();
        assertThat(mailboxes.ailing(5)).isEmpty();
    }

    @Test
    void mailboxWhoseChangesAreAnnouncedIsLookedIntoRarely() {
        Polling polling = new Polling(POLL, Duration.ofMinutes(5), Duration.ofMinutes(15));
        rebuild(polling);
        watched = new MailboxWatch.Watched(true, Optional.empty());
        pages(listed("A", NOW));
        assertThat(slice()).isEqualTo(Duration.ofMinutes(15));
        watched = new MailboxWatch.Watched(true, Optional.of(NOW.plusSeconds(100)));
        pages();
        assertThat(slice()).as("its subscription is due before").isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void mailboxThatNobodyAnnouncesIsLookedIntoLessOftenTheLongerItIsQuiet() {
        rebuild(new Polling(POLL, Duration.ofMinutes(5), Duration.ofMinutes(15)));
        pages(listed("A", NOW));
        assertThat(slice()).as("after news").isEqualTo(POLL);
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clock.advance(POLL.multipliedBy(2));
            pages();
            waits.add(slice());
        }
        assertThat(waits).isSorted().startsWith(POLL).endsWith(Duration.ofMinutes(5));
        pages(listed("B", NOW));
        assertThat(slice()).as("after news again").isEqualTo(POLL);
    }

    @Test
    void somebodyWatchesBeforeTheFirstPageIsRead() {
        rebuild(Polling.every(POLL));
        source.pages.add(() -> {
            assertThat(watchedTimes).isEqualTo(1);
            return page("next", true, listed("A", NOW));
        });
        slice();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void allMailIsFoundWithinOnePollIntervalWhenEveryNotificationOfADayIsLost() { // F43
        Duration notified = Duration.ofMinutes(15);
        rebuild(new Polling(POLL, Duration.ofMinutes(5), notified));
        watched = new MailboxWatch.Watched(true, Optional.empty());
        Instant end = NOW.plus(Duration.ofHours(24));
        int sent = 0;
        for (Instant mail = NOW; clock.instant().isBefore(end); ) {
            List<ListedMessage> since = new ArrayList<>();
            for (; !mail.isAfter(clock.instant()); mail = mail.plus(Duration.ofMinutes(7)), sent++) {
                since.add(listed("m" + sent, mail));
            }
            pages(since.toArray(ListedMessage[]::new));
            Duration wait = slice();
            assertThat(arrived).hasSize(sent);
            assertThat(wait).isLessThanOrEqualTo(notified);
            clock.advance(wait);
        }
        assertThat(sent).isGreaterThan(200);
    }

    private MailboxTask task(ContentStore store, Polling polling) {
        return new MailboxTask(
                mailboxes,
                cursors,
                ledger,
                deliveries,
                store,
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), new SplittableRandom(1)),
                new MailboxTask.Rhythm(polling, Duration.ofDays(1)),
                clock);
    }

    private MailboxWatch.Watched watched = MailboxWatch.Watched.NOT;
    private int watchedTimes;

    private void rebuild(Polling polling) {
        task = task(new ContentStore(directory.resolve("content"), 1), polling);
        task.register(source, message -> handler.arrive(message));
        task.watch(source.protocol(), (watchedMailbox, fence) -> {
            watchedTimes++;
            return watched;
        });
    }

    @Test
    void anIncompleteCopyIsAskedForAgainAfterMinutesThenHoursAndNeverStaged() { // F23, F32
        task = task(new ContentStore(directory.resolve("content"), 1), Polling.every(Duration.ofHours(12)));
        task.register(source, message -> handler.arrive(message));
        source.content("A", (wanted, receiver) -> receiver.incomplete(wanted.key(), "cut; ask Microsoft's support"));
        pages(listed("A", NOW));

        List<Duration> attempts = new ArrayList<>();
        while (balance().dead() == 0 && attempts.size() < 10) {
            int before = source.chunks.size();
            Duration wait = slice();
            if (source.chunks.size() > before) {
                attempts.add(Duration.between(NOW, clock.instant()));
            }
            clock.advance(wait);
        }

        assertThat(attempts)
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(35),
                        Duration.ofMinutes(155),
                        Duration.ofMinutes(515));
        assertThat(arrived).isEmpty();
        assertThat(balance()).isEqualTo(new LedgerBalance(1, 0, 0, 1, 0, 0));
    }
}
