package org.mailcaravan.ingest;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.mailcaravan.testing.FreshDatabase;

class H2LedgerTest extends LedgerContract {
    private final HikariDataSource dataSource = FreshDatabase.h2();

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @AfterEach
    void close() {
        dataSource.close();
    }
}
