package org.mailcaravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F07, small: a database that goes away and comes back. It has a server of its own. */
class DatabaseOutageTest {
    @TempDir
    Path data;

    @Test
    void workFailsWhileTheDatabaseIsGoneAndGoesOnWhenItIsBack() throws IOException {
        EmbeddedPostgres server = start(0);
        int port = server.getPort();
        try (Database database =
                Database.open(server.getJdbcUrl("postgres", "postgres"), Optional.empty(), Optional.empty())) {
            execute(database, "create table note (word varchar(20))");
            server.close();

            long begin = System.nanoTime();
            assertThatThrownBy(() -> execute(database, "insert into note values ('lost')"))
                    .isInstanceOf(DatabaseException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));

            server = start(port);
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(DatabaseException.class)
                    .untilAsserted(() -> execute(database, "insert into note values ('kept')"));
        } finally {
            server.close();
        }
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    private static void execute(Database database, String sql) {
        database.transactions().run(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        });
    }
}
