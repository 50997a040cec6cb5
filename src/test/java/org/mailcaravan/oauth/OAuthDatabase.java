package org.mailcaravan.oauth;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.mailcaravan.database.Transactions;

/** The tables this room needs, from the real migrations, in an H2 of their own. */
final class OAuthDatabase implements AutoCloseable {
    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    final Transactions transactions = new Transactions(pool);

    OAuthDatabase() {
        pool.setMaxConnections(60);
        create(transactions);
    }

    static void create(Transactions transactions) {
        transactions.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                for (String part : (migration("V1__credential.sql")
                                + migration("V3__oauth.sql")
                                + migration("V5__app_registrations.sql")
                                + migration("V7__token_pause.sql"))
                        .split(";")) {
                    if (!part.isBlank()) {
                        statement.execute(part);
                    }
                }
            }
        });
    }

    DataSource dataSource() {
        return pool;
    }

    void clear() {
        for (String table :
                new String[] {"credential", "connect_ticket", "connect_attempt", "token_refresh_lease", "token_pause"
                }) {
            transactions.run(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("delete from " + table);
                }
            });
        }
    }

    /** As if that much time had passed for the database. */
    void age(String table, String column, Duration passed) {
        transactions.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("update " + table + " set " + column + " = " + column + " - interval '"
                        + passed.toMinutes() + "' minute");
            }
        });
    }

    int count(String table) {
        return transactions.call(connection -> {
            try (Statement statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from " + table)) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    /** The first column of the first row. */
    String text(String select) {
        return transactions.call(connection -> {
            try (Statement statement = connection.createStatement();
                    var rows = statement.executeQuery(select)) {
                rows.next();
                return rows.getString(1);
            }
        });
    }

    private static String migration(String name) {
        try (InputStream in = OAuthDatabase.class.getResourceAsStream("/db/migration/" + name)) {
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return sql.replaceAll("(?m)--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
