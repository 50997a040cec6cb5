package org.mailcaravan.ingest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.RequestCounter;

/**
 * How many requests each mailbox costs per operation and day (UTC), kept for {@link #DAYS} days. Counts in memory and adds to the database now and then: a process
 * that is killed forgets what it counted since. Replicas add up. Thread-safe.
 */
public final class RequestTally implements RequestCounter {
    /** As far back as Microsoft's own usage report. */
    public static final int DAYS = 90;

    private final Transactions transactions;
    private final Clock clock;
    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

    RequestTally(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    private record Key(MailboxId mailbox, Protocol protocol, String operation, LocalDate day) {}

    /**
     * The requests of a mailbox.
     *
     * @param requests since the day that was asked for
     */
    public record Total(MailboxId mailbox, Protocol protocol, String operation, long requests) {}

    @Override
    public void count(MailboxId mailbox, Protocol protocol, String operation) {
        counts.computeIfAbsent(new Key(mailbox, protocol, operation, today()), key -> new LongAdder())
                .increment();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /**
     * Adds to the database what was counted; to be called now and then, and at the end.
     *
     * @throws DatabaseException if it fails; what was not added is added the next time
     */
    public void flush() {
        for (Key key : List.copyOf(counts.keySet())) {
            LongAdder counted = counts.remove(key);
            if (counted != null) {
                flush(key, counted.sum());
            }
        }
        transactions.run(
                c -> Sql.update(c, "delete from request_tally where on_day < ?", date(today().minusDays(DAYS))));
    }

    private void flush(Key key, long more) {
        try {
            add(key, more);
        } catch (DatabaseException e) {
            if (e.duplicateKey()) {
                add(key, more); // another replica was first
                return;
            }
            counts.computeIfAbsent(key, same -> new LongAdder()).add(more);
            throw e;
        }
    }

    private void add(Key key, long more) {
        transactions.run(c -> {
            if (update(c, key, more) == 0) {
                Sql.update(
                        c,
                        "insert into request_tally (requests, mailbox_id, protocol, operation, on_day) values (?, ?, ?, ?, ?)",
                        parameters(key, more));
            }
        });
    }

    private static int update(Connection c, Key key, long more) throws SQLException {
        return Sql.update(
                c,
                "update request_tally set requests = requests + ?"
                        + " where mailbox_id = ? and protocol = ? and operation = ? and on_day = ?",
                parameters(key, more));
    }

    private static Object[] parameters(Key key, long more) {
        return new Object[] {more, key.mailbox(), key.protocol().word(), key.operation(), date(key.day())};
    }

    private static Object date(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }

    /** The totals of all mailboxes from a day on, that day included. */
    public List<Total> since(LocalDate day) {
        String sql = "select mailbox_id, protocol, operation, sum(requests) from request_tally where on_day >= ?"
                + " group by mailbox_id, protocol, operation order by mailbox_id, protocol, operation";
        return transactions.call(c -> Sql.list(
                c,
                row -> new Total(
                        MailboxId.of(row.getString(1)),
                        Protocol.of(row.getString(2)),
                        row.getString(3),
                        row.getLong(4)),
                sql,
                date(day)));
    }
}
