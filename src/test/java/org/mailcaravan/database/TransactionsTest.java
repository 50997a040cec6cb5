package org.mailcaravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private final JdbcDataSource dataSource = new JdbcDataSource();
    private final Transactions testee = new Transactions(dataSource);

    @BeforeEach
    void createTable() {
        dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        testee.run(connection -> connection.createStatement().execute("create table note (word varchar(20) unique)"));
    }

    @Test
    void whatReturnsIsCommitted() {
        insert("kept");

        assertThat(words()).containsExactly("kept");
    }

    @Test
    void whatThrowsIsRolledBackAndThrownAsItIs() {
        IllegalStateException thrown = new IllegalStateException("mine");

        assertThatThrownBy(() -> testee.run(connection -> {
                    insert("lost");
                    throw thrown;
                }))
                .isSameAs(thrown);

        assertThat(words()).isEmpty();
    }

    @Test
    void aCallInsideAnotherJoinsIt() {
        testee.run(outer -> testee.run(inner -> {
            assertThat(inner).isSameAs(outer);
            insert("one");
        }));

        assertThat(words()).containsExactly("one");
    }

    @Test
    void anErrorOfTheOuterCallTakesTheInnerOnesWithIt() {
        assertThatThrownBy(() -> testee.run(connection -> {
                    insert("inner");
                    connection.createStatement().execute("no sql");
                }))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("SQL state");

        assertThat(words()).isEmpty();
    }

    @Test
    void aDuplicateKeyIsTold() {
        insert("once");

        assertThatThrownBy(() -> insert("once"))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        e -> assertThat(e.duplicateKey()).isTrue());
    }

    @Test
    void anotherThreadHasItsOwnTransaction() {
        testee.run(outer -> {
            boolean same = CompletableFuture.supplyAsync(() -> testee.<Boolean>call(connection -> connection == outer))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
            assertThat(same).isFalse();
        });
    }

    @Test
    void theThreadIsFreeAgainAfterAFailure() {
        assertThatThrownBy(() -> testee.run(connection -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);

        insert("after");

        assertThat(words()).containsExactly("after");
    }

    @Test
    void whatFollowsACommitRunsOnceEvenIfItBeginsATransactionOfItsOwn() {
        List<String> ran = new ArrayList<>();
        testee.run(connection -> {
            testee.afterCommit(() -> insert("first hook"));
            testee.afterCommit(() -> ran.add("second hook"));
        });

        assertThat(words()).containsExactly("first hook");
        assertThat(ran).containsExactly("second hook");
    }

    @Test
    void whatFollowsACommitDoesNotRunAfterARollback() {
        List<String> ran = new ArrayList<>();
        assertThatThrownBy(() -> testee.run(connection -> {
                    testee.afterCommit(() -> ran.add("hook"));
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);

        insert("another transaction");

        assertThat(ran).isEmpty();
    }

    private void insert(String word) {
        testee.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("insert into note values ('" + word + "')");
            }
        });
    }

    private List<String> words() {
        return testee.<List<String>>call(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select word from note order by word")) {
                List<String> words = new ArrayList<>();
                while (rows.next()) {
                    words.add(rows.getString(1));
                }
                return words;
            }
        });
    }
}
