package org.mailcaravan.credential;

import com.zaxxer.hikari.HikariDataSource;
import org.mailcaravan.testing.FreshDatabase;

class PostgresKeyRotationTest extends KeyRotationTest {
    @Override
    HikariDataSource database() {
        return FreshDatabase.postgres();
    }
}
