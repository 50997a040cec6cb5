package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.testing.FreshDatabase;

/** How messages are staged in groups (docs/adr/0009). */
class StagingTest extends LedgerFixture {
    private static final MailFolder FOLDER = new MailFolder("inbox", "inbox");

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final Queue<String> nudges = new ConcurrentLinkedQueue<>();
    private ContentStore store;
    private Staging staging;

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @BeforeEach
    void subscribe() {
        store = new ContentStore(directory, 1);
        staging = new Staging(ledger, store, (sink, id) -> nudges.add(sink));
        deliveries.subscribe("files", false);
    }

    @AfterEach
    void close() {
        staging.close();
        dataSource.close();
    }

    @Test
    void whatArrivesWhileACommitIsUnderWayIsStagedByTheNextOne() throws Exception {
        Mailboxes.Taken taken = take();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        List<MessageKey> keys = discovered(taken, 60);
        whileLocked(taken, () -> keys.forEach(key -> ends.add(stageContent(taken, key))));

        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        assertThat(dueKeys()).isEmpty();
        assertThat(deliveries.balances().get("files").inFlight()).isEqualTo(60);
        assertThat(nudges).as("one nudge of each group").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aTaskThatLostItsMailboxStagesNothing() { // F45
        Mailboxes.Taken former = take();
        List<MessageKey> keys = discovered(former, 3);
        take();

        assertThatThrownBy(() -> stageContent(former, keys.get(0)).get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(FencedOffException.class);
        assertThat(dueKeys()).containsExactlyElementsOf(keys);
    }

    @Test
    void contentThatIsGoneFromTheDiskIsNotStaged() throws Exception { // F46
        Mailboxes.Taken taken = take();
        MessageKey key = discovered(taken, 1).get(0);
        StoredContent mime = store.keep(key, ".eml", "Subject: a".getBytes(StandardCharsets.UTF_8));
        Files.delete(directory.resolve(mime.name()));

        assertThatThrownBy(() -> stage(taken, key, mime).get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(StagingException.class);
        assertThat(dueKeys()).containsExactly(key);
    }

    @Test
    void aSweepMendsANudgeThatFails() throws Exception {
        Staging unheard = new Staging(ledger, store, (sink, id) -> {
            throw new IllegalStateException("the scheduler is gone");
        });
        Mailboxes.Taken taken = take();
        MessageKey key = discovered(taken, 1).get(0);
        StoredContent mime = store.keep(key, ".eml", "Subject: a".getBytes(StandardCharsets.UTF_8));

        unheard.stage(
                        new ArrivedMessage(mailbox, key, taken.fence(), "{}", mime),
                        "{}".getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(deliveries.due()).containsExactly(new Deliveries.Queue("files", mailbox.id()));
        unheard.close();
    }

    private List<MessageKey> discovered(Mailboxes.Taken taken, int count) {
        ListedMessage[] listed =
                IntStream.range(0, count).mapToObj(i -> listed("m" + i, NOW)).toArray(ListedMessage[]::new);
        record(taken, FOLDER, page("c1", true, listed));
        return dueKeys();
    }

    private CompletableFuture<Void> stageContent(Mailboxes.Taken taken, MessageKey key) {
        return stage(taken, key, store.keep(key, ".eml", "Subject: a".getBytes(StandardCharsets.UTF_8)));
    }

    private CompletableFuture<Void> stage(Mailboxes.Taken taken, MessageKey key, StoredContent mime) {
        ArrivedMessage message = new ArrivedMessage(mailbox, key, taken.fence(), "{}", mime);
        return staging.stage(message, "{}".getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
    }

    /** Another transaction holds the mailbox, so that no commit ends before everybody is in line. */
    private void whileLocked(Mailboxes.Taken taken, Runnable work) throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = new Thread(() -> transactions.run(c -> {
            Mailboxes.requireFence(c, mailbox.id(), taken.fence());
            locked.countDown();
            await(done);
        }));
        holder.start();
        await(locked);
        work.run();
        done.countDown();
        holder.join(TimeUnit.SECONDS.toMillis(30));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
