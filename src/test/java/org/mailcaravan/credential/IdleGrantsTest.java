package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.testing.FreshDatabase;

class IdleGrantsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgres"})
    void onlyDelegatedGrantsThatWereNotRedeemedSinceAreFoundOldestFirst(String kind) {
        try (HikariDataSource dataSource = kind.equals("h2") ? FreshDatabase.h2() : FreshDatabase.postgres()) {
            Transactions transactions = new Transactions(dataSource);
            JdbcCredentialRepository credentials = new JdbcCredentialRepository(transactions);
            MailboxCredential younger = save(credentials, 61);
            MailboxCredential older = save(credentials, 85);
            save(credentials, 59);
            credentials.save(withoutGrant(Credentials.aCredential().withRefreshedAt(NOW.minus(99, ChronoUnit.DAYS))));

            assertThat(new IdleGrants(transactions).refreshedBefore(NOW.minus(60, ChronoUnit.DAYS)))
                    .containsExactly(
                            Expiry.refreshToken(older.id().toString(), NOW.minus(85, ChronoUnit.DAYS)),
                            Expiry.refreshToken(younger.id().toString(), NOW.minus(61, ChronoUnit.DAYS)));
        }
    }

    @Test
    void anEmptyTableHasNone() {
        try (HikariDataSource dataSource = FreshDatabase.h2()) {
            assertThat(new IdleGrants(new Transactions(dataSource)).refreshedBefore(NOW))
                    .isEmpty();
        }
    }

    private static MailboxCredential save(JdbcCredentialRepository credentials, int idleDays) {
        MailboxCredential credential = Credentials.aCredential().withRefreshedAt(NOW.minus(idleDays, ChronoUnit.DAYS));
        credentials.save(credential);
        return credential;
    }

    private static MailboxCredential withoutGrant(MailboxCredential other) {
        return new MailboxCredential(
                other.id(),
                other.registration(),
                other.tenant(),
                other.objectId(),
                Optional.empty(),
                other.refreshedAt(),
                other.graphToken(),
                other.exchangeToken(),
                other.grantedScopes(),
                0);
    }
}
