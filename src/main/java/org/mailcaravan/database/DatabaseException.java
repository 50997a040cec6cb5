package org.mailcaravan.database;

import java.sql.SQLException;

/** The database refused, failed or could not be reached. Nothing of the transaction is assumed to be done. */
public final class DatabaseException extends RuntimeException {
    public DatabaseException(SQLException cause) {
        super("database: SQL state " + cause.getSQLState() + ": " + cause.getMessage(), cause);
    }

    /** Whether a unique key stands in the way: somebody else was first (SQL state class 23505). */
    public boolean duplicateKey() {
        return "23505".equals(((SQLException) getCause()).getSQLState());
    }
}
