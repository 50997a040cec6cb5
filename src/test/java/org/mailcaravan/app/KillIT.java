package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.testing.EmbeddedPostgres;

/** F02 at its smallest honest size: real {@code kill -9} of the packaged program at random instants, the sandbox in its own process. */
class KillIT {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int SEEDED = 300;
    private static final int BURST = 8;

    @TempDir
    Path directory;

    @Test
    void killsOnH2LoseAndDoubleNothing() throws Exception {
        String database = "jdbc:h2:file:" + directory.resolve("mailcaravan").toAbsolutePath() + ";WRITE_DELAY=0";
        kill(LARGER ? 50 : 15, database);
    }

    @Test
    void killsOnPostgresLoseAndDoubleNothing() throws Exception {
        kill(LARGER ? 50 : 5, EmbeddedPostgres.freshUrl());
    }

    private void kill(int times, String database) throws Exception {
        long seed = Long.getLong("mailcaravan.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int sent = SEEDED;
        try (SandboxProcess sandbox = SandboxProcess.start(directory, SEEDED);
                BundleProcess bundle = new BundleProcess(directory, sandbox, database)) {
            bundle.start();
            List<String> users = sandbox.firstTwoUsers();
            bundle.connect(users.get(0), "graph");
            bundle.connect(users.get(1), "ews");
            for (int kill = 1; kill <= times; kill++) {
                for (String user : users) {
                    sandbox.burst(user, BURST);
                    sent += BURST;
                }
                bundle.killWithin(random.nextInt(50, 2500));
                assertThat(bundle.balance().holds())
                        .as("ledger equation after kill %d, seed %d", kill, seed)
                        .isTrue();
                bundle.start();
            }
            int expected = sent;
            DemoInbox inbox = new DemoInbox(bundle.inbox());
            await().atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> inbox.count().distinct() >= expected);
            DemoInbox.Count count = inbox.count();
            assertThat(count.distinct()).as("lost, seed %d", seed).isEqualTo(expected);
            assertThat(count.files()).as("duplicates, seed %d", seed).isEqualTo(expected);
            bundle.killWithin(1);
            assertThat(bundle.balance().holds()).isTrue();
            assertThat(bundle.balance().discovered()).isEqualTo(expected);
            System.out.printf(
                    "KillIT: %d kills, %d messages, 0 lost, 0 duplicate, ledger %s%n",
                    times, expected, bundle.balance());
        }
    }
}
