package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.SyncCursor;

/** How far each folder was read. The cursors move only inside the transaction that records their page ({@link Ledger#recordPage}). */
final class SyncCursors {
    private final Transactions transactions;

    SyncCursors(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * @param cursor of the changes; empty: to be begun
     * @param enumerated whether the folder was once seen as a whole; what is unknown afterwards is new to it
     * @param partial whether the changes were begun in the middle, so that only a listing sees the folder as a whole
     * @param begunAt when reading began; what was received before is history
     * @param readAt when the changes were last read to their end
     * @param listing of the listing under way, if there is one
     * @param listAt when the listing is due
     */
    record Position(
            Optional<SyncCursor> cursor,
            boolean enumerated,
            boolean partial,
            Optional<Instant> begunAt,
            Optional<Instant> readAt,
            Optional<SyncCursor> listing,
            Optional<Instant> listAt) {
        static final Position UNREAD = new Position(
                Optional.empty(), false, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** After a first page; a partial one makes the listing due at the given time unless it is due earlier. */
        Position opened(FolderListing.Opening opening, Instant now, Instant listing) {
            Optional<Instant> due = opening.partial()
                    ? Optional.of(listAt.filter(listing::isAfter).orElse(listing))
                    : listAt;
            return new Position(cursor, enumerated, opening.partial(), begunAt, readAt, this.listing, due)
                    .read(opening.page(), now);
        }

        /** After a page of changes. */
        Position read(MailPage page, Instant now) {
            return new Position(
                    Optional.of(page.next()),
                    enumerated || page.roundComplete() && !partial,
                    partial,
                    begunAt.or(() -> Optional.of(now)),
                    page.roundComplete() ? Optional.of(now) : readAt,
                    listing,
                    listAt);
        }

        /** After a page of the listing; after the last one the next listing is due at the given time. */
        Position listed(MailPage page, Instant next) {
            return page.roundComplete()
                    ? new Position(cursor, true, partial, begunAt, readAt, Optional.empty(), Optional.of(next))
                    : new Position(cursor, enumerated, partial, begunAt, readAt, Optional.of(page.next()), listAt);
        }

        /** The server forgot the cursor: the changes are begun again, and the ledger knows what was taken. */
        Position forgotten() {
            return new Position(Optional.empty(), enumerated, partial, begunAt, readAt, listing, listAt);
        }

        /** The listing begins again from the newest message, not before the given time. */
        Position listedAgain(Instant next) {
            return new Position(cursor, enumerated, partial, begunAt, readAt, Optional.empty(), Optional.of(next));
        }
    }

    Position position(Mailbox mailbox, MailFolder folder) {
        return transactions.call(c -> find(c, mailbox, folder)).orElse(Position.UNREAD);
    }

    private static Position position(ResultSet row) throws SQLException {
        return new Position(
                Optional.ofNullable(row.getString("sync_state")).map(SyncCursor::new),
                row.getBoolean("enumerated"),
                row.getBoolean("partial"),
                Sql.instant(row, "begun_at"),
                Sql.instant(row, "read_at"),
                Optional.ofNullable(row.getString("listing")).map(SyncCursor::new),
                Sql.instant(row, "list_at"));
    }

    /** Of these folders the first one whose listing is due. */
    Optional<MailFolder> listingDue(Mailbox mailbox, List<MailFolder> folders, Instant now) {
        String sql = "select folder_id from sync_cursor where mailbox_id = ? and protocol = ? and list_at <= ?";
        List<String> due = transactions.call(c -> Sql.list(
                c,
                row -> row.getString(1),
                sql,
                mailbox.id(),
                mailbox.protocol().word(),
                now));
        return folders.stream().filter(folder -> due.contains(folder.id())).findFirst();
    }

    static void move(Connection c, Mailbox mailbox, MailFolder folder, Position to) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(
                to.cursor().map(SyncCursor::value),
                to.enumerated(),
                to.partial(),
                to.begunAt(),
                to.readAt(),
                to.listing().map(SyncCursor::value),
                to.listAt(),
                folder.name(),
                mailbox.id(),
                mailbox.protocol().word(),
                folder.id()));
        String update = "update sync_cursor set sync_state = ?, enumerated = ?, partial = ?, begun_at = ?, read_at = ?,"
                + " listing = ?, list_at = ?, folder_name = ? where mailbox_id = ? and protocol = ? and folder_id = ?";
        if (Sql.update(c, update, values.toArray()) == 0) {
            Sql.update(
                    c,
                    "insert into sync_cursor (sync_state, enumerated, partial, begun_at, read_at, listing, list_at,"
                            + " folder_name, mailbox_id, protocol, folder_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    values.toArray());
        }
    }

    /**
     * Begins a folder that was read by another protocol: what that one saw as a whole counts as seen, so that what is unknown afterwards is new. A cursor of an
     * earlier time is used again; if the server forgot it, that is found out.
     *
     * @param before as the mailbox was read
     * @param after as it will be read
     */
    static void carry(Connection c, Mailbox before, Mailbox after, MailFolder folder, Instant now) throws SQLException {
        Position there = seen(c, before, folder);
        Optional<Position> here = find(c, after, folder);
        Position begun = here.map(position -> new Position(
                        position.cursor(),
                        position.enumerated() || there.enumerated(),
                        position.partial(),
                        position.begunAt(),
                        position.readAt(),
                        Optional.empty(),
                        Optional.of(now)))
                .orElseGet(() -> new Position(
                        Optional.empty(),
                        there.enumerated(),
                        false,
                        there.begunAt(),
                        there.readAt(),
                        Optional.empty(),
                        there.begunAt().map(begunAt -> now)));
        move(c, after, folder, begun);
    }

    /** How far the folders of the same entry of {@code mail.folders} were read; cursors that do not tell their entry count if there is no other. */
    private static Position seen(Connection c, Mailbox mailbox, MailFolder folder) throws SQLException {
        boolean only = mailbox.folders().size() == 1;
        List<Position> all = Sql.list(
                c,
                SyncCursors::position,
                "select * from sync_cursor where mailbox_id = ? and protocol = ? and (folder_name = ?"
                        + (only ? " or folder_name is null)" : ")"),
                mailbox.id(),
                mailbox.protocol().word(),
                folder.name());
        return new Position(
                Optional.empty(),
                !all.isEmpty() && all.stream().allMatch(Position::enumerated),
                false,
                earliest(all, Position::begunAt),
                earliest(all, Position::readAt),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<Instant> earliest(List<Position> all, Function<Position, Optional<Instant>> time) {
        return all.stream().flatMap(position -> time.apply(position).stream()).min(Comparator.naturalOrder());
    }

    private static Optional<Position> find(Connection c, Mailbox mailbox, MailFolder folder) throws SQLException {
        String sql = "select * from sync_cursor where mailbox_id = ? and protocol = ? and folder_id = ?";
        return Sql.first(
                c, SyncCursors::position, sql, mailbox.id(), mailbox.protocol().word(), folder.id());
    }

    /** Changes a position without a page. */
    void change(Mailboxes.Taken taken, MailFolder folder, UnaryOperator<Position> change) {
        Position changed = change.apply(position(taken.mailbox(), folder));
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            move(c, taken.mailbox(), folder, changed);
        });
    }
}
