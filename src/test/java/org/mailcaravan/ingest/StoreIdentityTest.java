package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.testing.FreshDatabase;

class StoreIdentityTest {
    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final Transactions transactions = new Transactions(dataSource);

    @TempDir
    Path first;

    @TempDir
    Path second;

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Test
    void theSameDirectoryIsAcceptedAgain() {
        StoreIdentity.require(transactions, first);
        StoreIdentity.require(transactions, first);
    }

    @Test
    void anEmptyDirectoryIsRefusedOnceTheDatabaseKnowsAnother() {
        StoreIdentity.require(transactions, first);
        assertThatThrownBy(() -> StoreIdentity.require(transactions, second))
                .isInstanceOf(StagingException.class)
                .hasMessageContaining("content.directory");
    }

    @Test
    void theDirectoryOfAnotherDatabaseIsRefused() throws Exception {
        StoreIdentity.require(transactions, first);
        Files.writeString(second.resolve("store-id"), "11111111-2222-3333-4444-555555555555");
        assertThatThrownBy(() -> StoreIdentity.require(transactions, second)).hasMessageContaining("another id");
    }

    @Test
    void aDirectoryMarkedByAProcessThatDiedBeforeItsCommitIsAdopted() throws Exception {
        Files.writeString(first.resolve("store-id"), "11111111-2222-3333-4444-555555555555");
        StoreIdentity.require(transactions, first);
        StoreIdentity.require(transactions, first);
    }
}
