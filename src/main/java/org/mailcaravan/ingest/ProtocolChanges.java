package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;

/**
 * Mailboxes that change their protocol on the same ledger. What is asked for here is done by the mailbox's own task, under its fencing number, so it goes on after
 * a crash and on any replica; see docs/adr/0008. Thread-safe.
 */
public final class ProtocolChanges {
    private final Transactions transactions;
    private final Mailboxes mailboxes;
    private final Clock clock;

    ProtocolChanges(Transactions transactions, Mailboxes mailboxes, Clock clock) {
        this.transactions = transactions;
        this.mailboxes = mailboxes;
        this.clock = clock;
    }

    /**
     * Several messages of the mailbox that are one in the ledger, because no name that both protocols know tells them apart: copies of each other. It was or will
     * be delivered once.
     *
     * @param aliases Graph's ids of them
     */
    public record Twins(MessageKey message, List<String> aliases) {}

    /**
     * Has a mailbox read by another protocol from now on. Does nothing if it is on its way there; if it is on its way elsewhere and was not switched yet, it stays
     * where it is.
     *
     * @param folders what it is read from there
     * @param automatic whether nobody asked for it
     * @return empty if there is nothing to do
     */
    public Optional<ProtocolChange> begin(MailboxId id, Protocol target, List<String> folders, boolean automatic) {
        return transactions.call(c -> {
            if (Mailboxes.protocol(c, id).filter(target::equals).isPresent()) {
                give(c, id, "taken back before the switch");
                return Optional.empty();
            }
            ask(c, id, target, folders, automatic);
            mailboxes.wakeFromRest(c, id);
            return find(c, id);
        });
    }

    private static void give(Connection c, MailboxId id, String reason) throws SQLException {
        Sql.update(
                c,
                "update protocol_change set phase = 'failed', reason = ? where mailbox_id = ?"
                        + " and phase in ('translating', 'listing')",
                reason,
                id);
    }

    void ask(Connection c, MailboxId id, Protocol target, List<String> folders, boolean automatic) throws SQLException {
        boolean underWay = find(c, id)
                .filter(change -> change.target() == target && change.phase().beforeSwitch())
                .isPresent();
        if (underWay) {
            return;
        }
        Sql.update(c, "delete from protocol_change where mailbox_id = ?", id);
        Sql.update(
                c,
                "insert into protocol_change (mailbox_id, target, folders, folders_before, phase, automatic, translated, begun_at, named)"
                        + " values (?, ?, ?, (select folders from mailbox m where m.mailbox_id = ?), ?, ?, ?, ?, 0)",
                id,
                target.word(),
                String.join(",", folders),
                id,
                (target == Protocol.GRAPH ? ProtocolChange.Phase.TRANSLATING : ProtocolChange.Phase.LISTING).word(),
                automatic,
                false,
                clock.instant());
    }

    /** How far a mailbox has come, if it ever changed. */
    public Optional<ProtocolChange> find(MailboxId id) {
        return transactions.call(c -> find(c, id));
    }

    /** All that are under way or came to an end. */
    public List<ProtocolChange> all() {
        return transactions.call(c ->
                Sql.list(c, ProtocolChanges::change, "select * from protocol_change order by begun_at, mailbox_id"));
    }

    private static Optional<ProtocolChange> find(Connection c, MailboxId id) throws SQLException {
        return Sql.first(c, ProtocolChanges::change, "select * from protocol_change where mailbox_id = ?", id);
    }

    /** Those of the names that the ledger of the mailbox holds. */
    public Set<MessageAlias> known(MailboxId id, Collection<MessageAlias> aliases) {
        if (aliases.isEmpty()) {
            return Set.of();
        }
        List<Object> parameters = new ArrayList<>(List.of(id));
        aliases.forEach(alias -> parameters.add(alias.value()));
        String sql = "select kind, alias from message_alias where mailbox_id = ? and alias in ("
                + Sql.marks(aliases.size()) + ")";
        Set<MessageAlias> found =
                new HashSet<>(transactions.call(c -> Sql.list(c, ProtocolChanges::alias, sql, parameters.toArray())));
        found.retainAll(Set.copyOf(aliases));
        return found;
    }

    /** The newest EWS ids in the ledger. */
    public List<String> itemIds(MailboxId id, int most) {
        String sql =
                "select alias from message_alias where mailbox_id = ? and kind = 'ews-item' order by added desc limit ?";
        return transactions.call(c -> Sql.list(c, row -> row.getString(1), sql, id, most));
    }

    /** What a mailbox was read from before its last change, if it ever changed. */
    public Optional<List<String>> foldersBefore(MailboxId id) {
        String sql = "select folders_before from protocol_change where mailbox_id = ? and switched_at is not null";
        return transactions.call(
                c -> Sql.first(c, row -> List.of(row.getString(1).split(",")), sql, id));
    }

    /** Messages that cannot be told apart, the first of them. */
    public List<Twins> twins(MailboxId id, int most) {
        String sql = "select message_id from message_alias where mailbox_id = ? and kind = 'graph-immutable'"
                + " group by message_id having count(*) > 1 order by message_id limit ?";
        return transactions.call(c -> {
            List<Twins> twins = new ArrayList<>();
            for (String key : Sql.list(c, row -> row.getString(1), sql, id, most)) {
                twins.add(new Twins(MessageKey.of(key), graphIds(c, key)));
            }
            return twins;
        });
    }

    private static List<String> graphIds(Connection c, String key) throws SQLException {
        String sql = "select alias from message_alias where message_id = ? and kind = 'graph-immutable' order by added";
        return Sql.list(c, row -> row.getString(1), sql, key);
    }

    private static MessageAlias alias(ResultSet row) throws SQLException {
        return new MessageAlias(MessageAlias.Kind.of(row.getString("kind")), row.getString("alias"));
    }

    private static ProtocolChange change(ResultSet row) throws SQLException {
        return new ProtocolChange(
                MailboxId.of(row.getString("mailbox_id")),
                Protocol.of(row.getString("target")),
                List.of(row.getString("folders").split(",")),
                ProtocolChange.Phase.of(row.getString("phase")),
                row.getBoolean("automatic"),
                row.getBoolean("translated"),
                Sql.instant(row, "begun_at").orElseThrow(),
                Sql.instant(row, "switched_at"),
                Sql.instant(row, "settled_at"),
                row.getLong("named"),
                Optional.ofNullable(row.getString("reason")));
    }
}
