package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mailbox rows: who is connected, in what state, and which task may write for it (fencing number). Thread-safe. */
public final class Mailboxes implements MailboxDirectory, PolicyBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(Mailboxes.class);
    private static final int WAKE_AT_ONCE = 100;

    private final Transactions transactions;
    private final Clock clock;
    private volatile Consumer<MailboxId> whenDue = id -> {};
    private volatile Consumer<List<String>> whenPurged = names -> {};
    private volatile Consumer<MailboxId> whenBlocked = id -> {};

    public Mailboxes(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A mailbox a task has just taken for itself.
     *
     * @param newsAt when it last had new mail, or was connected
     * @param change how far its change of protocol has come, if there ever was one
     */
    record Taken(
            Mailbox mailbox,
            MailboxState state,
            long fence,
            int failures,
            Instant newsAt,
            Optional<ProtocolChange.Phase> change) {
        Taken seenAs(UnaryOperator<Mailbox> view) {
            return new Taken(view.apply(mailbox), state, fence, failures, newsAt, change);
        }
    }

    /** Who is told, after the commit, that a mailbox became due. */
    void onDue(Consumer<MailboxId> listener) {
        whenDue = listener;
    }

    /** Who is told, after the commit, which content nobody needs any more. */
    void onPurged(Consumer<List<String>> listener) {
        whenPurged = listener;
    }

    @Override
    public Optional<Mailbox> find(MailboxId id) {
        return transactions.call(
                c -> Sql.first(c, Mailboxes::mailbox, "select * from mailbox where mailbox_id = ?", id));
    }

    @Override
    public Optional<Mailbox> find(TenantId tenant, String objectId) {
        String sql = "select * from mailbox where tenant_id = ? and object_id = ?";
        return transactions.call(c -> Sql.first(c, Mailboxes::mailbox, sql, tenant, objectId));
    }

    @Override
    public List<Mailbox> findByAddress(MailboxAddress address) {
        String sql = "select * from mailbox where lower(address) = ? and state <> 'disconnected'";
        return transactions.call(
                c -> Sql.list(c, Mailboxes::mailbox, sql, address.value().toLowerCase(Locale.ROOT)));
    }

    @Override
    public boolean uses(CredentialId credential) {
        // locked, so that of two mailboxes that are taken out at the same time the second one sees the first one's end
        String sql = "select * from mailbox where credential_id = ? and state <> 'disconnected' for update";
        return !transactions
                .call(c -> Sql.list(c, Mailboxes::mailbox, sql, credential))
                .isEmpty();
    }

    @Override
    public void remove(MailboxId id, Mail mail) {
        transactions.run(c -> {
            Sql.update(
                    c,
                    "update mailbox set fence = fence + 1, state = 'disconnected', state_reason = null, state_since = ?,"
                            + " failures = 0 where mailbox_id = ?",
                    clock.instant(),
                    id);
            Subscriptions.remove(c, id);
            if (mail == Mail.PURGE) {
                purge(c, id);
            }
            transactions.afterCommit(() -> whenDue.accept(id));
        });
    }

    private void purge(Connection c, MailboxId id) throws SQLException {
        List<String> names = new ArrayList<>();
        for (String column : List.of("content_name", "json_name", "event_name")) {
            String sql = "select " + column + " from message where mailbox_id = ? and " + column + " is not null";
            names.addAll(Sql.list(c, row -> row.getString(1), sql, id));
        }
        for (String table : List.of(
                "delivery",
                "delivery_queue",
                "message_alias",
                "message",
                "sync_cursor",
                "protocol_change",
                "request_tally",
                "mailbox")) {
            Sql.update(c, "delete from " + table + " where mailbox_id = ?", id);
        }
        transactions.afterCommit(() -> whenPurged.accept(names));
    }

    @Override
    public void save(Mailbox mailbox) {
        transactions.run(c -> {
            Optional<Protocol> before = protocol(c, mailbox.id());
            boolean moves =
                    before.filter(protocol -> protocol != mailbox.protocol()).isPresent()
                            && anyMessage(c, mailbox.id());
            if (moves) {
                update(c, mailbox.by(before.get()));
                new ProtocolChanges(transactions, this, clock)
                        .ask(c, mailbox.id(), mailbox.protocol(), mailbox.folders(), false);
            } else if (update(c, mailbox) == 0) {
                insert(c, mailbox);
            }
            transactions.afterCommit(() -> whenDue.accept(mailbox.id()));
        });
    }

    /** By which protocol a mailbox is read; its row is locked. */
    static Optional<Protocol> protocol(Connection c, MailboxId id) throws SQLException {
        String sql = "select protocol from mailbox where mailbox_id = ? for update";
        return Sql.first(c, row -> Protocol.of(row.getString(1)), sql, id);
    }

    private static boolean anyMessage(Connection c, MailboxId id) throws SQLException {
        String sql = "select 1 from message where mailbox_id = ? limit 1";
        return Sql.first(c, row -> row.getInt(1), sql, id).isPresent();
    }

    /** From now on it is read by the protocol and from the folders of this view, and nothing is held against it. */
    static void change(Connection c, Mailbox after, Instant now) throws SQLException {
        Sql.update(
                c,
                "update mailbox set protocol = ?, folders = ?, state = 'active', state_reason = null, state_since = ?, failures = 0,"
                        + " rest_until = null where mailbox_id = ?",
                after.protocol().word(),
                String.join(",", after.folders()),
                now,
                after.id());
    }

    /** Makes it due at once, even if a server asked to leave it alone: another one may be asked. */
    void wakeFromRest(Connection c, MailboxId id) throws SQLException {
        Sql.update(c, "update mailbox set wake = true, rest_until = null where mailbox_id = ?", id);
        transactions.afterCommit(() -> whenDue.accept(id));
    }

    private int update(Connection c, Mailbox mailbox) throws SQLException {
        return Sql.update(
                c,
                "update mailbox set address = ?, credential_id = ?, protocol = ?, access = ?, folders = ?, state = 'active',"
                        + " state_reason = null, state_since = ?, failures = 0, wake = true, rest_until = null, news_at = ?,"
                        + " block_since = null, block_answers = 0 where mailbox_id = ?",
                mailbox.address(),
                mailbox.credential(),
                mailbox.protocol().word(),
                mailbox.access().word(),
                String.join(",", mailbox.folders()),
                clock.instant(),
                clock.instant(),
                mailbox.id());
    }

    private void insert(Connection c, Mailbox mailbox) throws SQLException {
        Sql.update(
                c,
                "insert into mailbox (mailbox_id, tenant_id, object_id, address, credential_id, protocol, access, folders,"
                        + " deliver_from, state, state_since, failures, fence, wake, news_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, 0, 0, true, ?)",
                mailbox.id(),
                mailbox.tenant(),
                mailbox.objectId(),
                mailbox.address(),
                mailbox.credential(),
                mailbox.protocol().word(),
                mailbox.access().word(),
                String.join(",", mailbox.folders()),
                mailbox.deliverFrom(),
                clock.instant(),
                clock.instant());
    }

    /** Raises the fencing number, so that whoever worked on this mailbox before can write no more, and takes the wake-up along. */
    Optional<Taken> take(MailboxId id) {
        return transactions.call(c -> {
            Sql.update(c, "update mailbox set fence = fence + 1, wake = false where mailbox_id = ?", id);
            return Sql.first(
                    c,
                    Mailboxes::taken,
                    "select m.*, p.phase from mailbox m left join protocol_change p on p.mailbox_id = m.mailbox_id"
                            + " where m.mailbox_id = ?",
                    id);
        });
    }

    /** Locks the mailbox row until the end of the current transaction. @throws FencedOffException if the number is not the current one */
    static void requireFence(Connection c, MailboxId id, long fence) throws SQLException {
        String sql = "select fence from mailbox where mailbox_id = ? and fence = ? for update";
        if (Sql.first(c, row -> row.getLong(1), sql, id, fence).isEmpty()) {
            throw new FencedOffException("mailbox " + id, fence);
        }
    }

    /** A hint that there is something new: pulls the next reading forward, but into no pause that the server asked for. */
    public void wake(MailboxId id) {
        wake(List.of(id));
    }

    /** As the other, for many. One that is awake already costs no second look at its task. */
    public void wake(Collection<MailboxId> ids) {
        // in order, so that two processes that wake the same mailboxes do not wait for each other crosswise
        List<String> ordered = ids.stream().map(MailboxId::toString).sorted().toList();
        for (int from = 0; from < ordered.size(); from += WAKE_AT_ONCE) {
            wakeSome(ordered.subList(from, Math.min(from + WAKE_AT_ONCE, ordered.size())));
        }
    }

    private void wakeSome(List<String> ids) {
        String sql = "update mailbox set wake = true where mailbox_id = ? and not wake and state <> 'disconnected'";
        transactions.run(c -> {
            for (String id : ids) {
                if (Sql.update(c, sql, id) == 1) {
                    MailboxId woken = MailboxId.of(id);
                    transactions.afterCommit(() -> nudge(woken));
                }
            }
        });
    }

    private void nudge(MailboxId id) {
        if (awake(id)) {
            whenDue.accept(id);
        }
    }

    /** Whether there was a hint since the mailbox was last taken, and it need not rest. */
    boolean awake(MailboxId id) {
        String sql = "select wake from mailbox where mailbox_id = ? and (rest_until is null or rest_until <= ?)";
        return transactions
                .call(c -> Sql.first(c, row -> row.getBoolean(1), sql, id, clock.instant()))
                .orElse(false);
    }

    /** @param news whether there was new mail */
    void succeeded(Taken taken, boolean news) {
        if (taken.state() != MailboxState.ACTIVE || taken.failures() > 0) {
            transactions.run(c -> {
                judge(taken, MailboxState.ACTIVE, new Verdict(0, Optional.empty(), Optional.empty()));
                String sql = "update mailbox set block_since = null, block_answers = 0 where mailbox_id = ?";
                Sql.update(c, sql, taken.mailbox().id());
            });
        }
        if (news) {
            String sql = "update mailbox set news_at = ? where mailbox_id = ? and fence = ?";
            transactions.run(
                    c -> Sql.update(c, sql, clock.instant(), taken.mailbox().id(), taken.fence()));
        }
    }

    /** @param restUntil no hint makes it be read before */
    void failed(Taken taken, String reason, Instant restUntil) {
        judge(taken, taken.state(), new Verdict(taken.failures() + 1, Optional.of(reason), Optional.of(restUntil)));
    }

    /** @param restUntil no hint makes it be read before */
    void stopped(Taken taken, MailboxState state, String reason, Instant restUntil) {
        judge(taken, state, new Verdict(taken.failures() + 1, Optional.of(reason), Optional.of(restUntil)));
    }

    /**
     * What is known of a policy that keeps us out.
     *
     * @param answers how many in a row said so
     * @param found whether they are enough to believe it
     */
    record Refusals(int answers, boolean found) {}

    /** Counts one more answer that says that a policy keeps us out. */
    Refusals refusedByPolicy(Taken taken) {
        MailboxId id = taken.mailbox().id();
        Instant now = clock.instant();
        return transactions.call(c -> {
            requireFence(c, id, taken.fence());
            String count =
                    "update mailbox set block_since = coalesce(block_since, ?), block_answers = block_answers + 1"
                            + " where mailbox_id = ?";
            Sql.update(c, count, now, id);
            String sql = "select block_since, block_answers from mailbox where mailbox_id = ?";
            return Sql.first(c, row -> refusals(row, now), sql, id).orElseThrow();
        });
    }

    private static Refusals refusals(ResultSet row, Instant now) throws SQLException {
        int answers = row.getInt("block_answers");
        Duration span = Duration.between(Sql.instant(row, "block_since").orElse(now), now);
        return new Refusals(answers, answers >= ANSWERS && span.compareTo(SPAN) >= 0);
    }

    /** A policy keeps us out for good. @param restUntil no hint makes it be read before */
    void blocked(Taken taken, String reason, Instant restUntil) {
        stopped(taken, MailboxState.BLOCKED, reason, restUntil);
        try {
            whenBlocked.accept(taken.mailbox().id());
        } catch (RuntimeException e) {
            LOG.warn(
                    "mailbox {}: who wants to know that it is blocked failed",
                    taken.mailbox().id(),
                    e);
        }
    }

    @Override
    public void onBlocked(Consumer<MailboxId> listener) {
        whenBlocked = listener;
    }

    @Override
    public Optional<Instant> blockedSince(MailboxId mailbox) {
        String sql =
                "select block_since from mailbox where mailbox_id = ? and state = 'blocked' and block_since is not null";
        return transactions
                .call(c -> Sql.first(c, row -> Sql.instant(row, "block_since"), sql, mailbox))
                .flatMap(since -> since);
    }

    @Override
    public List<Blocked> blocked() {
        String sql = "select * from mailbox where state = 'blocked' and block_since is not null"
                + " order by block_since, mailbox_id";
        return transactions.call(c -> Sql.list(
                c,
                row -> new Blocked(mailbox(row), Sql.instant(row, "block_since").orElseThrow()),
                sql));
    }

    private record Verdict(int failures, Optional<String> reason, Optional<Instant> restUntil) {}

    private void judge(Taken taken, MailboxState state, Verdict verdict) {
        MailboxId id = taken.mailbox().id();
        transactions.run(c -> {
            requireFence(c, id, taken.fence());
            Sql.update(
                    c,
                    "update mailbox set state_since = case when state = ? then state_since else ? end, state = ?,"
                            + " failures = ?, state_reason = ?, rest_until = ? where mailbox_id = ?",
                    state.word(),
                    clock.instant(),
                    state.word(),
                    verdict.failures(),
                    verdict.reason().map(Mailboxes::shortened),
                    verdict.restUntil(),
                    id);
        });
    }

    static String shortened(String reason) {
        return reason.length() <= 1000 ? reason : reason.substring(0, 1000);
    }

    /** Mailboxes whose task is missing, because the process died between connecting them and scheduling them. */
    List<MailboxId> unscheduled() {
        String sql = "select mailbox_id from mailbox m where not exists (select 1 from scheduled_tasks t"
                + " where t.task_name = 'mailbox' and t.task_instance = m.mailbox_id) and m.state <> 'disconnected'";
        return transactions.call(c -> Sql.list(c, row -> MailboxId.of(row.getString(1)), sql));
    }

    /**
     * A mailbox that is not well.
     *
     * @param state as {@link MailboxState#word()} says it
     * @param reason code and remedy
     */
    public record Ailing(MailboxId id, String state, String reason, Instant since) {}

    /** Mailboxes that wait for somebody or failed the last time, those that wait first, then the oldest; for health. */
    public List<Ailing> ailing(int most) {
        String sql = "select mailbox_id, state, state_reason, state_since from mailbox where state_reason is not null"
                + " order by case when state = 'active' then 1 else 0 end, state_since, mailbox_id limit ?";
        return transactions.call(c -> Sql.list(
                c,
                row -> new Ailing(
                        MailboxId.of(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        Sql.instant(row, "state_since").orElseThrow()),
                sql,
                most));
    }

    /** The connected mailboxes that are read by a protocol, ordered by id. */
    public List<Mailbox> readBy(Protocol protocol) {
        String sql = "select * from mailbox where protocol = ? and state <> 'disconnected' order by mailbox_id";
        return transactions.call(c -> Sql.list(c, Mailboxes::mailbox, sql, protocol.word()));
    }

    /** All of them with their state, ordered by id. */
    public List<MailboxStatus> all() {
        return transactions.call(c -> Sql.list(c, Mailboxes::status, "select * from mailbox order by mailbox_id"));
    }

    private static MailboxStatus status(ResultSet row) throws SQLException {
        return new MailboxStatus(
                mailbox(row),
                MailboxState.of(row.getString("state")),
                Optional.ofNullable(row.getString("state_reason")),
                Sql.instant(row, "state_since").orElseThrow());
    }

    /** How many mailboxes are in each state; for health. */
    public Map<String, Long> countByState() {
        Map<String, Long> counts = new TreeMap<>();
        String sql = "select state, count(*) from mailbox group by state";
        transactions.run(c -> Sql.list(c, row -> counts.put(row.getString(1), row.getLong(2)), sql));
        return counts;
    }

    private static Taken taken(ResultSet row) throws SQLException {
        return new Taken(
                mailbox(row),
                MailboxState.of(row.getString("state")),
                row.getLong("fence"),
                row.getInt("failures"),
                Sql.instant(row, "news_at").orElse(Instant.EPOCH),
                Optional.ofNullable(row.getString("phase")).map(ProtocolChange.Phase::of));
    }

    private static Mailbox mailbox(ResultSet row) throws SQLException {
        return new Mailbox(
                MailboxId.of(row.getString("mailbox_id")),
                new TenantId(row.getString("tenant_id")),
                row.getString("object_id"),
                new MailboxAddress(row.getString("address")),
                CredentialId.of(row.getString("credential_id")),
                Protocol.of(row.getString("protocol")),
                Access.of(row.getString("access")),
                List.of(row.getString("folders").split(",")),
                Sql.instant(row, "deliver_from"));
    }
}
