package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.database.Sql;
import org.mailcaravan.ews.EwsMailSource;
import org.mailcaravan.graph.GraphMailSource;
import org.mailcaravan.graph.MessageContent;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.FreshDatabase;

/** A mailbox of the sandbox, read by a task of the ledger that may die at any commit while letters come and move. Letters are told by their subjects. */
final class CutoverMailbox implements AutoCloseable {
    static final Duration POLL = Duration.ofSeconds(60);

    private static final Pattern SUBJECT = Pattern.compile("\"subject\":\"(Letter \\d+)\"");

    final HistoryWorld world;
    final SandboxUser owner;
    final SandboxMailbox sandbox;
    RequestTally tally;
    GraphMailSource graph;
    EwsMailSource ews;
    Mailbox mailbox;
    private final SplittableRandom random;
    private final Map<String, String> subjects = new ConcurrentHashMap<>();
    private MailboxTask task;
    private int letters;
    private int kills;
    private int untilDeath = 10;
    private Duration perMessage = Duration.ofMillis(40);
    private boolean restless;

    CutoverMailbox(Path directory, long seed) throws IOException {
        this(directory, seed, FreshDatabase.h2());
    }

    CutoverMailbox(Path directory, long seed, HikariDataSource database) throws IOException {
        random = new SplittableRandom(seed);
        world = new HistoryWorld(directory, 1, database, real -> new KillingDataSource(real, this::dies));
        owner = world.tenant.directory().users().get(0);
        sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
        sandbox.addFolder(sandbox.wellKnownFolder("inbox"), "Elsewhere");
        tally = new RequestTally(world.transactions, world.clock);
        restart();
    }

    /** Every few commits, shortly before or right after one. */
    private synchronized boolean dies(int when) {
        if (!restless || --untilDeath > 0) {
            return false;
        }
        untilDeath = 10 + random.nextInt(60);
        kills++;
        return true;
    }

    void connect(Protocol protocol, Optional<Instant> deliverFrom) {
        connect(protocol, deliverFrom, List.of("inbox", "junkemail"));
    }

