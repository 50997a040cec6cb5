package org.mailcaravan.database;

import java.sql.SQLException;

/** What the first connection's failure means, code by code (H2 {@code ErrorCode}, PostgreSQL appendix A). */
final class ConnectFailures {
    private static final int H2_ALREADY_OPEN = 90020;
    private static final int H2_WRONG_USER = 28000;
    private static final int H2_RELATIVE_PATH = 90011;
    private static final int H2_UNKNOWN_OPTION = 90113;
    private static final int H2_FILE_CORRUPT = 90030;
    private static final int H2_FILE_VERSION = 90048;

    private ConnectFailures() {}

    static DatabaseStartException explain(DatabaseUrl url, SQLException e) {
        return url.embedded() ? embedded(e) : server(e);
    }

    private static DatabaseStartException embedded(SQLException e) {
        return switch (e.getErrorCode()) {
            case H2_ALREADY_OPEN ->
                start(
                        e,
                        "The database file of database.url is in use by another process.",
                        "Stop the other process, or give this one its own file; for several replicas use PostgreSQL.");
            case H2_WRONG_USER ->
                start(
                        e,
                        "The database file of database.url was created with another user or password.",
                        "Set database.user and database.password as they were when the file was created.");
            case H2_RELATIVE_PATH, H2_UNKNOWN_OPTION ->
                start(
                        e,
                        "The setting database.url has a path or option H2 does not accept.",
                        "A relative path starts with ./ (" + DatabaseUrl.EXAMPLES + ")");
            case H2_FILE_CORRUPT, H2_FILE_VERSION ->
                start(
                        e,
                        "The database file of database.url is damaged or was written by another version of H2.",
                        "Restore it from a backup, or move it away to begin with an empty one.");
            default ->
                start(
                        e,
                        "The database file of database.url cannot be opened (H2 error " + e.getErrorCode() + ").",
                        "Check that its directory exists or can be made, is writable and has free space.");
        };
    }

    private static DatabaseStartException server(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.equals("28P01") || state.equals("28000") || state.equals("08004")) {
            return start(
                    e,
                    "PostgreSQL refuses the user or password.",
                    "Check database.user and database.password (or database.password-file), and pg_hba.conf on the server.");
        }
        if (state.equals("3D000")) {
            return start(
                    e,
                    "PostgreSQL has no database of the name in database.url.",
                    "Create it (CREATE DATABASE …) or correct database.url.");
        }
        if (state.equals("53300") || state.equals("57P03")) {
            return start(
                    e,
                    "PostgreSQL accepts no connection now (SQL state " + state + ").",
                    "Wait until it has started, or raise its max_connections.");
        }
        if (state.startsWith("08")) {
            return start(
                    e,
                    "PostgreSQL cannot be reached under database.url (SQL state " + state + ").",
                    "Check host, port and network, and that the server runs.");
        }
        return start(e, "The setting database.url cannot be used (SQL state " + state + ").", DatabaseUrl.EXAMPLES);
    }

    private static DatabaseStartException start(SQLException cause, String problem, String remedy) {
        return new DatabaseStartException(problem, remedy, cause);
    }
}
