package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.MessageNames;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a mailbox's task does while its protocol changes. Before the switch, messages gain the target's names, a page at a time, each with its place in one commit.
 * The switch is one transaction. Afterwards messages whose content is still due and that have no name yet wait until the target has shown every folder; whatever
 * a page shows under an unknown name is asked for its secondary identity before it counts as new.
 */
final class ProtocolSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(ProtocolSwitch.class);

    /** When a message becomes due that the target has not shown yet. */
    private static final Instant NOT_SHOWN = Instant.parse("9000-01-01T00:00:00Z");

    private final Transactions transactions;
    private final ProtocolChanges changes;
    private final Clock clock;

    ProtocolSwitch(Transactions transactions, ProtocolChanges changes, Clock clock) {
        this.transactions = transactions;
        this.changes = changes;
        this.clock = clock;
    }

    ProtocolChange change(MailboxId id) {
        return changes.find(id).orElseThrow();
    }

    /**
     * One page of what is to be done before the switch, or the switch itself.
     *
     * @param target reads the mailbox afterwards
     * @param names Graph's, whichever way the mailbox goes
     * @return whether it was the switch
     * @throws org.mailcaravan.mailbox.MailSourceException if a server does not answer as it should; nothing is lost by that
     */
    boolean step(Mailboxes.Taken taken, ProtocolChange change, MailSource target, MessageNames names) {
        if (change.phase() == ProtocolChange.Phase.TRANSLATING) {
            translate(taken, change, names);
            return false;
        }
        if (anyUnnamed(taken.mailbox(), change)) {
            return list(taken, target, names);
        }
        perform(taken, target);
        return true;
    }

    private static Mailbox byGraph(Mailboxes.Taken taken) {
        return taken.mailbox().by(Protocol.GRAPH);
    }

    /** An EWS id and the message that has it. */
    private record Unnamed(long added, String alias, MessageKey key) {}

    private void translate(Mailboxes.Taken taken, ProtocolChange change, MessageNames names) {
        List<Unnamed> batch = unnamed(taken.mailbox().id());
        try {
            Map<String, MessageAlias> translated = batch.isEmpty()
                    ? Map.of()
                    : names.translate(
                            byGraph(taken), batch.stream().map(Unnamed::alias).toList());
            transactions.run(c -> translated(c, taken, batch, translated));
        } catch (ConsentRequiredException e) {
            LOG.info(
                    "mailbox {}: ids are not translated, its messages are listed instead: {}",
                    change.mailbox(),
                    e.getMessage());
            transactions.run(c -> {
                Mailboxes.requireFence(c, change.mailbox(), taken.fence());
                phase(c, change.mailbox(), ProtocolChange.Phase.LISTING);
            });
        }
    }

    private List<Unnamed> unnamed(MailboxId id) {
        String sql = "select a.added, a.alias, a.message_id from message_alias a"
                + " join protocol_change p on p.mailbox_id = a.mailbox_id"
                + " where a.mailbox_id = ? and a.kind = 'ews-item' and a.added > cast(coalesce(p.place, '-1') as bigint)"
                + " order by a.added limit " + MessageNames.MOST_TRANSLATED;
        return transactions.call(c -> Sql.list(
                c, row -> new Unnamed(row.getLong(1), row.getString(2), MessageKey.of(row.getString(3))), sql, id));
    }

    private void translated(
            Connection c, Mailboxes.Taken taken, List<Unnamed> batch, Map<String, MessageAlias> translated)
            throws SQLException {
        MailboxId id = taken.mailbox().id();
        Mailboxes.requireFence(c, id, taken.fence());
        Map<MessageAlias, MessageKey> known = owners(c, id, List.copyOf(translated.values()));
        List<Object[]> fresh = new ArrayList<>();
        for (Unnamed one : batch) {
            MessageAlias alias = translated.get(one.alias());
            if (alias != null && known.putIfAbsent(alias, one.key()) == null) {
                fresh.add(new Object[] {id, alias.kind().word(), alias.value(), one.key()});
            }
        }
        add(c, id, fresh);
        if (batch.isEmpty()) {
            Sql.update(c, "update protocol_change set translated = true where mailbox_id = ?", id);
            phase(c, id, ProtocolChange.Phase.LISTING);
        } else {
            place(c, id, String.valueOf(batch.get(batch.size() - 1).added()));
        }
    }

    /**
     * Whether a listing of the mailbox is needed: if ids were translated, only for messages whose content is still due and that moved since they were seen; if they
     * were not, or go to EWS, for every message that the target could not recognise.
     */
    private boolean anyUnnamed(Mailbox mailbox, ProtocolChange change) {
        String kind = change.target() == Protocol.GRAPH ? "graph-immutable" : "ews-secondary";
        String due = change.translated() ? " and m.state = 'discovered'" : "";
        String sql = "select 1 from message m where m.mailbox_id = ?" + due
                + " and not exists (select 1 from message_alias a"
                + " where a.message_id = m.message_id and a.kind = ?) limit 1";
        return transactions
                .call(c -> Sql.first(c, row -> row.getInt(1), sql, mailbox.id(), kind))
                .isPresent();
    }

    private boolean list(Mailboxes.Taken taken, MailSource target, MessageNames names) {
        Optional<SyncCursor> place = transactions
                .call(c -> Sql.first(
                        c,
                        row -> Optional.ofNullable(row.getString(1)),
                        "select place from protocol_change where mailbox_id = ?",
                        taken.mailbox().id()))
                .flatMap(found -> found)
                .map(SyncCursor::new);
        MailPage page = names.fetchPage(byGraph(taken), place);
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            recognise(c, taken.mailbox().id(), page.messages());
            place(c, taken.mailbox().id(), page.next().value());
        });
        if (page.roundComplete()) {
            perform(taken, target);
        }
        return page.roundComplete();
    }

    /** Who is known by any of its names gains the others; who is known by none is nobody's business yet. */
    private static void recognise(Connection c, MailboxId id, List<ListedMessage> rows) throws SQLException {
        List<MessageAlias> all =
                rows.stream().flatMap(row -> row.aliases().stream()).toList();
        Map<MessageAlias, MessageKey> known = owners(c, id, all);
        List<Object[]> fresh = new ArrayList<>();
        for (ListedMessage row : rows) {
            Optional<MessageKey> key = row.aliases().stream()
                    .filter(known::containsKey)
                    .map(known::get)
                    .findFirst();
            for (MessageAlias alias : key.isPresent() ? row.aliases() : List.<MessageAlias>of()) {
                if (known.putIfAbsent(alias, key.get()) == null) {
                    fresh.add(new Object[] {id, alias.kind().word(), alias.value(), key.get()});
                }
            }
        }
        add(c, id, fresh);
    }

    private static Map<MessageAlias, MessageKey> owners(Connection c, MailboxId id, List<MessageAlias> aliases)
            throws SQLException {
        Map<MessageAlias, MessageKey> owners = new HashMap<>();
        if (aliases.isEmpty()) {
            return owners;
        }
        List<Object> parameters = new ArrayList<>(List.of(id));
        aliases.forEach(alias -> parameters.add(alias.value()));
        String sql = "select kind, alias, message_id from message_alias where mailbox_id = ? and alias in ("
                + Sql.marks(aliases.size()) + ")";
        Sql.list(c, row -> owners.put(alias(row), MessageKey.of(row.getString(3))), sql, parameters.toArray());
        return owners;
    }

    private static MessageAlias alias(ResultSet row) throws SQLException {
        return new MessageAlias(MessageAlias.Kind.of(row.getString(1)), row.getString(2));
    }

    private static void add(Connection c, MailboxId id, List<Object[]> fresh) throws SQLException {
        Sql.batch(c, "insert into message_alias (mailbox_id, kind, alias, message_id) values (?, ?, ?, ?)", fresh);
        Sql.update(c, "update protocol_change set named = named + ? where mailbox_id = ?", fresh.size(), id);
    }

    private static void place(Connection c, MailboxId id, String place) throws SQLException {
        Sql.update(c, "update protocol_change set place = ?, reason = null where mailbox_id = ?", place, id);
    }

    private static void phase(Connection c, MailboxId id, ProtocolChange.Phase phase) throws SQLException {
        Sql.update(
                c,
                "update protocol_change set phase = ?, place = null, reason = null where mailbox_id = ?",
                phase.word(),
                id);
    }

    /** The switch. The folders are looked up before, which proves that the target answers. */
    private void perform(Mailboxes.Taken taken, MailSource target) {
        MailboxId id = taken.mailbox().id();
        ProtocolChange change = change(id);
        Mailbox after = taken.mailbox().by(change.target()).from(change.folders());
        List<MailFolder> folders = target.fetchFolders(after);
        transactions.run(c -> {
            Mailboxes.requireFence(c, id, taken.fence());
            Mailboxes.change(c, after, clock.instant());
            for (MailFolder folder : folders) {
                SyncCursors.carry(c, taken.mailbox(), after, folder, clock.instant());
            }
            openAnew(c, id, nameOf(change.target()));
            Sql.update(
                    c,
                    "update protocol_change set phase = 'settling', place = null, reason = null, switched_at = ? where mailbox_id = ?",
                    clock.instant(),
                    id);
        });
        LOG.info(
                "mailbox {} is read by {} from now on, {} names of messages were added before",
                id,
                change.target().word(),
                change.named());
    }

    private static String nameOf(Protocol protocol) {
        return (protocol == Protocol.GRAPH ? MessageAlias.Kind.GRAPH_IMMUTABLE : MessageAlias.Kind.EWS_ITEM).word();
    }

    /** What is still to be fetched is tried anew; what the target has no name for waits until the target shows it. */
    private void openAnew(Connection c, MailboxId id, String kind) throws SQLException {
        String named = "exists (select 1 from message_alias a where a.message_id = message.message_id and a.kind = ?)";
        Sql.update(
                c,
                "update message set attempts = 0, next_attempt_at = case when " + named + " then ? else ? end"
                        + " where mailbox_id = ? and state = 'discovered'",
                kind,
                clock.instant(),
                NOT_SHOWN,
                id);
    }

    /** As the other; with their secondary identities, of those messages whose names the ledger does not know. */
    MailPage completed(Mailboxes.Taken taken, MailSource source, MailPage page) {
        Optional<MessageNames> names = source.names();
        Set<MessageAlias> known = names.isEmpty() ? Set.of() : known(taken, page);
        List<ListedMessage> unknown = page.messages().stream()
                .filter(message -> message.aliases().stream().noneMatch(known::contains))
                .toList();
        if (names.isEmpty() || unknown.isEmpty()) {
            return page;
        }
        Iterator<ListedMessage> completed =
                names.get().complete(taken.mailbox(), unknown).iterator();
        Set<ListedMessage> toReplace = new HashSet<>(unknown);
        List<ListedMessage> all = page.messages().stream()
                .map(message -> toReplace.contains(message) ? completed.next() : message)
                .toList();
        return new MailPage(all, page.next(), page.roundComplete());
    }

    private Set<MessageAlias> known(Mailboxes.Taken taken, MailPage page) {
        return changes.known(
                taken.mailbox().id(),
                page.messages().stream()
                        .flatMap(message -> message.aliases().stream())
                        .toList());
    }

    /**
     * After each slice that follows a switch.
     *
     * @param readToTheEnd whether every folder was read to its end
     * @return whether there is more to do at once
     */
    boolean settle(Mailboxes.Taken taken, boolean readToTheEnd) {
        Mailbox mailbox = taken.mailbox();
        return transactions.call(c -> {
            Mailboxes.requireFence(c, mailbox.id(), taken.fence());
            int shown = Sql.update(
                    c,
                    "update message set next_attempt_at = ? where mailbox_id = ? and state = 'discovered'"
                            + " and next_attempt_at = ? and exists (select 1 from message_alias a"
                            + " where a.message_id = message.message_id and a.kind = ?)",
                    clock.instant(),
                    mailbox.id(),
                    NOT_SHOWN,
                    nameOf(mailbox.protocol()));
            if (shown == 0 && readToTheEnd) {
                end(c, mailbox);
            }
            return shown > 0;
        });
    }

    private void end(Connection c, Mailbox mailbox) throws SQLException {
        int gone = Sql.update(
                c,
                "update message set state = 'vanished', reason = ?, metadata = null where mailbox_id = ?"
                        + " and state = 'discovered' and next_attempt_at = ?",
                "not in the mailbox when it was read through "
                        + mailbox.protocol().word() + " for the first time",
                mailbox.id(),
                NOT_SHOWN);
        Sql.update(
                c,
                "update protocol_change set phase = 'done', settled_at = ? where mailbox_id = ?",
                clock.instant(),
                mailbox.id());
        LOG.info("mailbox {}: its change of protocol is settled, {} messages had gone", mailbox.id(), gone);
    }

    /** Before the switch; it goes on at the next slice. */
    void waits(Mailboxes.Taken taken, String reason) {
        tell(taken, reason, "");
    }

    /** Before the switch; the place where it was is no good any more. Names that were added stay. */
    void beginsAgain(Mailboxes.Taken taken, String reason) {
        tell(taken, reason, "place = null, ");
    }

    /** Before the switch. */
    void fails(Mailboxes.Taken taken, String reason) {
        LOG.warn("mailbox {} stays as it is: {}", taken.mailbox().id(), reason);
        tell(taken, reason, "phase = 'failed', ");
    }

    private void tell(Mailboxes.Taken taken, String reason, String phase) {
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            Sql.update(
                    c,
                    "update protocol_change set " + phase + "reason = ? where mailbox_id = ?",
                    Mailboxes.shortened(reason),
                    taken.mailbox().id());
        });
    }
}
