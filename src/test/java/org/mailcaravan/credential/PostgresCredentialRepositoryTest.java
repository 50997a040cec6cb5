package org.mailcaravan.credential;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mailcaravan.database.Database;
import org.mailcaravan.testing.EmbeddedPostgres;

class PostgresCredentialRepositoryTest implements CredentialRepositoryContract {
    private static Database database;

    @BeforeAll
    static void open() {
        database = Database.open(EmbeddedPostgres.freshUrl(), Optional.empty(), Optional.empty());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    public CredentialRepository testee() {
        return new JdbcCredentialRepository(database.transactions());
    }
}
