package org.mailcaravan.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * The one database of this process, its schema brought up to date: an H2 file on one machine, or PostgreSQL for any number of replicas. Thread-safe.
 *
 * <p>Waits at most 5 seconds for a connection, so that a database that is gone is noticed and callers can try again later.
 */
public final class Database implements AutoCloseable {
    private static final int POOL_SIZE = 8;
    private static final long CONNECTION_TIMEOUT_MS = 5_000;
    private static final long VALIDATION_TIMEOUT_MS = 2_000;
    /** Network address translators forget idle connections after a few minutes. */
    private static final long KEEP_ALIVE_MS = 120_000;

    private final HikariDataSource pool;
    private final boolean embedded;
    private final Transactions transactions;

    private Database(HikariDataSource pool, boolean embedded) {
        this.pool = pool;
        this.embedded = embedded;
        this.transactions = new Transactions(pool);
    }

    /**
     * Connects, checks that acknowledged commits survive a crash, and migrates the schema ({@code db/migration}).
     *
     * @param url setting {@code database.url}: {@code jdbc:h2:file:…;WRITE_DELAY=0} or {@code jdbc:postgresql://…}
     * @param user setting {@code database.user}; empty: the driver's default
     * @param password setting {@code database.password}
     * @throws DatabaseStartException if the URL is wrong, the database cannot be opened or its schema cannot be used; nothing stays open
     */
    public static Database open(String url, Optional<String> user, Optional<String> password) {
        DatabaseUrl checked = DatabaseUrl.of(url);
        HikariConfig config = configure(checked, user, password);
        try (Connection first = connect(config)) {
            if (checked.embedded()) {
                EmbeddedDurability.check(first);
            }
            return migrated(new Database(new HikariDataSource(config), checked.embedded()));
        } catch (SQLException e) {
            throw ConnectFailures.explain(checked, e);
        } catch (HikariPool.PoolInitializationException e) {
            throw new DatabaseStartException(
                    "The database of database.url answered once and then refused.",
                    "Check its limit of connections; this program uses up to " + POOL_SIZE + ".",
                    e);
        }
    }

    /** Whether the database lives in this process (H2): then no other process may use it. */
    public boolean embedded() {
        return embedded;
    }

    public DataSource dataSource() {
        return pool;
    }

    public Transactions transactions() {
        return transactions;
    }

    /** Closes all connections; an embedded database is closed with its last one. */
    @Override
    public void close() {
        pool.close();
    }

    private static HikariConfig configure(DatabaseUrl url, Optional<String> user, Optional<String> password) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("mailcaravan");
        config.setJdbcUrl(url.withDefaults());
        config.setUsername(user.orElse(url.embedded() ? "mailcaravan" : null));
        config.setPassword(password.orElse(url.embedded() ? "" : null));
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(url.embedded() ? POOL_SIZE : 2);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.setValidationTimeout(VALIDATION_TIMEOUT_MS);
        config.setKeepaliveTime(KEEP_ALIVE_MS);
        url.driverDefaults().forEach(config::addDataSourceProperty);
        return config;
    }

    private static Connection connect(HikariConfig config) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(config.getDataSourceProperties());
        if (config.getUsername() != null) {
            properties.setProperty("user", config.getUsername());
        }
        if (config.getPassword() != null) {
            properties.setProperty("password", config.getPassword());
        }
        return DriverManager.getConnection(config.getJdbcUrl(), properties);
    }

    private static Database migrated(Database database) {
        try {
            Schema.migrate(database.pool);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
