package org.mailcaravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.testing.ChildJvm;

/** Trap 1 with real kills: simulated ones miss it. */
class EmbeddedDurabilityTest {
    private static final int KILLS = 4;

    @TempDir
    Path directory;

    @Test
    void acknowledgedCommitsSurviveKillNine() throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0";
        Random random = new Random();
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged = killAfter(ChildJvm.start(CommittingProcess.class, url), 20 + random.nextInt(200));

            // the row in flight may be there too: it was never promised
            long from = count(url);
            assertThat(from).as("rows after kill %d", kill + 1).isBetween(acknowledged, acknowledged + 1);
        }
        assertThat(acknowledged).isGreaterThan(KILLS * 20L);
    }

    /** Reads so many acknowledgements, kills, and reads what was printed until then. */
    private static long killAfter(Process process, int commits) throws Exception {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            String last = line;
            for (int i = 1; line != null; i++) {
                last = line;
                if (i == commits) {
                    // by its handle: Process.destroyForcibly would throw away what was printed meanwhile
                    process.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
            process.waitFor();
            assertThat(last).as("the child committed something").isNotNull();
            return Long.parseLong(last);
        } finally {
            process.destroyForcibly();
        }
    }

    private static long count(String url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url, "mailcaravan", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from numbers")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
