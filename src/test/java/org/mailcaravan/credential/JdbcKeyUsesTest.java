package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.SettableClock;

/** S25: a key is rotated before 2^32 uses. */
class JdbcKeyUsesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private HikariDataSource dataSource;
    private Transactions transactions;
    private JdbcKeyUses uses;

    @BeforeEach
    void open() {
        dataSource = FreshDatabase.h2();
        transactions = new Transactions(dataSource);
        uses = new JdbcKeyUses(transactions, clock);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Test
    void theFirstUseIsWrittenAtOnceAndThenEveryThousandOrEveryMinute() {
        uses.count("7", 3);
        assertThat(written("7")).isEqualTo(3);

        uses.count("7", 999);
        assertThat(written("7")).isEqualTo(3);
        uses.count("7", 1);
        assertThat(written("7")).isEqualTo(1003);

        uses.count("7", 5);
        clock.advance(JdbcKeyUses.NOTED_EVERY);
        uses.count("7", 1);
        assertThat(written("7")).isEqualTo(1009);
    }

    @Test
    void processesCountTogether() {
        JdbcKeyUses other = new JdbcKeyUses(transactions, clock);
        uses.count("7", 3);
        clock.advance(Duration.ofSeconds(10));
        other.count("7", 4);
        other.count("8", 1);
        uses.count("7", 2);

        assertThat(uses.all())
                .isEqualTo(Map.of(
                        "7", new KeyUse(9, NOW.plusSeconds(10)),
                        "8", new KeyUse(1, NOW.plusSeconds(10))));
    }

    @Test
    void theTimeOfTheLastUseIsKeptNotThatOfWriting() {
        uses.count("7", 1);
        clock.advance(Duration.ofSeconds(20));
        uses.count("7", 1);
        clock.advance(Duration.ofHours(1));

        assertThat(uses.all()).isEqualTo(Map.of("7", new KeyUse(2, NOW.plusSeconds(20))));
    }

    /** A save that is rolled back did encrypt: it counts, later. */
    @Test
    void aRolledBackTransactionIsCountedWithTheNextUse() {
        assertThatThrownBy(() -> transactions.run(connection -> {
                    uses.count("7", 3);
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        clock.advance(JdbcKeyUses.NOTED_EVERY);

        uses.count("7", 2);

        assertThat(written("7")).isEqualTo(5);
    }

    @Test
    void aDatabaseThatCannotCountStopsNobodyAndNothingIsForgotten() {
        transactions.run(connection -> Sql.update(connection, "alter table key_use rename to away"));
        assertThatCode(() -> uses.count("7", 3)).doesNotThrowAnyException();
        transactions.run(connection -> Sql.update(connection, "alter table away rename to key_use"));

        uses.count("7", 2);

        assertThat(written("7")).isEqualTo(5);
    }

    @Test
    void aWornOutKeyIsRefusedByEveryProcessWithTheRemedy() {
        write("7", JdbcKeyUses.REFUSE - 10);
        uses.count("7", 4);
        uses.count("7", 6);

        assertThatThrownBy(() -> uses.count("7", 1))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("key 7")
                .hasMessageContaining("keys rotate");
        assertThatCode(() -> uses.count("8", 1)).doesNotThrowAnyException();
        assertThat(JdbcKeyUses.REFUSE).isLessThan(1L << 32);
    }

    private void write(String keyId, long count) {
        transactions.run(connection -> Sql.update(
                connection, "insert into key_use (key_id, uses, last_used_at) values (?, ?, ?)", keyId, count, NOW));
    }

    private long written(String keyId) {
        return transactions.<Long>call(connection -> Sql.first(
                        connection, row -> row.getLong(1), "select uses from key_use where key_id = ?", keyId)
                .orElse(0L));
    }
}
