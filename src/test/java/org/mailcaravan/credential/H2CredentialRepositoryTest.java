package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Database;

class H2CredentialRepositoryTest implements CredentialRepositoryContract {
    @TempDir
    static Path directory;

    private static Database database;

    @BeforeAll
    static void open() {
        database = Database.open(
                "jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0", Optional.empty(), Optional.empty());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    public CredentialRepository testee() {
        return new JdbcCredentialRepository(database.transactions());
    }

    @Test
    void savingJoinsTheCallersTransaction() {
        MailboxCredential credential = aCredential();

        assertThatThrownBy(() -> database.transactions().run(connection -> {
                    testee().save(credential);
                    throw new IllegalStateException("later in the same transaction");
                }))
                .hasMessage("later in the same transaction");

        assertThat(testee().find(credential.id())).isEmpty();
    }
}
