package org.mailcaravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.testing.ChildJvm;
import org.mailcaravan.testing.EmbeddedPostgres;

class DatabaseTest {
    @TempDir
    Path directory;

    @Test
    void anH2FileIsOpenedMigratedAndKept() {
        try (Database database = open(url())) {
            assertThat(database.embedded()).isTrue();
            assertThat(tables(database)).isPositive();
        }
        try (Database again = open(url())) {
            assertThat(tables(again)).isPositive();
        }
    }

    @Test
    void aPostgresDatabaseIsOpenedAndMigrated() {
        String url = EmbeddedPostgres.freshUrl();
        try (Database first = open(url);
                Database replica = open(url)) {
            assertThat(first.embedded()).isFalse();
            assertThat(tables(replica)).isPositive();
        }
    }

    /** Trap 1: H2's default loses acknowledged commits on kill -9. */
    @ParameterizedTest
    @CsvSource({"''", "';WRITE_DELAY=500'", "';WRITE_DELAY=1'"})
    void anH2FileThatWritesLateIsRefused(String options) {
        assertRefused(
                () -> open("jdbc:h2:file:" + directory.resolve("late") + options), "WRITE_DELAY=0", "database.url");
    }

    /** Trap 1: asked of the running database, so a file made safely does not excuse a later URL. */
    @Test
    void aFileMadeSafelyIsRefusedWhenItIsOpenedUnsafely() {
        open(url()).close();

        assertRefused(() -> open(url().replace(";WRITE_DELAY=0", "")), "WRITE_DELAY=0", "database.url");
    }

    @ParameterizedTest
    @CsvSource({
        "'', database.url",
        "h2, jdbc:h2:file:",
        "jdbc:h2:file:, jdbc:h2:file:",
        "jdbc:h2:mem:test, jdbc:h2:file:",
        "jdbc:h2:tcp://localhost/x, jdbc:h2:file:",
        "postgres://localhost/x, jdbc:postgresql:",
        "jdbc:mysql://localhost/x, jdbc:postgresql:",
        "jdbc:postgresql://me:secret@localhost/x, database.password",
        "jdbc:postgresql://localhost/x?user=a&password=secret, database.password",
        "jdbc:h2:file:./x;PASSWORD=secret, database.password",
        "jdbc:h2:file:./x;FILE_LOCK=NO;WRITE_DELAY=0, FILE_LOCK",
        "jdbc:h2:file:./x;AUTO_SERVER=TRUE;WRITE_DELAY=0, AUTO_SERVER",
        "jdbc:h2:file:relative;WRITE_DELAY=0, ./",
        "jdbc:h2:file:./target/x;WRITE_DELAY=0;NONSENSE=1, option"
    })
    void aUrlWeCannotUseIsRefusedWithTheRemedy(String url, String remedy) {
        assertRefused(() -> open(url), "database.url", remedy);
    }

    @Test
    void aFileInUseByAnotherProcessIsRefused() throws Exception {
        Process other = ChildJvm.start(CommittingProcess.class, url());
        try {
            ChildJvm.awaitLine(other);

            assertRefused(() -> open(url()), "another process", "database.url");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aWrongPasswordOfAnH2FileIsTold() {
        Database.open(url(), Optional.of("me"), Optional.of("right-password")).close();

        assertRefused(
                () -> Database.open(url(), Optional.of("me"), Optional.of("wrong-password")),
                "database.user",
                "database.password");
    }

    @Test
    void aWrongPasswordOfPostgresIsTold() throws SQLException {
        String url = EmbeddedPostgres.freshUrl();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create role nobody");
        }

        assertRefused(
                () -> Database.open(url.replaceAll("[?].*", ""), Optional.of("nobody"), Optional.of("wrong-password")),
                "database.user",
                "database.password");
    }

    @Test
    void anUnknownPostgresDatabaseIsTold() {
        assertRefused(
                () -> open(EmbeddedPostgres.freshUrl().replaceAll("/test[0-9]+", "/missing")),
                "CREATE DATABASE",
                "database.url");
    }

    @Test
    void anUnreachablePostgresIsToldAtOnce() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        assertRefused(() -> open("jdbc:postgresql://127.0.0.1:" + closed + "/x"), "cannot be reached", "host");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsTold() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        assertRefused(() -> open("jdbc:h2:file:" + file.resolve("db") + ";WRITE_DELAY=0"), "database.url", "writable");
    }

    @Test
    void aSchemaOfANewerVersionIsRefused() {
        try (Database database = open(url())) {
            execute(
                    database,
                    "insert into \"flyway_schema_history\" select 1 + max(\"installed_rank\"), '9999', 'future', 'SQL',"
                            + " 'V9999__future.sql', 1, 'me', current_timestamp, 1, true from \"flyway_schema_history\"");
        }

        assertRefused(() -> open(url()), "9999", "newer version");
    }

    @Test
    void anAlteredSchemaHistoryIsRefused() {
        try (Database database = open(url())) {
            execute(database, "update \"flyway_schema_history\" set \"checksum\" = 1 where \"version\" = '1'");
        }

        assertRefused(() -> open(url()), "not made by this program", "backup");
    }

    @Test
    void somebodyElsesDatabaseIsLeftAlone() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "mailcaravan", "");
                Statement statement = connection.createStatement()) {
            statement.execute("create table theirs (id int)");
        }

        assertRefused(() -> open(url()), "cannot be brought up to date", "empty database");
    }

    private String url() {
        return "jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0";
    }

    private static Database open(String url) {
        return Database.open(url, Optional.empty(), Optional.empty());
    }

    private static void assertRefused(ThrowingCallable opening, String... words) {
        assertThatThrownBy(opening)
                .isInstanceOf(DatabaseStartException.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("wrong-password");
    }

    private static void execute(Database database, String sql) {
        database.transactions().run(connection -> {
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate(sql)).isPositive();
            }
        });
    }

    private static int tables(Database database) {
        return database.transactions().<Integer>call(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select count(*) from information_schema.tables where lower(table_name) = 'credential'")) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }
}
