package org.mailcaravan.database;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A JDBC URL we know how to use. */
record DatabaseUrl(String value, boolean embedded) {
    static final String EXAMPLES =
            "Set database.url to jdbc:h2:file:./data/mailcaravan;WRITE_DELAY=0 (one machine) or to jdbc:postgresql://host:5432/database.";
    private static final String H2 = "jdbc:h2:file:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** H2 options that would let a second process in or lose commits. */
    private static final List<String> UNSAFE = List.of("FILE_LOCK=", "AUTO_SERVER=", "ACCESS_MODE_DATA=");

    /** @throws DatabaseStartException if it is neither an H2 file nor PostgreSQL, or holds a password */
    static DatabaseUrl of(String url) {
        String upper = url.toUpperCase(Locale.ROOT);
        if (upper.contains("PASSWORD=") || url.matches("(?i)[^?]*//[^/?]*@.*")) {
            throw new DatabaseStartException(
                    "The setting database.url holds a password or user@host.",
                    "Move them to database.user and database.password (or database.password-file): URLs end up in logs.");
        }
        if (url.startsWith(POSTGRESQL)) {
            return new DatabaseUrl(url, false);
        }
        if (!url.startsWith(H2) || url.length() == H2.length()) {
            throw new DatabaseStartException(
                    "The setting database.url names no database this program can use.", EXAMPLES);
        }
        UNSAFE.stream().filter(upper::contains).findFirst().ifPresent(option -> {
            throw new DatabaseStartException(
                    "The setting database.url holds the option " + option + " which would put the data at risk.",
                    "Remove that option.");
        });
        return new DatabaseUrl(url, true);
    }

    /** H2 must not close itself in a shutdown hook of its own while we still finish our work. */
    String withDefaults() {
        return embedded ? with(with(value, "DB_CLOSE_ON_EXIT", "FALSE"), "TRACE_LEVEL_FILE", "0") : value;
    }

    private static String with(String url, String option, String otherwise) {
        return url.toUpperCase(Locale.ROOT).contains(";" + option + "=") ? url : url + ";" + option + "=" + otherwise;
    }

    /** What the driver does unless the URL says otherwise; seconds. A database that stopped answering must not hold a thread for ever. */
    Map<String, String> driverDefaults() {
        return embedded
                ? Map.of()
                : Map.of(
                        "connectTimeout", "5",
                        "socketTimeout", "60",
                        "tcpKeepAlive", "true",
                        "ApplicationName", "mailcaravan");
    }
}
