package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderGoneException;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.testing.FreshDatabase;

/** Folders that are begun in their middle, and what listings find beside changes. */
class FolderListingTest extends LedgerFixture {
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(30));

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final FakeSource source = new FakeSource();
    private final List<String> arrived = new ArrayList<>();
    private Duration perMessage = Duration.ZERO;
    private MailboxTask task;

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @BeforeEach
    void buildTask() {
        ContentStore store = new ContentStore(directory.resolve("content"), 1);
        Staging staging = new Staging(ledger, store, (sink, id) -> {});
        Backoff backoff = new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), new SplittableRandom(1));
        MailboxTask.Rhythm rhythm = new MailboxTask.Rhythm(Polling.every(POLL), Duration.ofDays(1));
        task = new MailboxTask(mailboxes, cursors, ledger, deliveries, store, backoff, rhythm, clock);
        source.lists = true;
        task.register(source, message -> {
            arrived.add(message.metadata());
            clock.advance(perMessage);
            return staging.stage(message, "{}".getBytes(StandardCharsets.UTF_8));
        });
        deliveries.subscribe("files", false);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    private Duration slice() {
        return Duration.between(clock.instant(), task.slice(mailbox.id()).orElseThrow());
    }

    private void begins(boolean partial, ListedMessage... messages) {
        source.openings.add(() -> new FolderListing.Opening(page("changes", true, messages), partial));
    }

    private void lists(boolean last, ListedMessage... messages) {
        source.listings.add(() -> page("listing", last, messages));
    }

    private static String metadata(String id) {
        return "{\"subject\":\"" + id + "\"}";
    }

    private void connect(Instant deliverFrom) {
        Mailbox known = mailbox;
        mailbox = new Mailbox(
                MailboxId.random(),
                known.tenant(),
                "object-2",
                known.address(),
                known.credential(),
                known.protocol(),
                known.access(),
                known.folders(),
                Optional.of(deliverFrom));
        mailboxes.save(mailbox);
    }

    @Test
    void largeFolderIsBegunADayBackAndThenListedToItsEnd() {
        begins(true, listed("fresh", NOW));
        lists(false, listed("fresh", NOW), listed("old-1", LONG_AGO));
        lists(true, listed("old-2", LONG_AGO));

        assertThat(slice()).isEqualTo(POLL);

        assertThat(arrived).containsExactly(metadata("fresh"), metadata("old-1"), metadata("old-2"));
        assertThat(source.begunFrom).containsExactly(NOW.minus(Duration.ofDays(1)));
        assertThat(source.wanted).containsExactly(Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH));
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isTrue();
    }

    @Test
    void freshMailIsNotBehindTheBacklog() { // F48
        perMessage = Duration.ofSeconds(1);
        begins(true);
        for (int i = 0; i < 10; i++) {
            int page = i;
            lists(
                    i == 9,
                    IntStream.range(0, 10)
                            .mapToObj(n -> listed(page + "." + n, LONG_AGO))
                            .toArray(ListedMessage[]::new));
        }
        slice();
        assertThat(arrived).as("a slice is over after 20 s").hasSize(20);

        source.pages.add(() -> page("changes", true, listed("fresh", clock.instant())));
        slice();
        assertThat(arrived.get(20)).isEqualTo(metadata("fresh"));

        for (int i = 0; i < 5; i++) {
            slice();
        }
        assertThat(arrived).hasSize(101).doesNotHaveDuplicates();
    }

    @Test
    void freshMailIsDeliveredBeforeTheBacklogThatWaitsForTheSink() { // F48
        begins(true);
        lists(true, listed("old", LONG_AGO));
        slice();
        source.pages.add(() -> page("changes", true, listed("fresh", NOW)));
        slice();

        List<String> line = deliveries.head(new Deliveries.Queue("files", mailbox.id()), 10).stream()
                .map(owed -> owed.key().toString())
                .toList();

        assertThat(line).hasSize(2);
        assertThat(arrived).containsExactly(metadata("old"), metadata("fresh"));
        assertThat(line.get(0)).isEqualTo(keyOf("fresh"));
    }

    private String keyOf(String id) {
        String sql = "select message_id from message_alias where alias = ?";
        return transactions
                .call(c -> org.mailcaravan.database.Sql.first(c, row -> row.getString(1), sql, id))
                .orElseThrow();
    }

    @Test
    void beforeConnectIsListedByIdAndFiltered() {
        connect(NOW);
        begins(true, listed("before", NOW.minusSeconds(1)), listed("after", NOW));
        lists(true, listed("long before", LONG_AGO), listed("after", NOW));

        slice();

        assertThat(arrived).containsExactly(metadata("after"));
        assertThat(source.wanted).containsExactly(Optional.empty());
        assertThat(deliveries.balances().get("files")).isEqualTo(new LedgerBalance(3, 0, 2, 0, 0, 1));
    }

    @Test
    void startDateIsWhereWholeMessagesEnd() {
        Instant start = NOW.minus(Duration.ofDays(10));
        connect(start);
        begins(true);
        lists(true, listed("in", start), listed("out", start.minusSeconds(1)));

        slice();

        assertThat(arrived).containsExactly(metadata("in"));
        assertThat(source.wanted).containsExactly(Optional.of(start));
    }

    @Test
    void dailyListingFindsWhatChangesMissed() {
        begins(false, listed("A", NOW));
        slice();
        assertThat(source.wanted).as("a small folder was just read as a whole").isEmpty();

        lists(true, listed("A", NOW), listed("came back", LONG_AGO));
        clock.advance(Duration.ofHours(11));
        slice();
        assertThat(source.wanted).isEmpty();
        clock.advance(Duration.ofHours(13));
        slice();

        assertThat(source.wanted).as("ids are enough").containsExactly(Optional.empty());
        assertThat(arrived).containsExactly(metadata("A"), metadata("came back"));

        clock.advance(Duration.ofHours(11));
        slice();
        assertThat(source.wanted).hasSize(1);
        clock.advance(Duration.ofHours(13));
        slice();
        assertThat(source.wanted).hasSize(2);
        assertThat(arrived).as("unchanged: nothing is fetched").hasSize(2); // F54
    }

    @Test
    void messageThatVanishedBeforeItWasReadAndIsListedIsReadAfterAll() { // F28, F50
        source.content("A", (message, receiver) -> receiver.vanished(message.key(), "404 ErrorItemNotFound"));
        begins(false, listed("A", NOW));
        slice();
        source.contents.clear();
        lists(true, listed("A", NOW));
        clock.advance(Duration.ofDays(1));
        slice();

        assertThat(arrived).hasSize(1);
    }

    @Test
    void lostCursorOfALargeFolderIsBegunWhereReadingEndedAndTheFolderListedWithinAnHour() { // F27
        begins(true);
        lists(true);
        slice();
        Duration away = Duration.ofHours(3);
        clock.advance(away);
        source.pages.add(() -> {
            throw new CursorLostException("410 Gone");
        });
        slice();
        begins(true, listed("recent", NOW.plus(away)));
        lists(true, listed("recent", NOW.plus(away)), listed("moved in meanwhile", LONG_AGO));
        slice();

        assertThat(source.begunFrom).endsWith(NOW.minus(Duration.ofDays(1)));
        assertThat(arrived).containsExactly(metadata("recent"));

        clock.advance(Duration.ofHours(1));
        slice();
        assertThat(arrived).containsExactly(metadata("recent"), metadata("moved in meanwhile"));
        assertThat(source.wanted).hasSize(2);
    }

    @Test
    void folderThatIsGoneLosesItsCursorAndHoldsUpNoOther() { // F50
        source.folders = List.of(INBOX, JUNK);
        begins(false);
        begins(false);
        slice();
        source.pages.add(() -> {
            throw new FolderGoneException("404 ErrorItemNotFound");
        });
        source.pages.add(() -> page("changes", true, listed("in the other", NOW)));

        assertThat(slice()).isEqualTo(POLL);

        assertThat(arrived).containsExactly(metadata("in the other"));
        assertThat(cursors.position(mailbox, INBOX).cursor()).isEmpty();
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isTrue();
        assertThat(cursors.position(mailbox, JUNK).cursor()).isPresent();
    }

    @Test
    void listingThatCannotBeReadIsTriedAgainInAnHourWhileChangesGoOn() { // F24
        begins(true, listed("A", NOW));
        source.listings.add(() -> {
            throw new MalformedAnswerException("no JSON");
        });
        assertThat(slice()).isLessThan(Duration.ofSeconds(5));
        clock.advance(Duration.ofMinutes(1));
        source.pages.add(() -> page("changes", true, listed("B", NOW)));
        assertThat(slice()).isEqualTo(POLL);
        assertThat(arrived).hasSize(2);

        lists(true, listed("old", LONG_AGO));
        clock.advance(Duration.ofHours(1));
        slice();
        assertThat(arrived).hasSize(3);
    }

    @Test
    void listingGoesOnWhereTheLastSliceEnded() {
        begins(true);
        lists(false, listed("old-1", LONG_AGO));
        source.listings.add(() -> {
            clock.advance(Duration.ofSeconds(21));
            return page("listing", false, listed("old-2", LONG_AGO));
        });
        assertThat(slice()).isZero();
        assertThat(cursors.position(mailbox, INBOX).listing()).isPresent();
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isFalse();
        source.listings.add(() -> new MailPage(List.of(), new org.mailcaravan.mailbox.SyncCursor("end"), true));
        slice();

        assertThat(arrived).hasSize(2);
        assertThat(cursors.position(mailbox, INBOX).listing()).isEmpty();
        assertThat(cursors.position(mailbox, INBOX).enumerated()).isTrue();
    }
}
