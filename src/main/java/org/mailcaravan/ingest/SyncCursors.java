package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.SyncCursor;

/** How far each folder was read. The cursor moves only inside the transaction that records its page ({@link Ledger#recordPage}). */
final class SyncCursors {
    private final Transactions transactions;

    SyncCursors(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * @param cursor empty: read from the beginning
     * @param enumerated whether the folder was once read from beginning to end; what is unknown afterwards is new to it
     */
    record Position(Optional<SyncCursor> cursor, boolean enumerated) {}

    Position position(Mailbox mailbox, MailFolder folder) {
        String sql = "select sync_state, enumerated from sync_cursor"
                + " where mailbox_id = ? and protocol = ? and folder_id = ?";
        return transactions
                .call(c -> Sql.first(
                        c,
                        row -> new Position(
                                Optional.ofNullable(row.getString(1)).map(SyncCursor::new), row.getBoolean(2)),
                        sql,
                        mailbox.id(),
                        mailbox.protocol().word(),
                        folder.id()))
                .orElse(new Position(Optional.empty(), false));
    }

    static void move(Connection c, Mailbox mailbox, MailFolder folder, Position to) throws SQLException {
        Object[] key = {mailbox.id(), mailbox.protocol().word(), folder.id()};
        Optional<String> state = to.cursor().map(SyncCursor::value);
        int updated = Sql.update(
                c,
                "update sync_cursor set sync_state = ?, enumerated = ?"
                        + " where mailbox_id = ? and protocol = ? and folder_id = ?",
                state,
                to.enumerated(),
                key[0],
                key[1],
                key[2]);
        if (updated == 0) {
            Sql.update(
                    c,
                    "insert into sync_cursor (mailbox_id, protocol, folder_id, sync_state, enumerated)"
                            + " values (?, ?, ?, ?, ?)",
                    key[0],
                    key[1],
                    key[2],
                    state,
                    to.enumerated());
        }
    }

    /** The server forgot the cursor: the folder is read from the beginning again, and the ledger knows what was taken. */
    void forget(Mailboxes.Taken taken, MailFolder folder) {
        Position restart =
                new Position(Optional.empty(), position(taken.mailbox(), folder).enumerated());
        transactions.run(c -> {
            Mailboxes.requireFence(c, taken.mailbox().id(), taken.fence());
            move(c, taken.mailbox(), folder, restart);
        });
    }
}