    void connect(Protocol protocol, Optional<Instant> deliverFrom, List<String> folders) {
        mailbox = new Mailbox(
                MailboxId.random(),
                new TenantId(world.tenant.directory().tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                world.credential(owner),
                protocol,
                Access.OWNER,
                folders,
                deliverFrom);
        world.mailboxes.save(mailbox);
    }

    /** As after the death of a process: nothing is remembered. */
    private void restart() {
        task = new MailboxTask(
                world.mailboxes,
                world.cursors,
                world.ledger,
                world.deliveries,
                world.store,
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), random.split()),
                new MailboxTask.Rhythm(Polling.every(POLL), Duration.ofDays(1)),
                world.clock);
        task.changing(new ProtocolSwitch(world.transactions, changes(), world.clock));
        graph = world.source(true, 100, 200, MessageContent.MIME);
        ews = world.ewsSource(tally);
        task.register(graph, this::arrive);
        task.register(ews, this::arrive);
    }

    ProtocolChanges changes() {
        return new ProtocolChanges(world.transactions, world.mailboxes, world.clock);
    }

    private synchronized CompletionStage<?> arrive(ArrivedMessage message) {
        Matcher subject = SUBJECT.matcher(message.metadata());
        assertThat(subject.find()).isTrue();
        subjects.put(message.key().toString(), subject.group(1));
        world.ledger.stage(List.of(new Ledger.Ready(message, new StoredContent("x/" + message.key(), 2, "00"))));
        world.clock.advance(perMessage);
        if (restless && random.nextInt(6) == 0) {
            happen();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** From now on letters come and move, and the process dies now and then. */
    void restless(boolean now) {
        restless = now;
    }

    private void happen() {
        int dice = random.nextInt(10);
        if (dice < 4) {
            deliver(1);
        } else if (dice < 8) {
            any().ifPresent(letter -> sandbox.move(
                    letter.number(), sandbox.wellKnownFolder(random.nextBoolean() ? "inbox" : "junkemail")));
        } else {
            delivered().ifPresent(letter -> sandbox.move(letter.number(), elsewhere()));
        }
    }

    private SandboxFolder elsewhere() {
        return sandbox.folders().stream()
                .filter(folder -> folder.displayName().equals("Elsewhere"))
                .findFirst()
                .orElseThrow();
    }

    private Optional<SandboxMessage> any() {
        List<SandboxMessage> all = sandbox.messages();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /** One that may leave the folders that are read, because its content was taken. */
    private Optional<SandboxMessage> delivered() {
        return any().filter(letter -> subjects.containsValue(letter.subject()));
    }

    void deliver(int count) {
        for (int i = 0; i < count; i++) {
            letters++;
            ComposedMail mail = new ComposedMail(
                    new MailAddress("", "sender@example.org"),
                    new MailAddress("", owner.userPrincipalName()),
                    "Letter " + letters,
                    "Some lines.\r\n",
                    Optional.empty(),
                    world.clock.instant(),
                    // F51: some have no Message-Id and some share one
                    random.nextInt(4) == 0
                            ? Optional.empty()
                            : Optional.of("<" + random.nextInt(50) + "@example.org>"));
            String folder = random.nextInt(4) == 0 ? "junkemail" : "inbox";
            Instant received = world.clock.instant().minusMillis(random.nextInt(100_000));
            sandbox.deliver(sandbox.wellKnownFolder(folder), mail, received);
        }
    }

    /** A letter leaves the folders that are read. */
    SandboxMessage moveAway() {
        SandboxMessage letter = sandbox.messages().get(0);
        return sandbox.move(letter.number(), elsewhere()).orElseThrow();
    }

    /** A letter that lies where nothing is read. */
    SandboxMessage deliverElsewhere() {
        deliver(1);
        List<SandboxMessage> all = sandbox.messages();
        return sandbox.move(all.get(all.size() - 1).number(), elsewhere()).orElseThrow();
    }

    /** @return how long the task wants to wait; if the process died, another one goes on at once */
    Duration slice() {
        try {
            Instant next = task.slice(mailbox.id()).orElseThrow();
            Duration wait = Duration.between(world.clock.instant(), next);
            world.clock.advance(wait.isNegative() ? Duration.ZERO : wait);
            return wait;
        } catch (KillingDataSource.Killed e) {
            restart();
            return Duration.ZERO;
        }
    }

    /** A slice reads an eighth of so many letters, or a chunk if that is more. */
    void readSlowly(int count) {
        perMessage = Duration.ofSeconds(160).dividedBy(count);
    }

    void sliceUntilStaged(int count) {
        for (int i = 0; staged().size() < count; i++) {
            assertThat(i).as("slices").isLessThan(10_000);
            slice();
        }
    }

    void sliceUntil(ProtocolChange.Phase phase) {
        for (int i = 0; phase() != phase; i++) {
            assertThat(i).as("slices until %s", phase).isLessThan(3_000);
            slice();
        }
    }

    private ProtocolChange.Phase phase() {
        return quietly(() -> changes().find(mailbox.id()).orElseThrow().phase());
    }

    /** What the test itself asks of the database. */
    private <T> T quietly(Supplier<T> question) {
        boolean before = restless;
        restless = false;
        try {
            return question.get();
        } finally {
            restless = before;
        }
    }

    /** The change comes to its end while everything happens; then peace comes. */
    void end() {
        boolean open = true;
        for (int i = 0; open; i++) {
            assertThat(i).as("slices until the change ends").isLessThan(3_000);
            slice();
            open = !List.of(ProtocolChange.Phase.DONE, ProtocolChange.Phase.FAILED)
                    .contains(phase());
        }
        assertThat(kills).as("times that the process died").isPositive();
        settle();
    }

    /** Peace comes, and two rounds in which nothing happens. */
    void settle() {
        restless = false;
        int still = 0;
        for (int i = 0; still < 3; i++) {
            assertThat(i).as("slices until it is calm").isLessThan(3_000);
            still = slice().compareTo(POLL) >= 0 ? still + 1 : 0;
        }
    }

    Mailbox now() {
        return world.mailboxes.find(mailbox.id()).orElseThrow();
    }

    /** Which letter was taken how often. */
    Map<String, Long> staged() {
        Map<String, Long> counts = new TreeMap<>();
        String sql = "select message_id from message where state = 'staged'";
        quietly(() -> world.transactions.call(c -> Sql.list(c, row -> row.getString(1), sql)))
                .forEach(key -> counts.merge(String.valueOf(subjects.get(key)), 1L, Long::sum));
        return counts;
    }

    /** The sandbox's own list of letters, each once, and nothing else. */
    void assertEachLetterOnce() {
        Map<String, Long> expected = new TreeMap<>();
        sandbox.messages().forEach(letter -> expected.merge(letter.subject(), 1L, Long::sum));
        assertThat(expected).hasSize(letters);
        assertThat(staged()).isEqualTo(expected);
        LedgerBalance balance = world.deliveries.balances().get("files");
        assertThat(balance.holds()).isTrue();
        assertThat(balance.dead()).isZero();
    }

    /** As long as EWS says so, no policy lets us in. */
    void blockEws() {
        refuse("ews:", 403, Map.of("X-EWS-Policy-Reason", "EWS is disabled for this user or tenant"), "");
    }

    void refuse(String kind, int status, Map<String, String> headers, String body) {
        world.tenant.faults().add(Faults.Rule.always(kind, Faults.answer(status, headers, "application/json", body)));
    }

    @Override
    public void close() {
        restless = false;
        world.close();
    }
}
