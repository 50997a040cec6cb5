package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.testing.FreshDatabase;

/** Row F33: a policy that keeps us from EWS is believed slowly, told once, and asked about daily. */
class PolicyBlocksTest extends LedgerFixture {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final FakeSource source = new FakeSource();
    private final List<MailboxId> told = new ArrayList<>();
    private MailboxTask task;

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @BeforeEach
    void start() {
        task = anotherTask();
        deliveries.subscribe("files", false);
        mailboxes.onBlocked(told::add);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    /** As after a restart, or on another replica: it shares the database and nothing else. */
    private MailboxTask anotherTask() {
        MailboxTask made = new MailboxTask(
                mailboxes,
                cursors,
                ledger,
                deliveries,
                new ContentStore(directory.resolve("content"), 1),
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), new SplittableRandom(7)),
                new MailboxTask.Rhythm(Polling.every(Duration.ofSeconds(60)), DAY),
                clock);
        made.register(source, message -> CompletableFuture.completedFuture(null));
        return made;
    }

    private void refuses() {
        source.pages.add(() -> {
            throw MailboxBlockedException.byPolicy("EWS is off.", "Switch it on.");
        });
    }

    private Duration slice() {
        Instant next = task.slice(mailbox.id()).orElseThrow();
        return Duration.between(clock.instant(), next);
    }

    private Duration refused() {
        refuses();
        Duration wait = slice();
        clock.advance(wait);
        return wait;
    }

    private MailboxStatus status() {
        return mailboxes.all().get(0);
    }

    private int untilBlocked() {
        int answers = 0;
        while (mailboxes.blockedSince(mailbox.id()).isEmpty() && answers < 100) {
            refused();
            answers++;
        }
        return answers;
    }

    @Test
    void aMailboxIsBlockedAfterFiveAnswersOverHalfAnHourAndNotBefore() {
        List<Duration> pauses = new ArrayList<>();
        Instant end = NOW;
        while (mailboxes.blockedSince(mailbox.id()).isEmpty() && pauses.size() < 100) {
            assertThat(status().state()).isEqualTo(MailboxState.ACTIVE);
            assertThat(told).isEmpty();
            end = clock.instant();
            pauses.add(refused());
        }

        assertThat(pauses).hasSizeBetween(PolicyBlocks.ANSWERS, 12);
        assertThat(Duration.between(NOW, end)).isBetween(PolicyBlocks.SPAN, Duration.ofHours(1));
        assertThat(pauses.subList(0, pauses.size() - 1))
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(16)));
        assertThat(status().state()).isEqualTo(MailboxState.BLOCKED);
        assertThat(status().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("Switch it on."));
        assertThat(mailboxes.blockedSince(mailbox.id())).contains(NOW);
        assertThat(mailboxes.blocked()).containsExactly(new PolicyBlocks.Blocked(mailbox, NOW));
        assertThat(told).containsExactly(mailbox.id());
    }

    @Test
    void manyAnswersAtOnceProveNothing() {
        for (int i = 0; i < 20; i++) {
            refuses();
            slice();
        }

        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();
        assertThat(mailboxes.blocked()).isEmpty();
    }

    @Test
    void flappingIsNoBlock() {
        for (int i = 0; i < 50; i++) {
            refused();
            if (i % 4 == 3) {
                clock.advance(slice());
            }
        }

        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();
        assertThat(Duration.between(NOW, clock.instant())).isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void otherFailuresInBetweenNeitherCountNorEndTheCount() {
        for (int i = 0; i < 4; i++) {
            refused();
            clock.advance(Duration.ofMinutes(20));
        }
        source.pages.add(() -> {
            throw new MailSourceUnavailableException("503");
        });
        clock.advance(slice());
        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();

        refused();

        assertThat(mailboxes.blockedSince(mailbox.id())).contains(NOW);
    }

    @Test
    void theCountSurvivesARestartAndIsSharedByReplicas() {
        int answers = 0;
        while (mailboxes.blockedSince(mailbox.id()).isEmpty() && answers < 100) {
            task = anotherTask();
            refused();
            answers++;
        }

        assertThat(answers).isBetween(PolicyBlocks.ANSWERS, 12);
    }

    @Test
    void aBlockedMailboxIsProbedOnceADayWhateverIsAnnounced() {
        untilBlocked();
        clock.advance(DAY.negated()); // back to the moment it was found blocked, or shortly before

        assertThat(mailboxes.awake(mailbox.id())).isFalse();
        mailboxes.wake(mailbox.id());
        assertThat(mailboxes.awake(mailbox.id())).isFalse();
        clock.advance(DAY);
        assertThat(refused()).isBetween(Duration.ofHours(23), DAY);
        assertThat(told).hasSize(2);
        assertThat(mailboxes.blockedSince(mailbox.id())).contains(NOW);
    }

    @Test
    void aMailboxThatAnswersAgainIsReadAgainAndAllIsForgotten() {
        untilBlocked();

        slice();

        assertThat(status().state()).isEqualTo(MailboxState.ACTIVE);
        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();
        refused();
        assertThat(status().state()).isEqualTo(MailboxState.ACTIVE);
    }

    @Test
    void connectingAgainBeginsTheCountAnew() {
        untilBlocked();

        mailboxes.save(mailbox);

        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();
        refused();
        assertThat(mailboxes.blockedSince(mailbox.id())).isEmpty();
    }

    @Test
    void whoListensCannotBreakTheTask() {
        mailboxes.onBlocked(id -> {
            throw new IllegalStateException("planned");
        });

        assertThat(untilBlocked()).isBetween(PolicyBlocks.ANSWERS, 12);
    }
}
