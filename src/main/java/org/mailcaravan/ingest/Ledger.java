package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.WantedMessage;

/**
 * What was ever seen of each mailbox, and what became of it. A message is {@code discovered} (its content is still to be fetched) until it is {@code staged}
 * (content on disk, one delivery per sink), {@code filtered} by a named rule, {@code vanished} with evidence, or {@code dead} with a reason. Every write checks
 * the fencing number. Thread-safe.
 */
public final class Ledger {
    private final Transactions transactions;
    private final Clock clock;

    public Ledger(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A message whose content is due, and how often it was begun before. */
    record Due(WantedMessage message, int attempts) {}

    private record Known(MessageKey key, String state) {}

    /**
     * T1: records every id of a page and moves the cursor, in one commit. A message already known by any alias only gains the new aliases; one that had vanished
     * is discovered again.
     *
     * @param from where the folder was before this page
     * @param to where it is after it
     * @return what became due, and what a page says anew about messages that are due
     */
    Recorded recordPage(
            Mailboxes.Taken taken,
            MailFolder folder,
            SyncCursors.Position from,
            SyncCursors.Position to,
            MailPage page) {
        return transactions.call(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            PageRecorder recorder = new PageRecorder(c, taken.mailbox(), from);
            recorder.record(page.messages());
            SyncCursors.move(c, taken.mailbox(), folder, to);
            return new Recorded(recorder.due, recorder.bodies);
        });
    }

    /**
     * A page in the ledger.
     *
     * @param due how many messages became due
     * @param bodies messages with their bodies, of those that are due now
     */
    record Recorded(int due, Map<MessageKey, String> bodies) {}

    /** One page on its way into the ledger. */
    private final class PageRecorder {
        private final Connection c;
        private final Mailbox mailbox;
        private final SyncCursors.Position from;
        private final Instant now = clock.instant();
        private final Map<MessageAlias, Known> known = new HashMap<>();
        private final List<Object[]> messages = new ArrayList<>();
        private final List<Object[]> aliases = new ArrayList<>();
        private final List<Object[]> changed = new ArrayList<>();
        private final Map<MessageKey, String> bodies = new HashMap<>();
        private int due;

        private PageRecorder(Connection c, Mailbox mailbox, SyncCursors.Position from) {
            this.c = c;
            this.mailbox = mailbox;
            this.from = from;
        }

        private void record(List<ListedMessage> listed) throws SQLException {
            lookUp(listed);
            for (ListedMessage message : listed) {
                Optional<Known> before = message.aliases().stream()
                        .filter(known::containsKey)
                        .map(known::get)
                        .findFirst();
                Known entry = before.isPresent() ? again(before.get(), message) : discover(message);
                if (entry.state().equals("discovered")) {
                    message.whole().ifPresent(body -> bodies.put(entry.key(), body));
                }
                name(message, entry);
            }
            Sql.batch(c, "update message set metadata = ? where message_id = ? and state = 'discovered'", changed);
            Sql.batch(
                    c,
                    "insert into message (message_id, mailbox_id, state, reason, attempts, next_attempt_at,"
                            + " discovered_at, received_at, listed_size, metadata, history) values (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
                    messages);
            Sql.batch(
                    c, "insert into message_alias (mailbox_id, kind, alias, message_id) values (?, ?, ?, ?)", aliases);
        }

        private void lookUp(List<ListedMessage> listed) throws SQLException {
            List<MessageAlias> all =
                    listed.stream().flatMap(m -> m.aliases().stream()).toList();
            if (all.isEmpty()) {
                return;
            }
            List<Object> parameters = new ArrayList<>(List.of(mailbox.id()));
            all.forEach(alias -> parameters.add(alias.value()));
            String sql = "select a.kind, a.alias, a.message_id, m.state from message_alias a"
                    + " join message m on m.message_id = a.message_id where a.mailbox_id = ? and a.alias in ("
                    + Sql.marks(all.size()) + ")";
            Sql.list(
                    c,
                    row -> known.put(
                            alias(row), new Known(MessageKey.of(row.getString("message_id")), row.getString("state"))),
                    sql,
                    parameters.toArray());
        }

        /** What is still to be fetched is fetched as it is now (row F28); a partial update changes nothing. */
        private Known again(Known entry, ListedMessage message) throws SQLException {
            if (entry.state().equals("discovered")) {
                message.metadata().ifPresent(newest -> changed.add(new Object[] {newest, entry.key()}));
            }
            if (!entry.state().equals("vanished")) {
                return entry;
            }
            Sql.update(
                    c,
                    "update message set state = 'discovered', reason = null, attempts = 0, next_attempt_at = ?"
                            + " where message_id = ? and state = 'vanished'",
                    now,
                    entry.key());
            due++;
            return new Known(entry.key(), "discovered");
        }

