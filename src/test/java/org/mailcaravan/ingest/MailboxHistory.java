package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.mailcaravan.database.Sql;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.Lag;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * One mailbox and what happens to it: messages come, move, are edited and deleted, between requests and in the middle of them; requests fail, links expire,
 * another replica takes over. Beside it a model: which messages ever lay in a folder that is read, and what must have become of them in the end.
 */
final class MailboxHistory {
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final List<List<String>> SELECTIONS =
            List.of(List.of("inbox"), List.of("inbox", "archive"), List.of("inbox/**"), List.of("*"));
    static final String END = "-- the end of letter ";
    private static final int MOST_CONTENT_FAULTS = 3;

    private final HistoryWorld world;
    private final SandboxUser owner;
    private final SandboxMailbox sandbox;
    private final SplittableRandom random;
    private final MailboxTask task;
    private final Mailbox mailbox;
    private final HistoryWire wire;
    private final Map<Long, Known> model = new TreeMap<>();
    private final Map<String, Integer> arrivals = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private int contentFaults;
    private int letters;
    private boolean quiet;

    /** What the model knows of a message. */
    private static final class Known {
        private final String name;
        private final Instant received;
        private boolean everRead;

        private Known(SandboxMessage message, String name) {
            this.name = name;
            received = message.received();
        }
    }

