package org.mailcaravan.oauth;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.mailcaravan.database.Transactions;

/** Sign-ins that were begun and not yet answered: ten minutes, single use, each bound to the browser that began it (S01). */
final class ConnectAttempts {
    static final Duration LIFE = Duration.ofMinutes(10);
    private final Transactions transactions;
    private final Clock clock;

    ConnectAttempts(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What is kept of one.
     *
     * @param kind what was begun
     * @param registration the app registration it was begun for, and with it the callback path (S04)
     * @param issuer who must answer it
     * @param ticketHash the ticket it was begun with; empty: the open page
     */
    record Attempt(
            ConnectTicket.Kind kind,
            String registration,
            String issuer,
            ConnectProtocol protocol,
            Optional<String> ticketHash) {}

    void save(String state, String cookie, Attempt attempt) {
        transactions.run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into connect_attempt"
                    + " (state_hash, cookie_hash, ticket_hash, registration, issuer, protocol, expires_at, kind)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, OpaqueValues.sha256(state));
                insert.setString(2, OpaqueValues.sha256(cookie));
                insert.setString(3, attempt.ticketHash().orElse(null));
                insert.setString(4, attempt.registration());
                insert.setString(5, attempt.issuer());
                insert.setString(6, attempt.protocol().word());
                insert.setObject(7, now().plus(LIFE));
                insert.setString(8, attempt.kind().word());
                insert.executeUpdate();
            }
        });
    }

    /** Takes it, so that nobody else can: of any number of calls one gets it. Empty if the state is unknown, used, too old or of another browser. */
    Optional<Attempt> consume(String state, String cookie) {
        return transactions.call(connection -> {
            Optional<Attempt> found;
            try (PreparedStatement select =
                    connection.prepareStatement("select kind, registration, issuer, protocol, ticket_hash"
                            + " from connect_attempt where state_hash = ? and cookie_hash = ? and expires_at > ?")) {
                select.setString(1, OpaqueValues.sha256(state));
                select.setString(2, OpaqueValues.sha256(cookie));
                select.setObject(3, now());
                found = one(select);
            }
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from connect_attempt where state_hash = ? and cookie_hash = ?")) {
                delete.setString(1, OpaqueValues.sha256(state));
                delete.setString(2, OpaqueValues.sha256(cookie));
                return delete.executeUpdate() == 1 ? found : Optional.<Attempt>empty();
            }
        });
    }

    void removeExpired() {
        transactions.run(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from connect_attempt where expires_at <= ?")) {
                delete.setObject(1, now());
                delete.executeUpdate();
            }
        });
    }

    private static Optional<Attempt> one(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new Attempt(
                            ConnectTicket.Kind.of(row.getString(1)),
                            row.getString(2),
                            row.getString(3),
                            ConnectProtocol.of(row.getString(4)).orElseThrow(),
                            Optional.ofNullable(row.getString(5))))
                    : Optional.empty();
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