        private Known discover(ListedMessage message) {
            // protocols show times of receipt to the second: what came in the second of connecting is delivered
            boolean beforeConnect = !from.enumerated()
                    && message.receivedAt().isPresent()
                    && mailbox.deliverFrom()
                            .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
                            .filter(message.receivedAt().get()::isBefore)
                            .isPresent();
            Known entry = new Known(MessageKey.random(), beforeConnect ? "filtered" : "discovered");
            messages.add(new Object[] {
                entry.key(),
                mailbox.id(),
                entry.state(),
                beforeConnect ? Optional.of("before-connect") : Optional.empty(),
                now,
                now,
                message.receivedAt(),
                message.size().isPresent() ? Optional.of(message.size().getAsLong()) : Optional.empty(),
                beforeConnect ? Optional.empty() : message.metadata(),
                isHistory(message)
            });
            due += beforeConnect ? 0 : 1;
            return entry;
        }

        /** It waits behind what arrives while the folder is read for the first time; the order is all that depends on this clock. */
        private boolean isHistory(ListedMessage message) {
            Instant begun = from.begunAt().orElse(now);
            return !from.enumerated()
                    && message.receivedAt().filter(begun::isAfter).isPresent();
        }

        private void name(ListedMessage message, Known entry) {
            for (MessageAlias alias : message.aliases()) {
                if (known.putIfAbsent(alias, entry) == null) {
                    aliases.add(new Object[] {mailbox.id(), alias.kind().word(), alias.value(), entry.key()});
                }
            }
        }
    }

    /** The messages whose content is due, what arrives before what lay there, each in the order they were discovered. */
    List<Due> due(MailboxId mailbox, int limit) {
        return due(mailbox, limit, true);
    }

    /** @param history whether also what lay in the mailbox before it was read, see the other */
    List<Due> due(MailboxId mailbox, int limit, boolean history) {
        String arriving = history ? "" : " and not history";
        return transactions.call(c -> {
            List<Due> rows = Sql.list(
                    c,
                    Ledger::due,
                    "select message_id, attempts, listed_size, metadata from message where mailbox_id = ?"
                            + " and state = 'discovered' and next_attempt_at <= ?" + arriving
                            + " order by mailbox_id, state, history, seq limit " + limit,
                    mailbox,
                    clock.instant());
            return named(c, rows);
        });
    }

    private static List<Due> named(Connection c, List<Due> rows) throws SQLException {
        if (rows.isEmpty()) {
            return rows;
        }
        Map<MessageKey, List<MessageAlias>> aliases = new HashMap<>();
        Sql.list(
                c,
                row -> aliases.computeIfAbsent(MessageKey.of(row.getString("message_id")), k -> new ArrayList<>())
                        .add(alias(row)),
                "select message_id, kind, alias from message_alias where message_id in (" + Sql.marks(rows.size())
                        + ") order by added desc",
                rows.stream().map(due -> (Object) due.message().key()).toArray());
        return rows.stream()
                .map(due -> new Due(
                        new WantedMessage(
                                due.message().key(),
                                aliases.getOrDefault(due.message().key(), List.of()),
                                due.message().size(),
                                due.message().metadata()),
                        due.attempts()))
                .toList();
    }

    /** When the next message of the mailbox becomes due, if any is waiting. */
    Optional<Instant> nextDue(MailboxId mailbox) {
        String sql =
                "select min(next_attempt_at) as next_at from message where mailbox_id = ? and state = 'discovered'";
        return transactions
                .call(c -> Sql.first(c, row -> Sql.instant(row, "next_at"), sql, mailbox))
                .flatMap(next -> next);
    }

    /** Counts an attempt before it is made: a message that kills the process is found out. */
    void beginAttempts(Mailboxes.Taken taken, Collection<MessageKey> keys) {
        changeAttempts(taken, keys, 1);
    }

    /** Takes attempts back that came to nothing through no fault of the message. */
    void forgiveAttempts(Mailboxes.Taken taken, Collection<MessageKey> keys) {
        changeAttempts(taken, keys, -1);
    }

