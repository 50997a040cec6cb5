package org.mailcaravan.database;

import org.jspecify.annotations.Nullable;

/** The database cannot be used. The message names the setting and the remedy, never a password. */
public final class DatabaseStartException extends RuntimeException {
    DatabaseStartException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    DatabaseStartException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem + " " + remedy, cause);
    }
}
