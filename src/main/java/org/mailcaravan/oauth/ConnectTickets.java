package org.mailcaravan.oauth;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;

/** Bean {@code connectTickets}: makes tickets for callers who show the API token, and knows them again. Good for seven days and one success. */
public final class ConnectTickets {
    static final Duration LIFE = Duration.ofDays(7);
    private static final String USABLE = "ticket_hash = ? and spent_at is null and expires_at > ?";

    private final OAuthSettings settings;
    private final Registrations registrations;
    private final Transactions transactions;
    private final OpaqueValues values;
    private final Clock clock;

    ConnectTickets(
            OAuthSettings settings,
            Registrations registrations,
            Transactions transactions,
            OpaqueValues values,
            Clock clock) {
        this.settings = settings;
        this.registrations = registrations;
        this.transactions = transactions;
        this.values = values;
        this.clock = clock;
    }

    /** Answers as Creatio's {@code AuthenticateUser} does, with our own start address. */
    public ConnectAnswer issue(ConnectRequest request) {
        if (!authenticated(request)) {
            return unauthorized();
        }
        Optional<String> login = request.parameter("userLogin").map(String::trim);
        if (login.isEmpty() || login.get().isEmpty() || login.get().length() > 320) {
            return refused(400, "invalid_request", "userLogin must name the account (at most 320 characters).");
        }
        Optional<Registrations.Registration> registration =
                registrations.ofMailServer(request.parameter("mailServerId"));
        if (registration.isEmpty()) {
            return refused(
                    400,
                    "unknown_mail_server",
                    "mailServerId means no app registration for people. Leave it out, or give the name of a registration; the operator lists further ids in"
                            + " oauth.mail-server-ids.");
        }
        return link(request, registration.get(), login, ConnectTicket.Kind.MAILBOX);
    }

    /** Answers with the address of the page that leads an administrator to Microsoft's consent; {@code registration} names an app registration. */
    public ConnectAnswer issueAdmin(ConnectRequest request) {
        if (!authenticated(request)) {
            return unauthorized();
        }
        Optional<String> name = request.parameter("registration");
        Optional<Registrations.Registration> registration =
                name.isEmpty() ? Optional.of(registrations.first()) : registrations.named(name.get());
        return registration
                .map(found -> link(request, found, Optional.empty(), ConnectTicket.Kind.ADMIN))
                .orElseGet(
                        () -> refused(
                                400,
                                "unknown_registration",
                                "registration names no app registration of this deployment. Leave it out, or give one of the configured names."));
    }

    private ConnectAnswer link(
            ConnectRequest request,
            Registrations.Registration registration,
            Optional<String> login,
            ConnectTicket.Kind kind) {
        Optional<ConnectProtocol> protocol = request.parameter("protocol")
                .map(ConnectProtocol::of)
                .orElse(Optional.of(settings.mailbox().protocol()));
        if (protocol.isEmpty()) {
            return refused(400, "invalid_request", "protocol, if given, must be auto, graph or ews.");
        }
        try {
            Optional<MailboxName> mailbox = request.parameter("mailbox").map(MailboxName::of);
            String ticket = store(new ConnectTicket("", registration.name(), login, protocol.get(), kind, mailbox));
            boolean person = kind == ConnectTicket.Kind.MAILBOX;
            return json(
                    200,
                    Map.of(
                            person ? "AuthenticateUserResult" : "AdminConsentResult",
                            settings.address().page(person ? "Connect" : "AdminConsent") + "?ticket=" + ticket));
        } catch (IllegalArgumentException e) {
            return refused(
                    400,
                    "invalid_request",
                    "mailbox, if given, must be an address, a directory object id, or both with a blank between them.");
        }
    }

    /** The ticket, if it can still be used. */
    Optional<ConnectTicket> find(String ticket) {
        return OpaqueValues.wellFormed(ticket) ? findByHash(OpaqueValues.sha256(ticket)) : Optional.empty();
    }

    Optional<ConnectTicket> findByHash(String hash) {
        return transactions.call(connection -> {
            try (PreparedStatement select = usable(
                            connection,
                            "select ticket_hash, registration, expected_login, protocol, kind, mailbox from connect_ticket where ",
                            hash);
                    ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(ticket(row)) : Optional.<ConnectTicket>empty();
            }
        });
    }

    /** Whether this call spent it; joins the caller's transaction. */
    boolean spend(String hash) {
        return transactions.call(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update connect_ticket set spent_at = ? where " + USABLE)) {
                update.setObject(1, now());
                update.setString(2, hash);
                update.setObject(3, now());
                return update.executeUpdate() == 1;
            }
        });
    }

    void removeExpired() {
        transactions.run(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from connect_ticket where expires_at <= ?")) {
                delete.setObject(1, now());
                delete.executeUpdate();
            }
        });
    }

    private String store(ConnectTicket ticket) {
        String value = values.next();
        transactions.run(connection -> Sql.update(
                connection,
                "insert into connect_ticket (ticket_hash, registration, expected_login, protocol, kind, mailbox, expires_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                OpaqueValues.sha256(value),
                ticket.registration(),
                ticket.expectedLogin(),
                ticket.protocol().word(),
                ticket.kind().word(),
                ticket.mailbox().map(MailboxName::text),
                clock.instant().plus(LIFE)));
        return value;
    }

    private boolean authenticated(ConnectRequest request) {
        String shown = request.header("authorization").orElse("");
        return settings.apiToken().isPresent()
                && shown.regionMatches(true, 0, "Bearer ", 0, 7)
                && OpaqueValues.same(
                        settings.apiToken().get().value(), shown.substring(7).trim());
    }

    private PreparedStatement usable(Connection connection, String statement, String hash) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement + USABLE);
        prepared.setString(1, hash);
        prepared.setObject(2, now());
        return prepared;
    }

    private static ConnectTicket ticket(ResultSet row) throws SQLException {
        return new ConnectTicket(
                row.getString(1),
                row.getString(2),
                Optional.ofNullable(row.getString(3)),
                ConnectProtocol.of(row.getString(4)).orElseThrow(),
                ConnectTicket.Kind.of(row.getString(5)),
                Optional.ofNullable(row.getString(6)).map(MailboxName::of));
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static ConnectAnswer unauthorized() {
        return refused(401, "unauthorized", "Show the API token: Authorization: Bearer <token>.")
                .with("WWW-Authenticate", "Bearer");
    }

    private static ConnectAnswer refused(int status, String error, String description) {
        return json(status, Map.of("error", error, "error_description", description));
    }

    private static ConnectAnswer json(int status, Map<String, String> object) {
        return new ConnectAnswer(status, ConnectPages.safety("application/json"), Json.write(object));
    }
}
