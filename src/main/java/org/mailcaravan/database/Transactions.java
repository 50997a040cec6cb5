package org.mailcaravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs short database transactions. A call inside another one (same thread) joins it, so that repositories of different rooms can commit together.
 * Thread-safe. No network call belongs inside a transaction.
 */
public final class Transactions {
    private final DataSource dataSource;
    private final ThreadLocal<@Nullable Connection> current = new ThreadLocal<>();
    private final ThreadLocal<List<Runnable>> afterCommit = ThreadLocal.withInitial(ArrayList::new);

    /** @param dataSource hands out connections that may be switched to manual commit */
    public Transactions(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    }

    /** What is done inside a transaction and answers something. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** What is done inside a transaction. */
    @FunctionalInterface
    public interface Action {
        void on(Connection connection) throws SQLException;
    }

    /** As {@link #call}, without an answer. */
    public void run(Action action) {
        this.<@Nullable Void>call(connection -> {
            action.on(connection);
            return null;
        });
    }

    /**
     * Commits if the work returns, rolls back if it throws. Exceptions of the work that are no {@link SQLException} pass through as they are.
     *
     * @throws DatabaseException if the database fails or cannot be reached. After a failed commit the outcome is unknown: read it again, never assume it
     */
    public <T extends @Nullable Object> T call(Work<T> work) {
        Connection joined = current.get();
        if (joined != null) {
            return perform(work, joined);
        }
        T answer;
        List<Runnable> hooks;
        try {
            answer = connectAndCommit(work);
        } finally {
            // taken before they run: a hook may begin a transaction of its own
            hooks = List.copyOf(afterCommit.get());
            afterCommit.remove();
        }
        hooks.forEach(Runnable::run);
        return answer;
    }

    /** Runs the action once the current transaction has committed, not at all if it rolls back; at once if there is none. */
    public void afterCommit(Runnable action) {
        if (current.get() == null) {
            action.run();
        } else {
            afterCommit.get().add(action);
        }
    }

    private <T extends @Nullable Object> T connectAndCommit(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return begin(work, connection);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private <T extends @Nullable Object> T begin(Work<T> work, Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        current.set(connection);
        boolean committed = false;
        try {
            T answer = perform(work, connection);
            connection.commit();
            committed = true;
            return answer;
        } finally {
            current.remove();
            if (!committed) {
                rollBack(connection);
            }
        }
    }

    private static <T extends @Nullable Object> T perform(Work<T> work, Connection connection) {
        try {
            return work.on(connection);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // the connection is broken: the database rolls back by itself, the first exception tells why
        }
    }
}