    MailboxHistory(HistoryWorld world, SandboxUser owner, Protocol protocol, long seed) {
        this.world = world;
        this.owner = owner;
        this.random = new SplittableRandom(seed);
        sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
        wire = protocol == Protocol.GRAPH
                ? new GraphWire(world, owner, random.split())
                : new EwsWire(world, random.split());
        sandbox.addFolder(sandbox.wellKnownFolder("inbox"), "Projects");
        for (int i = random.nextInt(8); i > 0; i--) {
            deliver(world.clock.instant().minus(Duration.ofMinutes(random.nextInt(4000))));
        }
        mailbox = new Mailbox(
                MailboxId.random(),
                new TenantId(world.tenant.directory().tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                world.credential(owner),
                protocol,
                Access.OWNER,
                SELECTIONS.get(random.nextInt(SELECTIONS.size())),
                start());
        look();
        world.mailboxes.save(mailbox);
        Backoff backoff = new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), random.split());
        MailboxTask.Rhythm rhythm = new MailboxTask.Rhythm(Polling.every(POLL), Duration.ofDays(1));
        task = new MailboxTask(
                world.mailboxes,
                world.cursors,
                world.ledger,
                world.deliveries,
                world.store,
                backoff,
                rhythm,
                world.clock);
        task.register(wire.source(), this::arrive);
    }

    private Optional<Instant> start() {
        return switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(world.clock.instant());
            default -> Optional.of(world.clock.instant().minus(Duration.ofDays(2)));
        };
    }

    /** Lets everything happen, lets the dust settle, and compares. */
    void run() {
        for (int i = 10 + random.nextInt(12); i > 0; i--) {
            step();
        }
        quiet = true;
        world.tenant.faults().clear();
        for (int i = 0; i < 2; i++) {
            settle();
            world.clock.advance(Duration.ofHours(25));
        }
        long contents = world.requests(owner, wire.contentRequests());
        settle();
        assertThat(world.requests(owner, wire.contentRequests()))
                .as("downloads of an unchanged mailbox")
                .isEqualTo(contents);
        compare();
    }

    private void settle() {
        int still = 0;
        for (int i = 0; i < 60 && still < 2; i++) {
            still = slice().equals(POLL) ? still + 1 : 0;
        }
        assertThat(still).as("the mailbox comes to rest").isEqualTo(2);
    }

    private Duration slice() {
        Instant next = task.slice(mailbox.id()).orElseThrow();
        Duration wait = Duration.between(world.clock.instant(), next);
        world.clock.advance(wait.isNegative() ? Duration.ZERO : wait);
        return wait;
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 30) {
            slice();
        } else if (dice < 40) {
            fault();
        } else if (dice < 45) {
            wire.loseCursors();
        } else if (dice < 50) {
            world.clock.advance(Duration.ofMinutes(random.nextInt(random.nextInt(10) == 0 ? 3000 : 60)));
        } else {
            happen();
        }
    }

    /** Something that the owner or a sender does. */
    private void happen() {
        int dice = random.nextInt(100);
        if (dice < 40) {
            deliver(world.clock.instant());
        } else if (dice < 45) {
            deliver(world.clock.instant().minus(Duration.ofMinutes(random.nextInt(4000))));
        } else if (dice < 70) {
            any().ifPresent(message -> sandbox.move(message.number(), folder(), lag()));
        } else if (dice < 76) {
            any().ifPresent(message -> sandbox.delete(message.number()));
        } else if (dice < 82) {
            any().ifPresent(message -> sandbox.purge(message.number()));
        } else if (dice < 88) {
            any().ifPresent(message -> sandbox.edit(message.number(), "edited " + random.nextInt(100)));
        } else if (dice < 95) {
            any().ifPresent(message -> sandbox.setRead(message.number(), random.nextBoolean()));
        } else {
            sandbox.addFolder(folder(), "Folder " + random.nextInt(1000));
        }
        look();
    }

    private void deliver(Instant received) {
        String from = "sender@example.org";
        ComposedMail mail = new ComposedMail(
                new MailAddress("", from),
                new MailAddress("", owner.userPrincipalName()),
                "Letter " + ++letters,
                "Some lines.\r\n" + END + letters + "\r\n",
                Optional.empty(),
                received,
                // F51: some have no Message-Id and some share one
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of("<" + random.nextInt(5) + "@example.org>"));
        SandboxMessage message = sandbox.deliver(folder(), mail, received);
        model.put(message.number(), new Known(message, wire.name(message, letters)));
    }

    private SandboxFolder folder() {
        List<SandboxFolder> folders = sandbox.folders().stream()
                .filter(folder ->
                        !folder.wellKnownName().equals(Optional.of("searchfolders"))) // holds searches, no mail
                .toList();
        boolean inbox = random.nextInt(3) == 0;
        return inbox ? sandbox.wellKnownFolder("inbox") : folders.get(1 + random.nextInt(folders.size() - 1));
    }

    private Optional<SandboxMessage> any() {
        List<SandboxMessage> all = sandbox.messages();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private Lag lag() {
        return random.nextInt(3) > 0 ? Lag.NONE : Lag.values()[random.nextInt(Lag.values().length)];
    }

    private void fault() {
        boolean content = random.nextInt(3) == 0 && contentFaults++ < MOST_CONTENT_FAULTS;
        Faults.Fault fault = wire.fault(content, random);
        world.tenant
                .faults()
                .add(Faults.Rule.next(content ? 1 : 1 + random.nextInt(3), wire.kind(content, random), fault));
    }

    /** Exchange A; called by several threads at once. */
    private synchronized CompletionStage<?> arrive(ArrivedMessage message) throws IOException {
        if (!quiet && random.nextInt(8) == 0) {
            happen();
        }
        if (!quiet && random.nextInt(40) == 0) {
            world.mailboxes.take(mailbox.id()); // another replica
        }
        List<String> sinks = world.ledger.stage(
                List.of(new Ledger.Ready(message, new StoredContent("x/" + message.key(), 2, "00"))));
        if (!sinks.isEmpty()) {
            arrivals.merge(wire.name(message, check(message)), 1, Integer::sum);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** @return the content as text */
    private String check(ArrivedMessage message) throws IOException {
        problem(message.mime().isPresent() != wire.takesMime(), "MIME was staged or missed");
        problem(message.json().isPresent() != wire.takesJson(), "JSON was staged or missed");
        String text = "";
        for (StoredContent stored :
                Stream.concat(message.mime().stream(), message.json().stream()).toList()) {
            try (InputStream bytes = world.store.open(stored)) {
                text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
                problem(!text.contains(END), "cut content was staged");
            }
        }
        return text;
    }

    /** Marks what lies in a folder that is read at this moment. */
    private void look() {
        for (SandboxMessage message : sandbox.messages()) {
            model.get(message.number()).everRead |= isRead(message.folder());
        }
    }

    private boolean isRead(SandboxFolder folder) {
        String name = folder.wellKnownName().orElse("");
        return switch (mailbox.folders().get(0)) {
            case "*" ->
                !Set.of("msgfolderroot", "drafts", "deleteditems", "junkemail").contains(name)
                        && folder.parentEwsId()
                                .flatMap(sandbox::findFolder)
                                .map(this::isBelowRead)
                                .orElse(true);
            case "inbox/**" ->
                name.equals("inbox")
                        || folder.parentEwsId()
                                .flatMap(sandbox::findFolder)
                                .map(this::isRead)
                                .orElse(false);
            default -> mailbox.folders().contains(name);
        };
    }

    private boolean isBelowRead(SandboxFolder parent) {
        return parent.wellKnownName().filter("msgfolderroot"::equals).isPresent() || isRead(parent);
    }

    private void compare() {
        model.forEach((number, known) -> {
            int arrived = arrivals.getOrDefault(known.name, 0);
            boolean there = sandbox.findMessage(number)
                    .filter(message -> isRead(message.folder()))
                    .isPresent();
            boolean asked =
                    mailbox.deliverFrom().filter(known.received::isBefore).isEmpty();
            String letter = "letter " + number + " arrived " + arrived + " times";
            problem(arrived > 1, letter);
            problem(there && asked && arrived == 0, letter + " and lies in a folder that is read");
            problem(!known.everRead && arrived > 0, letter + " and never lay in a folder that is read");
        });
        assertThat(problems).as("%s", describe()).isEmpty();
        Map<String, Long> states = states();
        int delivered = arrivals.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(states.getOrDefault("staged", 0L)).isEqualTo(delivered);
        assertThat(states.keySet()).isSubsetOf("staged", "filtered", "vanished");
    }

    private void problem(boolean there, String what) {
        if (there) {
            problems.add(what);
        }
    }

    private String describe() {
        return wire + " of " + mailbox.folders() + " from " + mailbox.deliverFrom() + ": " + states();
    }

    private Map<String, Long> states() {
        Map<String, Long> states = new TreeMap<>();
        String sql = "select state, count(*) from message where mailbox_id = ? group by state";
        world.transactions.run(
                c -> Sql.list(c, row -> states.put(row.getString(1), row.getLong(2)), sql, mailbox.id()));
        return states;
    }
}
