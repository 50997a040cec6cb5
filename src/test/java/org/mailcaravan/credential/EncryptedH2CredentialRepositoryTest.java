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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Database;

/** The form that {@code run} uses on one machine. */
class EncryptedH2CredentialRepositoryTest implements CredentialRepositoryContract {
    @TempDir
    Path directory;

    private Database database;
    private CredentialRepository testee = new InMemoryCredentialRepository();

    @BeforeEach
    void open() {
        database = Database.open(
                "jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0", Optional.empty(), Optional.empty());
        testee = new EncryptingCredentialRepository(
                new JdbcCredentialRepository(database.transactions()),
                KeyRing.create(directory.resolve("key-ring.json")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    public CredentialRepository testee() {
        return testee;
    }

    /** S32: the database's files are searched for canaries, while it is open and after it was closed. */
    @Test
    void noFileOfTheDatabaseHoldsASecret() throws IOException {
        MailboxCredential saved = testee.save(aCredential());
        testee.save(saved.withRefreshToken(Secret.of(CANARY + "-rotated")));
        testee.remove(testee.save(aCredential()).id());

        assertThat(filesWith(saved.objectId()))
                .as("the search finds what is not secret")
                .isNotEmpty();
        assertThat(filesWith(CANARY)).isEmpty();
        database.close();
        assertThat(filesWith(CANARY)).isEmpty();
    }

    /** S28: whoever adds a column of bytes must add it to the encryption, else this test fails. */
    @Test
    void everySecretColumnOfTheSchemaIsEncrypted() {
        MailboxCredential saved = testee.save(aCredential());

        List<String> columns = columnsOfBytes();

        assertThat(columns)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(SecretColumn.values()).map(SecretColumn::word).toList());
        assertThat(columns)
                .allSatisfy(column -> assertThat(stored(column, saved)).startsWith("mc1."));
    }

    private List<String> columnsOfBytes() {
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

    private List<Path> filesWith(String text) throws IOException {
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
