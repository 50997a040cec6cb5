package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailboxId;

/** The subscriptions to change notifications, one per mailbox at most. Thread-safe. */
public final class Subscriptions {
    private static final String ROWS = "select * from subscription where ";

    private final Transactions transactions;
    private final Clock clock;

    public Subscriptions(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    public Optional<Subscription> find(MailboxId mailbox) {
        return transactions.call(c -> Sql.first(c, Subscriptions::read, ROWS + "mailbox_id = ?", mailbox));
    }

    /** Those of these names that there are. */
    public List<Subscription> find(Collection<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        String sql = ROWS + "subscription_id in (" + Sql.marks(ids.size()) + ")";
        return transactions.call(c -> Sql.list(c, Subscriptions::read, sql, ids.toArray()));
    }

    /** All of them, ordered by mailbox. */
    public List<Subscription> all() {
        return transactions.call(c -> Sql.list(c, Subscriptions::read, ROWS + "true order by mailbox_id"));
    }

    /** How many mailboxes there are whose changes are announced; for health. */
    public long countAnnounced() {
        String sql = "select count(*) from subscription where state in ('active', 'renew') and expires_at > ?";
        return transactions
                .call(c -> Sql.first(c, row -> row.getLong(1), sql, clock.instant()))
                .orElse(0L);
    }

    /** @throws FencedOffException if another task took the mailbox over, or it was disconnected */
    public void save(Subscription subscription, long fence) {
        transactions.run(c -> {
            Mailboxes.requireFence(c, subscription.mailbox(), fence);
            if (update(c, subscription) == 0) {
                insert(c, subscription);
            }
        });
    }

    /** The server wants to see a fresh token, or it ends this one. */
    public void renewSoon(String id) {
        String sql = "update subscription set state = 'renew', due_at = ?, failures = 0"
                + " where subscription_id = ? and state = 'active'";
        transactions.run(c -> Sql.update(c, sql, clock.instant(), id));
    }

    /** The server has removed it. */
    public void ended(String id) {
        String sql = "update subscription set state = 'none', subscription_id = null, expires_at = null, due_at = ?,"
                + " failures = 0, reason = 'removed by the server' where subscription_id = ?";
        transactions.run(c -> Sql.update(c, sql, clock.instant(), id));
    }

    static void remove(Connection c, MailboxId mailbox) throws SQLException {
        Sql.update(c, "delete from subscription where mailbox_id = ?", mailbox);
    }

    private static int update(Connection c, Subscription s) throws SQLException {
        String sql = "update subscription set state = ?, subscription_id = ?, client_state_hash = ?, expires_at = ?,"
                + " due_at = ?, failures = ?, reason = ? where mailbox_id = ?";
        return Sql.update(c, sql, values(s));
    }

    private static void insert(Connection c, Subscription s) throws SQLException {
        String sql =
                "insert into subscription (state, subscription_id, client_state_hash, expires_at, due_at, failures,"
                        + " reason, mailbox_id) values (?, ?, ?, ?, ?, ?, ?, ?)";
        Sql.update(c, sql, values(s));
    }

    private static Object[] values(Subscription s) {
        return new Object[] {
            s.state().word(),
            s.id(),
            s.clientStateHash(),
            s.expires(),
            s.due(),
            s.failures(),
            s.reason().map(Mailboxes::shortened),
            s.mailbox()
        };
    }

    private static Subscription read(ResultSet row) throws SQLException {
        return new Subscription(
                MailboxId.of(row.getString("mailbox_id")),
                Subscription.State.of(row.getString("state")),
                Optional.ofNullable(row.getString("subscription_id")),
                row.getString("client_state_hash"),
                Sql.instant(row, "expires_at"),
                Sql.instant(row, "due_at").orElseThrow(),
                row.getInt("failures"),
                Optional.ofNullable(row.getString("reason")));
    }
}
