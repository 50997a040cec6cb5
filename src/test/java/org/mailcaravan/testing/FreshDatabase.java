package org.mailcaravan.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** An empty database with our schema, for one test. */
public final class FreshDatabase {
    private FreshDatabase() {}

    public static HikariDataSource h2() {
        return migrated("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;QUERY_CACHE_SIZE=200");
    }

    public static HikariDataSource postgres() {
        return migrated(EmbeddedPostgres.freshUrl());
    }

    private static HikariDataSource migrated(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(8);
        HikariDataSource dataSource = new HikariDataSource(config);
        Flyway.configure().dataSource(dataSource).load().migrate();
        return dataSource;
    }
}
