package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.graph.MessageContent;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;

/** Design section 7 by the sandbox's counters, called in process: what messages cost in requests, and how long fresh mail waits while a backlog is read. */
class GraphCostsTest {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final Duration POLL = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private HistoryWorld world;
    private SandboxUser owner;
    private SandboxMailbox sandbox;
    private Mailbox mailbox;
    private MailboxTask task;
    private final List<Instant> arrivals = new ArrayList<>();
    private final List<String> subjects = new ArrayList<>();
    private Duration perMessage = Duration.ZERO;
    private Runnable onArrival = () -> {};

    @BeforeEach
    void start() throws IOException {
        world = new HistoryWorld(directory, 1);
        owner = world.tenant.directory().users().get(0);
        sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void connect(MessageContent content, Optional<Instant> deliverFrom) {
        mailbox = new Mailbox(
                MailboxId.random(),
                new TenantId(world.tenant.directory().tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                world.credential(owner),
                Protocol.GRAPH,
                Access.OWNER,
                List.of("inbox"),
                deliverFrom);
        world.mailboxes.save(mailbox);
        task = new MailboxTask(
                world.mailboxes,
                world.cursors,
                world.ledger,
                world.deliveries,
                world.store,
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), new SplittableRandom(1)),
                new MailboxTask.Rhythm(Polling.every(POLL), Duration.ofDays(1)),
                world.clock);
        task.register(world.source(true, 100, 1000, content), this::arrive);
    }

    private synchronized CompletionStage<?> arrive(ArrivedMessage message) {
        world.ledger.stage(List.of(new Ledger.Ready(message, new StoredContent("x/" + message.key(), 2, "00"))));
        arrivals.add(world.clock.instant());
        subjects.add(message.metadata());
        world.clock.advance(perMessage);
        onArrival.run();
        return CompletableFuture.completedFuture(null);
    }

    private Duration slice() {
        Instant next = task.slice(mailbox.id()).orElseThrow();
        return Duration.between(world.clock.instant(), next);
    }

    private void readAll() {
        for (int i = 0; i < 1000; i++) {
            if (slice().equals(POLL)) {
                return;
            }
        }
        throw new AssertionError("the mailbox never comes to rest");
    }

    private void seed(int messages) {
        SeedMail.fill(
                sandbox,
                SeedOptions.of(1, messages, world.clock.instant().minus(Duration.ofDays(2)))
                        .withoutBigMessage());
    }

    private long requests() {
        return world.requests(owner, "graph:");
    }

    private static boolean hasAttachments(SandboxMessage message) {
        return message.hasAttachments()
                || message.body().html().filter(html -> html.contains("cid:")).isPresent();
    }

    @Test
    void aThousandMessagesAsJsonCostFifteenRequestsAndOnePerMessageWithAttachments() {
        seed(1000);
        long attached = sandbox.messages().stream()
                .filter(GraphCostsTest::hasAttachments)
                .count();
        long items = sandbox.messages().stream()
                .flatMap(message -> message.attachments().stream())
                .filter(attachment -> attachment.isItem())
                .count();
        connect(MessageContent.JSON, Optional.empty());

        readAll();

        assertThat(arrivals).hasSize(1000);
        assertThat(attached).isBetween(1L, 900L);
        assertThat(requests()).isLessThanOrEqualTo(15 + attached + items);
        assertThat(world.requests(owner, "graph:message/$value")).isZero();
    }

    @Test
    void theLargestMessageAsJsonCostsAListOfItsAttachmentsAndOneDownload() {
        SeedMail.fill(sandbox, SeedOptions.of(1, 1, world.clock.instant().minus(Duration.ofDays(2))));
        connect(MessageContent.JSON, Optional.empty());

        readAll();

        assertThat(arrivals).hasSize(1);
        assertThat(world.requests(owner, "graph:attachment"))
                .as("the answer with all of it is given up, then list and bytes")
                .isLessThanOrEqualTo(3);
        assertThat(world.deliveries.balances().get("files").discovered()).isEqualTo(1);
    }

    @Test
    void aBacklogCostsFivePercentBeyondItsDownloadsAndFreshMailOvertakesIt() { // F48
        int backlog = LARGER ? 10_000 : 1500;
        seed(backlog);
        connect(MessageContent.MIME, Optional.empty());
        perMessage = Duration.ofMillis(100);
        onArrival = () -> {
            if (arrivals.size() == 500) {
                deliver("fresh");
            }
        };

        readAll();

        assertThat(arrivals).hasSize(backlog + 1);
        assertThat(requests()).isLessThanOrEqualTo((long) (1.05 * (backlog + 1)));
        int fresh = indexOf("fresh");
        assertThat(fresh).isBetween(500, 1200);
        assertThat(Duration.between(arrivals.get(499), arrivals.get(fresh))).isLessThan(Duration.ofSeconds(60));
    }

    private int indexOf(String subject) {
        return subjects.indexOf(subjects.stream()
                .filter(metadata -> metadata.contains("\"" + subject + "\""))
                .findFirst()
                .orElseThrow());
    }

    private void deliver(String subject) {
        ComposedMail mail = new ComposedMail(
                new MailAddress("", "sender@example.org"),
                new MailAddress("", owner.userPrincipalName()),
                subject,
                "text",
                Optional.empty(),
                world.clock.instant(),
                Optional.empty());
        sandbox.deliver(sandbox.wellKnownFolder("inbox"), mail);
    }

    @Test
    void aLargeMailboxThatStartsNowCostsOneRequestPerThousandMessages() {
        seed(3000);
        connect(MessageContent.MIME, Optional.of(world.clock.instant()));

        readAll();

        assertThat(arrivals).isEmpty();
        assertThat(requests()).as("look-up, delta, four pages of ids").isLessThanOrEqualTo(8);
        assertThat(world.deliveries.balances().get("files")).isEqualTo(new LedgerBalance(3000, 0, 3000, 0, 0, 0));
    }

    @Test
    void aSecondRunOverAnUnchangedMailboxDownloadsNothingAndADayCostsOneListing() { // F54
        seed(300);
        connect(MessageContent.MIME, Optional.empty());
        readAll();
        long before = requests();
        long contents = world.requests(owner, "graph:message/");

        readAll();
        assertThat(requests() - before).as("one empty page").isLessThanOrEqualTo(2);
        world.clock.advance(Duration.ofDays(1));
        readAll();

        assertThat(world.requests(owner, "graph:message/")).isEqualTo(contents);
        assertThat(requests() - before)
                .as("folder look-up, two looks for changes, one listing of ids")
                .isLessThanOrEqualTo(6);
        assertThat(arrivals).hasSize(300);
    }
}
