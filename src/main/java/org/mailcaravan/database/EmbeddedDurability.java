package org.mailcaravan.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** H2 writes commits late by default: a killed process then loses what was acknowledged. Asked of the running database, not of the URL. */
final class EmbeddedDurability {
    private static final String QUERY =
            "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'";

    private EmbeddedDurability() {}

    /** @throws DatabaseStartException if a commit may be acknowledged before it is written */
    static void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery(QUERY)) {
            boolean known = false;
            while (settings.next()) {
                known = true;
                refuseUnlessZero(settings.getString(1));
            }
            if (!known) {
                refuseUnlessZero("unknown");
            }
        }
    }

    private static void refuseUnlessZero(String delay) {
        if (!delay.equals("0")) {
            throw new DatabaseStartException(
                    "The H2 database writes commits late (WRITE_DELAY is " + delay
                            + "): a crash would lose mail that counts as taken.",
                    "Add ;WRITE_DELAY=0 to the setting database.url.");
        }
    }
}
