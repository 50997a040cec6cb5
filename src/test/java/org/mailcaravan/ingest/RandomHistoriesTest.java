package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.testing.FastDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random histories of mailboxes, against a model (by Graph rows F20-F29, F50, F51, F54, and F25 above all). The seed is told with each failure;
 * {@code -Dmailcaravan.seed=<number> -Dmailcaravan.histories=1} plays one history again.
 */
class RandomHistoriesTest {
    private static final Logger LOG = LoggerFactory.getLogger(RandomHistoriesTest.class);

    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int HISTORIES = Integer.getInteger("mailcaravan.histories", LARGER ? 10_000 : 1_000);
    private static final int EWS_HISTORIES = Integer.getInteger("mailcaravan.histories", LARGER ? 10_000 : 100);
    private static final long SEED = Long.getLong("mailcaravan.seed", 20_261_124L);
    private static final int PER_WORLD = 100;
    private static final int WORLDS_AT_ONCE = 2;

    @Test
    void everyHistoryEndsAsItsModelSays() throws Exception {
        play(Protocol.GRAPH, HISTORIES);
    }

    /** Rows F30-F33, F50, F51, F54. */
    @Test
    void everyHistoryReadThroughEwsEndsAsItsModelSays() throws Exception {
        play(Protocol.EWS, EWS_HISTORIES);
    }

    private static void play(Protocol protocol, int histories) throws Exception {
        LOG.warn("{} histories by {} from seed {}", histories, protocol, SEED);
        Logger planned = LoggerFactory.getLogger("org.mailcaravan");
        ((ch.qos.logback.classic.Logger) planned).setLevel(ch.qos.logback.classic.Level.OFF);
        try {
            playAll(protocol, histories);
        } finally {
            ((ch.qos.logback.classic.Logger) planned).setLevel(null);
        }
    }

    /** Worlds know nothing of each other; histories of one world follow each other. */
    private static void playAll(Protocol protocol, int histories) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WORLDS_AT_ONCE);
        try {
            List<Future<?>> worlds = new ArrayList<>();
            for (int first = 0; first < histories; first += PER_WORLD) {
                int start = first;
                worlds.add(threads.submit(() -> {
                    play(protocol, start, Math.min(PER_WORLD, histories - start));
                    return null;
                }));
            }
            for (Future<?> world : worlds) {
                world.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void play(Protocol protocol, int first, int count) throws IOException {
        try (FastDirectory directory = new FastDirectory("histories");
                HistoryWorld world = new HistoryWorld(directory.path(), count)) {
            List<SandboxUser> users = world.tenant.directory().users();
            for (int i = 0; i < count; i++) {
                long seed = SEED + first + i;
                MailboxHistory history = new MailboxHistory(world, users.get(i), protocol, seed);
                assertThatCode(history::run).as("history of seed %s", seed).doesNotThrowAnyException();
            }
        }
    }
}
