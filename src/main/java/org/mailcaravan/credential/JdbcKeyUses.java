package org.mailcaravan.credential;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in the table {@code key_use}, for all replicas together. What a process counted is written after a thousand encryptions or a minute, with the next
 * encryption: a process that is killed forgets that much at most.
 */
public final class JdbcKeyUses implements KeyUses {
    static final int BLOCK = 1_000;
    static final Duration NOTED_EVERY = Duration.ofMinutes(1);
    /** Half of what is allowed is time enough to rotate. */
    static final long WARN = 1L << 31;
    /** Leaves room for what other processes have not written yet. */
    static final long REFUSE = (1L << 32) - (1L << 24);

    private static final Logger LOG = LoggerFactory.getLogger(JdbcKeyUses.class);
    private static final String ADD = "update key_use set uses = uses + ?,"
            + " last_used_at = greatest(last_used_at, cast(? as timestamp with time zone)) where key_id = ?";
    private static final String INSERT = "insert into key_use (key_id, uses, last_used_at) values (?, ?, ?)";
    private static final Duration WARN_EVERY = Duration.ofDays(1);

    private final Transactions transactions;
    private final Clock clock;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    public JdbcKeyUses(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What this process knows of one key; used under its own lock. */
    private static final class Counter {
        private long total;
        private long pending;
        private Instant usedAt = Instant.MIN;
        private Instant notedAt = Instant.MIN;
        private Instant warnedAt = Instant.MIN;
    }

    @Override
    public void count(String keyId, int encryptions) {
        Counter counter = counters.computeIfAbsent(keyId, any -> new Counter());
        Instant now = clock.instant();
        synchronized (counter) {
            if (counter.total + counter.pending + encryptions > REFUSE) {
                throw wornOut(keyId);
            }
            counter.pending += encryptions;
            counter.usedAt = now;
            if (counter.pending < BLOCK && now.isBefore(counter.notedAt.plus(NOTED_EVERY))) {
                return;
            }
            counter.notedAt = now;
        }
        transactions.afterCommit(() -> note(keyId, counter));
    }

    /** What all processes have written so far, this one including its latest. */
    Map<String, KeyUse> all() {
        counters.forEach(this::note);
        return transactions.<Map<String, KeyUse>>call(connection -> {
            Map<String, KeyUse> uses = new HashMap<>();
            Sql.list(
                    connection,
                    row -> uses.put(
                            row.getString("key_id"),
                            new KeyUse(
                                    row.getLong("uses"),
                                    Sql.instant(row, "last_used_at").orElseThrow())),
                    "select key_id, uses, last_used_at from key_use");
            return uses;
        });
    }

    private void note(String keyId, Counter counter) {
        KeyUse taken = take(counter);
        if (taken.uses() == 0) {
            return;
        }
        try {
            noted(keyId, counter, write(keyId, taken));
        } catch (DatabaseException e) {
            give(counter, taken.uses());
            LOG.warn("the uses of key {} were not written, again with the next one: {}", keyId, e.getMessage());
        }
    }

    private static KeyUse take(Counter counter) {
        synchronized (counter) {
            KeyUse taken = new KeyUse(counter.pending, counter.usedAt);
            counter.pending = 0;
            return taken;
        }
    }

    private static void give(Counter counter, long pending) {
        synchronized (counter) {
            counter.pending += pending;
            counter.notedAt = Instant.MIN;
        }
    }

    private void noted(String keyId, Counter counter, long total) {
        Instant now = clock.instant();
        synchronized (counter) {
            counter.total = Math.max(counter.total, total);
            if (total < WARN || now.isBefore(counter.warnedAt.plus(WARN_EVERY))) {
                return;
            }
            counter.warnedAt = now;
        }
        LOG.warn(
                "key {} has encrypted {} times; at {} it is refused. Rotate now: command keys rotate",
                keyId,
                total,
                REFUSE);
    }

    private long write(String keyId, KeyUse use) {
        try {
            return transactions.<Long>call(connection -> add(connection, keyId, use));
        } catch (DatabaseException e) {
            if (!e.duplicateKey()) {
                throw e;
            }
            // another process counted this key for the first time at the same moment
            return transactions.<Long>call(connection -> add(connection, keyId, use));
        }
    }

    private static long add(Connection connection, String keyId, KeyUse use) throws SQLException {
        if (Sql.update(connection, ADD, use.uses(), use.lastUsedAt(), keyId) == 0) {
            Sql.update(connection, INSERT, keyId, use.uses(), use.lastUsedAt());
        }
        return Sql.first(connection, row -> row.getLong("uses"), "select uses from key_use where key_id = ?", keyId)
                .orElse(use.uses());
    }

    private static KeyRingException wornOut(String keyId) {
        return new KeyRingException(
                "with primary key " + keyId,
                "has encrypted as often as one key may (NIST SP 800-38D section 8.3)",
                "Nothing is lost. Make a new key now: command keys rotate.");
    }
}
