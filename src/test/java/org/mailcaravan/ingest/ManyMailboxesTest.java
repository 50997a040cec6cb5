package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** What many mailboxes do to each other, on one virtual clock and a sandbox called in process: seconds are counted, none is waited for. */
class ManyMailboxesTest {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final String LOST =
            "{\"error\":{\"code\":\"syncStateNotFound\",\"message\":\"planned by the test\"}}";

    @TempDir
    Path directory;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<MailboxId, SandboxUser> owners = new LinkedHashMap<>();
    private final Map<String, List<Instant>> arrivals = new HashMap<>();
    private final Deque<HistoryWorld> worlds = new ArrayDeque<>();
    private HistoryWorld world;
    private MailboxTask task;
    private Duration perMessage = Duration.ZERO;

    @AfterEach
    void close() {
        worlds.forEach(HistoryWorld::close);
    }

    private void connect(int mailboxes) throws IOException {
        owners.clear();
        arrivals.clear();
        world = new HistoryWorld(Files.createTempDirectory(directory, "world"), mailboxes);
        worlds.push(world);
        task = new MailboxTask(
                world.mailboxes,
                world.cursors,
                world.ledger,
                world.deliveries,
                world.store,
                new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), new SplittableRandom(1)),
                new MailboxTask.Rhythm(Polling.every(POLL), Duration.ofDays(1)),
                world.clock);
        task.register(world.source(true, 100, 1000, MessageContent.MIME), this::arrive);
        world.tenant.directory().users().forEach(this::connect);
    }

    private void connect(SandboxUser owner) {
        Mailbox mailbox = new Mailbox(
                MailboxId.random(),
                new TenantId(world.tenant.directory().tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                world.credential(owner),
                Protocol.GRAPH,
                Access.OWNER,
                List.of("inbox"),
                Optional.empty());
        world.mailboxes.save(mailbox);
        owners.put(mailbox.id(), owner);
    }

    private synchronized CompletionStage<?> arrive(ArrivedMessage message) {
        world.ledger.stage(List.of(new Ledger.Ready(message, new StoredContent("x/" + message.key(), 2, "00"))));
        world.clock.advance(perMessage);
        try {
            String subject =
                    json.readTree(message.metadata()).findValue("subject").asText();
            arrivals.computeIfAbsent(subject, name -> new ArrayList<>()).add(world.clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void deliver(MailboxId mailbox, String subject) {
        SandboxUser owner = owners.get(mailbox);
        SandboxMailbox sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
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

    private Duration slice(MailboxId mailbox) {
        return Duration.between(world.clock.instant(), task.slice(mailbox).orElseThrow());
    }

    private void readAll(MailboxId mailbox) {
        for (int i = 0; i < 20; i++) {
            if (slice(mailbox).equals(POLL)) {
                return;
            }
        }
        throw new AssertionError("the mailbox never comes to rest");
    }

    @Test
    void mailboxesThatLoseTheirCursorsTogetherBeginAgainOneByOneAndLoseAndDoubleNothing() throws Exception { // F27
        int mailboxes = LARGER ? 500 : 20;
        connect(mailboxes);
        for (MailboxId each : owners.keySet()) {
            deliver(each, each + "-1");
            deliver(each, each + "-2");
            readAll(each);
        }
        world.clock.advance(POLL);
        for (Map.Entry<MailboxId, SandboxUser> each : owners.entrySet()) {
            Optional<String> owner = Optional.of(each.getValue().objectId());
            Faults.Fault gone = Faults.answer(410, Map.of(), "application/json", LOST);
            world.tenant.faults().add(new Faults.Rule("graph:messages/delta", owner, 0, 1, gone));
            deliver(each.getKey(), each.getKey() + "-3");
        }

        Map<MailboxId, Duration> waits = new HashMap<>();
        owners.keySet().forEach(each -> waits.put(each, slice(each)));
        Instant lost = world.clock.instant();
        waits.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(each -> {
            world.clock.set(lost.plus(each.getValue()));
            readAll(each.getKey());
        });

        assertThat(waits.values()).allMatch(wait -> wait.compareTo(POLL) <= 0);
        assertThat(waits.values().stream()
                        .collect(Collectors.groupingBy(wait -> wait.toSeconds() / 10, Collectors.counting()))
                        .values())
                .as("who begins again in the same ten seconds of a minute")
                .allMatch(together -> together <= mailboxes / 2);
        assertThat(arrivals)
                .hasSize(3 * mailboxes)
                .allSatisfy((subject, times) -> assertThat(times).as(subject).hasSize(1));
        assertThat(owners.values()).allSatisfy(owner -> {
            assertThat(world.requests(owner, "graph:message/$value")).isEqualTo(3);
            assertThat(world.requests(owner, "graph:")).isLessThanOrEqualTo(20);
        });
    }

    @Test
    void aMailboxThatIsAHundredTimesBusierDoesNotDoubleTheDelayOfTheOthers() throws Exception { // F52
        Duration usual = ninetyFifth(new Simulation(5).run());
        Duration besideABusyOne = ninetyFifth(new Simulation(500).run());

        assertThat(besideABusyOne).isLessThan(usual.multipliedBy(2));
    }

    private static Duration ninetyFifth(List<Duration> delays) {
        Collections.sort(delays);
        return delays.get(delays.size() * 95 / 100);
    }

    /** Ten minutes of mail, read by as many threads for so many mailboxes as in the product; each has a time of its own. */
    private final class Simulation {
        private static final Duration LENGTH = Duration.ofMinutes(10);
        private static final int EACH = 5;
        private static final int MAILBOXES_PER_THREAD = 10;

        private final SplittableRandom random = new SplittableRandom(7);
        private final Map<MailboxId, PriorityQueue<Sent>> mail = new LinkedHashMap<>();
        private final Map<String, Instant> others = new HashMap<>();
        private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparing(Due::at));
        private final PriorityQueue<Instant> threads = new PriorityQueue<>();
        private final Instant begin;

        private record Due(Instant at, MailboxId mailbox) {}

        private record Sent(Instant at, String subject) {}

        private Simulation(int busy) throws IOException {
            connect(LARGER ? 200 : 20);
            perMessage = Duration.ofMillis(100);
            begin = world.clock.instant();
            IntStream.range(0, owners.size() / MAILBOXES_PER_THREAD).forEach(thread -> threads.add(begin));
            for (MailboxId each : owners.keySet()) {
                queue.add(new Due(begin.plusMillis(random.nextLong(POLL.toMillis())), each));
                send(each, mail.isEmpty() ? busy : EACH, !mail.isEmpty());
            }
        }

        private void send(MailboxId mailbox, int messages, boolean counts) {
            PriorityQueue<Sent> sent = new PriorityQueue<>(Comparator.comparing(Sent::at));
            for (int number = 0; number < messages; number++) {
                Sent one = new Sent(begin.plusMillis(random.nextLong(LENGTH.toMillis())), mailbox + "-" + number);
                sent.add(one);
                if (counts) {
                    others.put(one.subject(), one.at());
                }
            }
            mail.put(mailbox, sent);
        }

        private List<Duration> run() {
            Instant end = begin.plus(LENGTH).plus(LENGTH);
            while (queue.element().at().isBefore(end)) {
                step(queue.remove());
            }
            return others.entrySet().stream()
                    .map(sent -> Duration.between(
                            sent.getValue(), arrivals.get(sent.getKey()).get(0)))
                    .collect(Collectors.toCollection(ArrayList::new));
        }

        private void step(Due due) {
            Instant free = threads.remove();
            Instant start = free.isAfter(due.at()) ? free : due.at();
            world.clock.set(start);
            PriorityQueue<Sent> sent = mail.get(due.mailbox());
            while (!sent.isEmpty() && !sent.element().at().isAfter(start)) {
                deliver(due.mailbox(), sent.remove().subject());
            }
            Instant next = task.slice(due.mailbox()).orElseThrow();
            Instant done = world.clock.instant();
            threads.add(done);
            queue.add(new Due(next.isAfter(done) ? next : done, due.mailbox()));
        }
    }
}
