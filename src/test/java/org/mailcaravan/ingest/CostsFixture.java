package org.mailcaravan.ingest;

import java.io.IOException;
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
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;
import org.mailcaravan.testing.FastDirectory;

/** One mailbox of a sandbox tenant that is called in process, read by its task on a settable clock, and the sandbox's counters. */
abstract class CostsFixture {
    static final Duration POLL = Duration.ofSeconds(60);

    HistoryWorld world;
    SandboxUser owner;
    SandboxMailbox sandbox;
    final List<Instant> arrivals = new ArrayList<>();
    Duration perMessage = Duration.ZERO;
    Runnable onArrival = () -> {};
    private final List<String> subjects = new ArrayList<>();
    private FastDirectory directory;
    private Mailbox mailbox;
    private MailboxTask task;

    @BeforeEach
    void start() throws IOException {
        directory = new FastDirectory("costs");
        world = new HistoryWorld(directory.path(), 1);
        owner = world.tenant.directory().users().get(0);
        sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        world.close();
        directory.close();
    }

    void connect(MailSource source, Optional<Instant> deliverFrom) {
        mailbox = new Mailbox(
                MailboxId.random(),
                new TenantId(world.tenant.directory().tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                world.credential(owner),
                source.protocol(),
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
        task.register(source, this::arrive);
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

    /** Waits whenever the server says so. */
    void readAll() {
        for (int i = 0; i < 1000; i++) {
            Duration wait = slice();
            if (wait.equals(POLL)) {
                return;
            }
            world.clock.advance(wait);
        }
        throw new AssertionError("the mailbox never comes to rest");
    }

    void seed(int messages) {
        SeedMail.fill(
                sandbox,
                SeedOptions.of(1, messages, world.clock.instant().minus(Duration.ofDays(2)))
                        .withoutBigMessage());
    }

    int indexOf(String subject) {
        return subjects.indexOf(subjects.stream()
                .filter(metadata -> metadata.contains("\"" + subject + "\""))
                .findFirst()
                .orElseThrow());
    }

    void deliver(String subject) {
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
}
