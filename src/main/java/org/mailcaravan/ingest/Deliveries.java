package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;

/** What each sink is owed: subscriptions, pending deliveries, attempts and their ends. Every write checks the queue's fencing number. Thread-safe. */
public final class Deliveries {
    /** The reserved name of the subscription that is offered each message once every other sink has settled it. */
    public static final String SETTLED = "settled";

    /** Far behind every sequence number: what lay in a mailbox before it was read does not hold up what arrives. */
    private static final String PLACE_IN_LINE = "case when m.history then m.seq + 4611686018427387904 else m.seq end";

    private final Transactions transactions;
    private final Clock clock;

    public Deliveries(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One sink's line of messages of one mailbox. */
    record Queue(String sink, MailboxId mailbox) {
        /** The name of its task; sink names have no slash. */
        String name() {
            return sink + "/" + mailbox;
        }

        static Queue of(String name) {
            int slash = name.lastIndexOf('/');
            return new Queue(name.substring(0, slash), MailboxId.of(name.substring(slash + 1)));
        }
    }

    /** A delivery in line. */
    record Owed(
            MessageKey key,
            int attempts,
            Optional<Instant> firstAttemptAt,
            Instant nextAttemptAt,
            boolean aside,
            StoredContent event,
            Optional<StoredContent> mime,
            Optional<StoredContent> json) {}

    /** Adds a pending delivery for every subscribed sink, and a waiting one for {@link #SETTLED}; part of T2. */
    static List<String> promise(Connection c, List<MessageKey> staged) throws SQLException {
        Object[] keys = staged.toArray();
        String among = " in (" + Sql.marks(keys.length) + ")";
        Sql.update(
                c,
                "insert into delivery (message_id, sink, mailbox_id, seq, state, attempts, next_attempt_at)"
                        + " select m.message_id, s.sink, m.mailbox_id, " + PLACE_IN_LINE + ","
                        + " case when s.sink = 'settled' then 'waiting' else 'pending' end, 0, m.staged_at"
                        + " from message m cross join sink s where m.message_id" + among,
                keys);
        String promised = "select distinct sink from delivery where state = 'pending' and message_id" + among;
        List<String> sinks = Sql.list(c, row -> row.getString(1), promised, keys);
        if (sinks.isEmpty()) {
            throw new IllegalStateException(
                    "no sink is subscribed; add a route that starts with from: mail-delivery:<name>");
        }
        return sinks;
    }

    void subscribe(String sink, boolean fromStart) {
        boolean promised = transactions.call(c -> {
            boolean known =
                    Sql.update(c, "update sink set paused_until = null, paused_reason = null where sink = ?", sink) > 0;
            if (!known) {
                Instant since = fromStart ? Instant.EPOCH : clock.instant();
                Sql.update(c, "insert into sink (sink, since) values (?, ?)", sink, since);
                if (fromStart) {
                    promiseAll(c, sink);
                }
            }
            return !known && fromStart;
        });
        if (promised && sink.equals(SETTLED)) {
            transactions.run(this::offerWhatHasSettled);
        }
    }

    /**
     * After everything staged before was promised to {@link #SETTLED}. Who settles at this moment and began before that promise did not see it: locking what is
     * still pending waits for them, and whoever comes later sees it.
     */
    private void offerWhatHasSettled(Connection c) throws SQLException {
        Sql.list(
                c,
                row -> row.getString(1),
                "select message_id from delivery where state = 'pending' and sink <> 'settled' and message_id in"
                        + " (select message_id from delivery where state = 'waiting') for update");
        Sql.update(c, OFFER + " and state = 'waiting'" + NOBODY_PENDING, clock.instant());
    }

    private static final String OFFER =
            "update delivery set state = 'pending', next_attempt_at = ? where sink = 'settled'";
    private static final String NOBODY_PENDING = " and not exists (select 1 from delivery other"
            + " where other.message_id = delivery.message_id and other.sink <> 'settled' and other.state = 'pending')";

    private static void promiseAll(Connection c, String sink) throws SQLException {
        Sql.update(
                c,
                "insert into delivery (message_id, sink, mailbox_id, seq, state, attempts, next_attempt_at)"
                        + " select m.message_id, ?, m.mailbox_id, " + PLACE_IN_LINE
                        + ", cast(? as varchar(12)), 0, m.staged_at from message m where m.state = 'staged'",
                sink,
                sink.equals(SETTLED) ? "waiting" : "pending");
    }

    /** Whether anybody wants messages at all; {@link #SETTLED} alone does not. */
    boolean anySink() {
        return transactions
                .call(c -> Sql.first(c, row -> row.getString(1), "select sink from sink where sink <> 'settled'"))
                .isPresent();
    }

    /** Queues with something due, for the sweep that mends lost nudges. */
    List<Queue> due() {
        return transactions.call(c -> Sql.list(
                c,
                row -> new Queue(row.getString(1), MailboxId.of(row.getString(2))),
                "select distinct d.sink, d.mailbox_id from delivery d join sink s on s.sink = d.sink"
                        + " where d.state = 'pending' and d.next_attempt_at <= ?"
                        + " and (s.paused_until is null or s.paused_until <= ?)",
                clock.instant(),
                clock.instant()));
    }

    /** Raises the queue's fencing number: whoever delivered from it before can record nothing more. */
    long take(Queue queue) {
        return transactions.call(c -> {
            String raise = "update delivery_queue set fence = fence + 1 where sink = ? and mailbox_id = ?";
            if (Sql.update(c, raise, queue.sink(), queue.mailbox()) == 0) {
                Sql.update(
                        c,
                        "insert into delivery_queue (sink, mailbox_id, fence) values (?, ?, 1)",
                        queue.sink(),
                        queue.mailbox());
            }
            String read = "select fence from delivery_queue where sink = ? and mailbox_id = ?";
            return Sql.first(c, row -> row.getLong(1), read, queue.sink(), queue.mailbox())
                    .orElseThrow();
        });
    }

    private static void requireFence(Connection c, Queue queue, long fence) throws SQLException {
        String sql = "select fence from delivery_queue where sink = ? and mailbox_id = ? and fence = ? for update";
        if (Sql.first(c, row -> row.getLong(1), sql, queue.sink(), queue.mailbox(), fence)
                .isEmpty()) {
            throw new FencedOffException("deliveries " + queue.name(), fence);
        }
    }

    /** The head of the queue, in order, due or not; those that stepped aside only when due. */
    List<Owed> head(Queue queue, int limit) {
        return transactions.call(c -> Sql.list(
                c,
                Deliveries::owed,
                "select d.message_id, d.attempts, d.first_attempt_at, d.next_attempt_at, d.aside, m.event_name, m.event_size,"
                        + " m.event_sha256, m.content_name, m.content_size, m.content_sha256, m.json_name, m.json_size,"
                        + " m.json_sha256 from delivery d"
                        + " join message m on m.message_id = d.message_id"
                        + " where d.state = 'pending' and d.sink = ? and d.mailbox_id = ? order by d.seq limit "
                        + limit,
                queue.sink(),
                queue.mailbox()));
    }

    /** Until when the sink takes nothing, if it is paused. */
    Optional<Instant> pausedUntil(String sink) {
        return transactions
                .call(c -> Sql.first(
                        c,
                        row -> Sql.instant(row, "paused_until"),
                        "select paused_until from sink where sink = ?",
                        sink))
                .flatMap(until -> until)
                .filter(clock.instant()::isBefore);
    }

    /** T3: the attempt is on record before it is made, so that a repeat after a crash carries the redelivery mark. */
    void beginAttempt(Queue queue, long fence, MessageKey key) {
        write(
                queue,
                fence,
                "update delivery set attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ?)"
                        + " where message_id = ? and sink = ? and state = 'pending'",
                clock.instant(),
                key,
                queue.sink());
    }

    /**
     * T4: delivered, filtered by a rule, or dead with a reason. If this was the last sink that had the message pending, the same commit offers it to {@link #SETTLED}.
     *
     * @return whether it did
     */
    boolean settle(Queue queue, long fence, MessageKey key, Settlement state, Optional<String> reason) {
        return transactions.call(c -> {
            requireFence(c, queue, fence);
            Sql.update(
                    c,
                    "update delivery set state = ?, reason = ?, settled_at = ? where message_id = ? and sink = ?"
                            + " and state = 'pending'",
                    state.word(),
                    reason.map(Mailboxes::shortened),
                    clock.instant(),
                    key,
                    queue.sink());
            return offerIfLast(c, key);
        });
    }

    /** The waiting row is locked first: of two sinks that settle at the same time, the second one sees what the first one did. */
    private boolean offerIfLast(Connection c, MessageKey key) throws SQLException {
        String waiting =
                "select 1 from delivery where message_id = ? and sink = 'settled' and state = 'waiting' for update";
        return Sql.first(c, row -> row.getInt(1), waiting, key).isPresent()
                && Sql.update(c, OFFER + " and message_id = ?" + NOBODY_PENDING, clock.instant(), key) > 0;
    }

    /** What became of a message at the sinks, and how its mailbox calls it; for {@link #SETTLED}. */
    SettledMessage settled(MessageKey key) {
        String states = "select state from delivery where message_id = ? and sink <> 'settled'";
        String names = "select kind, alias from message_alias where message_id = ? order by added desc";
        return transactions.call(c -> new SettledMessage(
                Settlement.of(Sql.list(c, row -> row.getString(1), states, key)),
                Sql.list(
                        c,
                        row -> new MessageAlias(MessageAlias.Kind.of(row.getString("kind")), row.getString("alias")),
                        names,
                        key)));
    }

    /** T4: not now. */
    void postpone(Queue queue, long fence, MessageKey key, Duration wait, String reason) {
        write(
                queue,
                fence,
                "update delivery set next_attempt_at = ?, reason = ? where message_id = ? and sink = ?"
                        + " and state = 'pending'",
                clock.instant().plus(wait),
                Mailboxes.shortened(reason),
                key,
                queue.sink());
    }

    /** The sink takes others but not this one: it no longer holds up the queue. */
    void stepAside(Queue queue, long fence, MessageKey key) {
        write(queue, fence, "update delivery set aside = true where message_id = ? and sink = ?", key, queue.sink());
    }

    /** When the queue goes on, if it holds anything: when the first in line is due, or one that stepped aside. */
    Optional<Instant> nextDue(Queue queue) {
        String pending = " from delivery where state = 'pending' and sink = ? and mailbox_id = ?";
        String sql = "select min(next_at) as next_at from (select next_attempt_at as next_at" + pending
                + " and aside union all select next_at from (select next_attempt_at as next_at" + pending
                + " and not aside order by seq limit 1) first_in_line) candidates";
        Object[] key = {queue.sink(), queue.mailbox(), queue.sink(), queue.mailbox()};
        return transactions
                .call(c -> Sql.first(c, row -> Sql.instant(row, "next_at"), sql, key))
                .flatMap(next -> next);
    }

    /** T4: the sink takes nothing for a while, and the message is not charged for it. */
    void pause(Queue queue, long fence, MessageKey key, Duration wait, String reason) {
        transactions.run(c -> {
            requireFence(c, queue, fence);
            Sql.update(
                    c,
                    "update sink set paused_until = ?, paused_reason = ? where sink = ?",
                    clock.instant().plus(wait),
                    Mailboxes.shortened(reason),
                    queue.sink());
            Sql.update(
                    c,
                    "update delivery set attempts = attempts - 1 where message_id = ? and sink = ?",
                    key,
                    queue.sink());
        });
    }

    private void write(Queue queue, long fence, String sql, Object... parameters) {
        transactions.run(c -> {
            requireFence(c, queue, fence);
            Sql.update(c, sql, parameters);
        });
    }

    /** Why paused sinks are paused; for health. */
    public Map<String, String> paused() {
        Map<String, String> reasons = new TreeMap<>();
        transactions.run(c -> Sql.list(
                c,
                row -> reasons.put(row.getString(1), row.getString(2)),
                "select sink, paused_reason from sink where paused_until > ?",
                clock.instant()));
        return reasons;
    }

    /** The ledger equation per sink, over all mailboxes. In flight for {@link #SETTLED} is also what waits for the sinks. */
    public Map<String, LedgerBalance> balances() {
        Map<String, LedgerBalance> balances = new TreeMap<>();
        transactions.run(c -> Sql.list(c, row -> balances.put(row.getString("sink"), balance(row)), BALANCE));
        return balances;
    }

    private static final String BALANCE = "select s.sink, count(m.message_id) as discovered,"
            + " count(case when d.state = 'delivered' then 1 end) as delivered,"
            + " count(case when m.state = 'filtered' or d.state = 'filtered' then 1 end) as filtered,"
            + " count(case when m.state = 'dead' or d.state = 'dead' then 1 end) as dead,"
            + " count(case when m.state = 'vanished' then 1 end) as vanished,"
            + " count(case when m.state = 'discovered' or d.state in ('pending', 'waiting') then 1 end) as in_flight"
            + " from sink s left join message m on m.staged_at is null or m.staged_at >= s.since"
            + " left join delivery d on d.message_id = m.message_id and d.sink = s.sink group by s.sink";

    private static LedgerBalance balance(ResultSet row) throws SQLException {
        return new LedgerBalance(
                row.getLong("discovered"),
                row.getLong("delivered"),
                row.getLong("filtered"),
                row.getLong("dead"),
                row.getLong("vanished"),
                row.getLong("in_flight"));
    }

    private static Owed owed(ResultSet row) throws SQLException {
        return new Owed(
                MessageKey.of(row.getString("message_id")),
                row.getInt("attempts"),
                Sql.instant(row, "first_attempt_at"),
                Sql.instant(row, "next_attempt_at").orElseThrow(),
                row.getBoolean("aside"),
                stored(row, "event").orElseThrow(),
                stored(row, "content"),
                stored(row, "json"));
    }

    private static Optional<StoredContent> stored(ResultSet row, String what) throws SQLException {
        String name = row.getString(what + "_name");
        return name == null
                ? Optional.empty()
                : Optional.of(new StoredContent(name, row.getLong(what + "_size"), row.getString(what + "_sha256")));
    }
}
