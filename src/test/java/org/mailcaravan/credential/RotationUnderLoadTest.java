package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.KeyRotation.Rewrapped;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.SettableClock;

/**
 * S25, F53, G7: keys are rotated, everything rewrapped and the former key retired while two replicas read and refresh: 0 failed reads, 0 lost writes. 3,000
 * credentials; 100,000 in {@code -Pci}, there on PostgreSQL too.
 */
class RotationUnderLoadTest {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int CREDENTIALS = LARGER ? 100_000 : 3_000;
    private static final int WRITERS = 2;
    private static final int LEAST_MORE = 200;

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T10:00:00Z"));
    private final AtomicBoolean writersOver = new AtomicBoolean();
    private final AtomicBoolean readersOver = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private Transactions transactions;
    private Path file;

    @Test
    void nothingFailsAndNothingIsLostOnH2() throws Exception {
        try (HikariDataSource database = FreshDatabase.h2()) {
            rotateUnderLoad(database);
        }
    }

    @Test
    @EnabledIf("larger")
    void nothingFailsAndNothingIsLostOnPostgres() throws Exception {
        try (HikariDataSource database = FreshDatabase.postgres()) {
            rotateUnderLoad(database);
        }
    }

    static boolean larger() {
        return LARGER;
    }

    private void rotateUnderLoad(HikariDataSource database) throws Exception {
        transactions = new Transactions(database);
        file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        Replica one = new Replica();
        Replica two = new Replica();
        List<CredentialId> ids = fill(one);
        String former = one.ring.current().primaryId();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Map<CredentialId, String>>> writers =
                    List.of(threads.submit(writer(one, ids, 0)), threads.submit(writer(two, ids, 1)));
            List<Future<Long>> readers = List.of(threads.submit(reader(one, ids)), threads.submit(reader(two, ids)));
            awaitWork(readers, writers);
            String primary = KeyRing.rotate(file);
            Rewrapped underLoad = one.rotation.rewrap(progress -> {});
            assertThat(underLoad.unreadable()).isEmpty();
            awaitWork(readers, writers);
            writersOver.set(true);
            Map<CredentialId, String> last = new HashMap<>();
            for (Future<Map<CredentialId, String>> writer : writers) {
                last.putAll(writer.get());
            }
            retire(one, former, primary);
            awaitReads(readers);
            readersOver.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            assertEverythingIsThere(ids, last);
        } finally {
            writersOver.set(true);
            readersOver.set(true);
            threads.shutdownNow();
        }
    }

    /** What the other replica wrote with the former key after the first run is found by the second. */
    private void retire(Replica replica, String former, String primary) {
        Rewrapped rest = replica.rotation.rewrap(progress -> {});
        assertThat(rest.remaining()).isZero();
        clock.advance(KeyRotation.QUIET);
        assertThat(replica.rotation.retire()).containsExactly(former);
        assertThat(KeyRing.read(file).current().ids()).containsExactly(primary);
    }

    private void assertEverythingIsThere(List<CredentialId> ids, Map<CredentialId, String> last) {
        CredentialRepository fresh = new Replica().credentials;
        assertThat(last).isNotEmpty();
        for (CredentialId id : ids) {
            MailboxCredential found = fresh.find(id).orElseThrow();
            assertThat(found.refreshToken().orElseThrow().value()).isEqualTo(last.getOrDefault(id, id + " 1"));
            assertThat(found.graphToken()).contains(Credentials.GRAPH_TOKEN);
        }
    }

    /** Waits until readers and writers did something more; one that failed is noticed when it is asked for its result. */
    private void awaitWork(List<Future<Long>> readers, List<Future<Map<CredentialId, String>>> writers) {
        awaitReads(readers);
        await(writes, writers);
    }

    private void awaitReads(List<Future<Long>> readers) {
        await(reads, readers);
    }

    private static void await(AtomicLong count, List<? extends Future<?>> workers) {
        long more = count.get() + LEAST_MORE;
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count.get() >= more || workers.stream().anyMatch(Future::isDone));
    }

    /** Refreshes its own share of the credentials, as often as the run lasts; a conflict would be a lost refresh token, so there must be none. */
    private Callable<Map<CredentialId, String>> writer(Replica replica, List<CredentialId> ids, int share) {
        return () -> {
            Random random = new Random(share);
            Map<CredentialId, String> last = new HashMap<>();
            while (!writersOver.get()) {
                CredentialId id = ids.get(random.nextInt(ids.size() / WRITERS) * WRITERS + share);
                MailboxCredential row = replica.credentials.find(id).orElseThrow();
                String token = id + " " + (row.version() + 1);
                replica.credentials.save(row.withRefreshToken(Secret.of(token)));
                last.put(id, token);
                writes.incrementAndGet();
            }
            return last;
        };
    }

    private Callable<Long> reader(Replica replica, List<CredentialId> ids) {
        return () -> {
            Random random = new Random();
            long mine = 0;
            while (!readersOver.get()) {
                CredentialId id = ids.get(random.nextInt(ids.size()));
                MailboxCredential row = replica.credentials.find(id).orElseThrow();
                assertThat(row.refreshToken().orElseThrow().value()).isEqualTo(id + " " + row.version());
                reads.incrementAndGet();
                mine++;
            }
            return mine;
        };
    }

    private List<CredentialId> fill(Replica replica) {
        List<CredentialId> ids = new ArrayList<>();
        while (ids.size() < CREDENTIALS) {
            transactions.run(connection -> {
                for (int i = 0; i < 1_000; i++) {
                    MailboxCredential row = Credentials.aCredential();
                    replica.credentials.save(row.withRefreshToken(Secret.of(row.id() + " 1")));
                    ids.add(row.id());
                }
            });
        }
        return ids;
    }

    /** What one process has of its own: all share the database and the file with the keys. */
    private final class Replica {
        private final KeyRing ring = KeyRing.read(file);
        private final JdbcKeyUses uses = new JdbcKeyUses(transactions, clock);
        private final CredentialRepository credentials =
                new EncryptingCredentialRepository(new JdbcCredentialRepository(transactions), ring, uses);
        private final KeyRotation rotation = new KeyRotation(transactions, ring, uses, clock);
    }
}
