package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.FreshDatabase;

/** Hints and the real scheduler: at most one reading under way and one waiting (F39). */
class WakeTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final Mailbox mailbox = LedgerFixture.mailbox(Optional.empty());
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final FakeSource source = new FakeSource();
    private Ingestion ingestion;

    @BeforeEach
    void start() {
        ingestion = new Ingestion(
                dataSource,
                new Transactions(dataSource),
                true,
                new ContentStore(directory.resolve("content"), 1),
                new IngestSettings(Polling.every(LONG), Duration.ofDays(7), 4),
                new SplittableRandom(1),
                Clock.systemUTC());
        ingestion.deliveries().subscribe("files", false);
        ingestion.mailIntake().register(source, message -> CompletableFuture.completedFuture(null));
    }

    @AfterEach
    void close() {
        ingestion.close();
        dataSource.close();
    }

    private void reads(Runnable what) {
        source.pages.add(() -> {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                readings.incrementAndGet();
                what.run();
                return LedgerFixture.page("c", true);
            } finally {
                atOnce.decrementAndGet();
            }
        });
    }

    @Test
    void floodWhileAMailboxIsReadMakesItBeReadOnceMore() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        reads(() -> {
            underWay.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> goOn.getCount() == 0);
        });
        for (int i = 0; i < 20; i++) {
            reads(() -> {});
        }
        ingestion.mailboxes().save(mailbox);
        ingestion.start();
        assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 1_000; i++) {
            ingestion.mailboxes().wake(List.of(mailbox.id()));
        }
        goOn.countDown();

        await().atMost(Duration.ofSeconds(30)).until(() -> readings.get() == 2);
        await().atMost(Duration.ofSeconds(30)).until(this::scheduledForLater);
        assertThat(readings).hasValue(2);
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void hintDoesNotBreakRetryAfter() { // F20
        source.pages.add(() -> {
            readings.incrementAndGet();
            throw new ThrottledException("429", Optional.of(LONG));
        });
        reads(() -> {});
        ingestion.mailboxes().save(mailbox);
        ingestion.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> readings.get() == 1);
        await().atMost(Duration.ofSeconds(30)).until(this::scheduledForLater);

        ingestion.mailboxes().wake(List.of(mailbox.id()));

        assertThat(scheduledForLater()).isTrue();
        assertThat(readings).hasValue(1);
        ingestion.mailboxes().save(mailbox);
        await("connected again").atMost(Duration.ofSeconds(30)).until(() -> readings.get() == 2);
    }

    /** Whether the task waits for its next turn, half an hour away at least. */
    private boolean scheduledForLater() {
        String sql = "select count(*) from scheduled_tasks where task_name = 'mailbox' and not picked"
                + " and execution_time > current_timestamp + interval '30' minute";
        return new Transactions(dataSource)
                .call(c -> Sql.first(c, row -> row.getInt(1) == 1, sql))
                .orElse(false);
    }
}