    private void changeAttempts(Mailboxes.Taken taken, Collection<MessageKey> keys, int by) {
        if (keys.isEmpty()) {
            return;
        }
        String sql = "update message set attempts = attempts + " + by
                + " where state = 'discovered' and message_id in (" + Sql.marks(keys.size()) + ")";
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            Sql.update(c, sql, keys.toArray());
        });
    }

    /** The content could not be had: again later, or dead when it was tried often enough. */
    void contentFailed(Mailboxes.Taken taken, MessageKey key, String reason, int maxAttempts, Duration wait) {
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            Sql.update(
                    c,
                    "update message set state = case when attempts >= ? then 'dead' else state end, reason = ?,"
                            + " next_attempt_at = ? where message_id = ? and state = 'discovered'",
                    maxAttempts,
                    Mailboxes.shortened(reason),
                    clock.instant().plus(wait),
                    key);
        });
    }

    /** Those of the messages that came to no end yet. */
    List<MessageKey> stillDiscovered(Collection<MessageKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        String sql = "select message_id from message where state = 'discovered' and message_id in ("
                + Sql.marks(keys.size()) + ")";
        return transactions.call(c -> Sql.list(c, row -> MessageKey.of(row.getString(1)), sql, keys.toArray()));
    }

    /** How often the content of a message that is still to be fetched was asked for. */
    int attempts(MessageKey key) {
        String sql = "select attempts from message where message_id = ? and state = 'discovered'";
        return transactions
                .call(c -> Sql.first(c, row -> row.getInt(1), sql, key))
                .orElse(0);
    }

    void vanished(Mailboxes.Taken taken, MessageKey key, String evidence) {
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            end(c, key, "vanished", evidence);
        });
    }

    /** A named rule decided that no sink gets this message. */
    public void filter(ArrivedMessage message, String rule) {
        transactions.run(c -> {
            Mailboxes.requireFence(c, message.mailbox().id(), message.fence());
            end(c, message.key(), "filtered", rule);
        });
    }

    private static void end(Connection c, MessageKey key, String state, String reason) throws SQLException {
        Sql.update(
                c,
                "update message set state = ?, reason = ?, metadata = null where message_id = ? and state = 'discovered'",
                state,
                Mailboxes.shortened(reason),
                key);
    }

    /**
     * A message that is ready to be staged.
     *
     * @param event its event in the content store
     */
    record Ready(ArrivedMessage message, StoredContent event) {
        /** All its content, durable by now. */
        List<StoredContent> contents() {
            return Stream.of(message.mime(), message.json(), Optional.of(event))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /**
     * T2: the messages are staged and one delivery per subscribed sink is pending for each, in one commit. Idempotent.
     *
     * @param group messages of one mailbox, read by one task
     * @return the sinks that now have something to deliver; empty if all had been staged before
     * @throws IllegalStateException if no sink is subscribed: nothing is taken that nobody gets
     */
    List<String> stage(List<Ready> group) {
        ArrivedMessage first = group.get(0).message();
        return transactions.call(c -> {
            Mailboxes.requireFence(c, first.mailbox().id(), first.fence());
            int[] marked = markStaged(c, group);
            List<MessageKey> staged = IntStream.range(0, marked.length)
                    .filter(i -> marked[i] == 1)
                    .mapToObj(i -> group.get(i).message().key())
                    .toList();
            return staged.isEmpty() ? List.of() : Deliveries.promise(c, staged);
        });
    }

    private int[] markStaged(Connection c, List<Ready> group) throws SQLException {
        Instant now = clock.instant();
        return Sql.batch(
                c,
                "update message set state = 'staged', reason = null, metadata = null, staged_at = ?, content_name = ?,"
                        + " content_size = ?, content_sha256 = ?, json_name = ?, json_size = ?, json_sha256 = ?,"
                        + " event_name = ?, event_size = ?, event_sha256 = ? where message_id = ? and state = 'discovered'",
                group.stream().map(ready -> row(ready, now)).toList());
    }

    private static Object[] row(Ready ready, Instant now) {
        List<Object> values = new ArrayList<>(List.of(now));
        values.addAll(columns(ready.message().mime()));
        values.addAll(columns(ready.message().json()));
        values.addAll(columns(Optional.of(ready.event())));
        values.add(ready.message().key());
        return values.toArray();
    }

    private static List<Optional<?>> columns(Optional<StoredContent> content) {
        return List.of(
                content.map(StoredContent::name), content.map(StoredContent::size), content.map(StoredContent::sha256));
    }

    private static Due due(ResultSet row) throws SQLException {
        long size = row.getLong("listed_size");
        OptionalLong listed = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(size);
        return new Due(
                new WantedMessage(
                        MessageKey.of(row.getString("message_id")),
                        List.of(),
                        listed,
                        Optional.ofNullable(row.getString("metadata"))),
                row.getInt("attempts"));
    }

    private static MessageAlias alias(ResultSet row) throws SQLException {
        return new MessageAlias(MessageAlias.Kind.of(row.getString("kind")), row.getString("alias"));
    }
}
