package org.mailcaravan.credential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Database;

/** The form that {@code run} uses on one machine. */
class EncryptedH2CredentialRepositoryTest implements CredentialRepositoryContract {
    @TempDir
    static Path directory;

    private static Database database;
    private static KeyRing keys;

    @BeforeAll
    static void open() {
        keys = KeyRing.create(directory.resolve("key-ring.json"));
        database = open(directory.resolve("db"));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    public CredentialRepository testee() {
        return testee(database);
    }

    /** S32: the database's files are searched for canaries, while it is open and after it was closed. */
    @Test
    void noFileOfTheDatabaseHoldsASecret(@TempDir Path files) throws IOException {
        try (Database own = open(files.resolve("db"))) {
            MailboxCredential saved = testee(own).save(aCredential());
            testee(own).save(saved.withRefreshToken(Secret.of(CANARY + "-rotated")));
            testee(own).remove(testee(own).save(aCredential()).id());

            assertThat(filesWith(files, saved.objectId()))
                    .as("the search finds what is not secret")
                    .isNotEmpty();
            assertThat(filesWith(files, CANARY)).isEmpty();
        }
        assertThat(filesWith(files, CANARY)).isEmpty();
    }

    /** S28: whoever adds a column must say that it is no secret (below) or add it to the encryption, else this test fails. */
    @Test
    void everySecretColumnOfTheSchemaIsEncrypted() {
        MailboxCredential saved = testee().save(aCredential());

        List<String> columns = secretColumns();

        assertThat(columns)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(SecretColumn.values()).map(SecretColumn::word).toList());
        assertThat(columns)
                .allSatisfy(column -> assertThat(stored(column, saved)).startsWith("mc1."));
    }

    private static Database open(Path file) {
        return Database.open("jdbc:h2:file:" + file + ";WRITE_DELAY=0", Optional.empty(), Optional.empty());
    }

    private static CredentialRepository testee(Database database) {
        return new EncryptingCredentialRepository(
                new JdbcCredentialRepository(database.transactions()),
                keys,
                new JdbcKeyUses(database.transactions(), Clock.systemUTC()));
    }

    private List<String> secretColumns() {
        return database.transactions().<List<String>>call(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select lower(column_name) from information_schema.columns"
                            + " where lower(table_name) = 'credential'"
                            + " and data_type not in ('UUID', 'BIGINT', 'TIMESTAMP WITH TIME ZONE')"
                            + " and lower(column_name) not in ('registration', 'object_id', 'granted_scopes')")) {
                List<String> columns = new ArrayList<>();
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
                return columns;
            }
        });
    }

    private String stored(String column, MailboxCredential row) {
        return database.transactions().<String>call(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select " + column + " from credential where id = '" + row.id() + "'")) {
                assertThat(rows.next()).isTrue();
                return new String(rows.getBytes(1), UTF_8);
            }
        });
    }

    private static List<Path> filesWith(Path directory, String text) throws IOException {
        String base64 = Base64.getEncoder()
                .withoutPadding()
                .encodeToString(text.substring(0, 12).getBytes(UTF_8));
        List<String> needles = List.of(text, new String(text.getBytes(UTF_16LE), ISO_8859_1), base64);
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> needles.stream().anyMatch(content(file)::contains))
                    .toList();
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
