package org.mailcaravan.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.h2.jdbcx.JdbcConnectionPool;

/** Commits numbers as fast as it can and prints each after its commit was acknowledged, until it is killed. Argument: the JDBC URL. */
public final class CommittingProcess {
    private CommittingProcess() {}

    public static void main(String[] arguments) {
        Transactions transactions = new Transactions(JdbcConnectionPool.create(arguments[0], "mailcaravan", ""));
        for (long number = first(transactions); ; number++) {
            commit(transactions, number);
            System.out.println(number);
            System.out.flush();
        }
    }

    private static long first(Transactions transactions) {
        return transactions.<Long>call(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table if not exists numbers (n bigint primary key)");
                try (ResultSet rows = statement.executeQuery("select coalesce(max(n), 0) + 1 from numbers")) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    private static void commit(Transactions transactions, long number) {
        transactions.run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into numbers values (?)")) {
                insert.setLong(1, number);
                insert.executeUpdate();
            }
        });
    }
}
