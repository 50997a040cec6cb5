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
import java.util.function.Supplier;
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
        return answer(
                "AuthenticateUserResult",
                () -> link(new Wish(
                        request.parameter("userLogin"),
                        request.parameter("mailServerId"),
                        request.parameter("protocol"),
                        request.parameter("mailbox"))));
    }

    /** Answers with the address of the page that leads an administrator to Microsoft's consent; {@code registration} names an app registration. */
    public ConnectAnswer issueAdmin(ConnectRequest request) {
        if (!authenticated(request)) {
            return unauthorized();
        }
        return answer(
                "AdminConsentResult",
                () -> adminLink(
                        request.parameter("registration"),
                        request.parameter("protocol"),
                        request.parameter("mailbox")));
    }

    /**
     * What a caller who has proven that he may asks for.
     *
     * @param userLogin the account that may use the ticket, as it signs in
     * @param mailServerId means a registration; empty: the first one for people
     * @param protocol {@code auto}, {@code graph} or {@code ews}; empty: the deployment's default
     * @param mailbox a shared mailbox that the account reads: address, object id, or both with a blank between them; empty: its own
     */
    public record Wish(
            Optional<String> userLogin,
            Optional<String> mailServerId,
            Optional<String> protocol,
            Optional<String> mailbox) {}

    /**
     * Makes a ticket for a mailbox.
     *
     * @return the address to open in a browser: whoever has it can press the button, but only that account can connect
     * @throws TicketRefusedException if a value is wrong; the message names the remedy
     */
    public String link(Wish wish) {
        Optional<String> login = wish.userLogin().map(String::trim);
        if (login.isEmpty() || login.get().isEmpty() || login.get().length() > 320) {
            throw new TicketRefusedException(
                    "invalid_request", "userLogin must name the account (at most 320 characters).");
        }
        Registrations.Registration registration = registrations
                .ofMailServer(wish.mailServerId())
                .orElseThrow(() -> new TicketRefusedException(
                        "unknown_mail_server",
                        "mailServerId means no app registration for people. Leave it out, or give the name of a registration; the operator lists further ids in"
                                + " oauth.mail-server-ids."));
        return page(
                "Connect",
                new ConnectTicket(
                        "",
                        registration.name(),
                        login,
                        protocol(wish.protocol()),
                        ConnectTicket.Kind.MAILBOX,
                        mailbox(wish.mailbox())));
    }

    /**
     * Makes a ticket for an administrator.
     *
     * @param registration an app registration's name; empty: the first one
     * @throws TicketRefusedException if a value is wrong; the message names the remedy
     */
    public String adminLink(Optional<String> registration, Optional<String> protocol, Optional<String> mailbox) {
        Registrations.Registration found = registration
                .map(registrations::named)
                .orElseGet(() -> Optional.of(registrations.first()))
                .orElseThrow(
                        () -> new TicketRefusedException(
                                "unknown_registration",
                                "registration names no app registration of this deployment. Leave it out, or give one of the configured names."));
        return page(
                "AdminConsent",
                new ConnectTicket(
                        "",
                        found.name(),
                        Optional.empty(),
                        protocol(protocol),
                        ConnectTicket.Kind.ADMIN,
                        mailbox(mailbox)));
    }

    private String page(String name, ConnectTicket ticket) {
        return settings.address().page(name) + "?ticket=" + store(ticket);
    }

    private ConnectProtocol protocol(Optional<String> word) {
        return word.map(ConnectProtocol::of)
                .orElse(Optional.of(settings.mailbox().protocol()))
                .orElseThrow(() -> new TicketRefusedException(
                        "invalid_request", "protocol, if given, must be auto, graph or ews."));
    }

    private static Optional<MailboxName> mailbox(Optional<String> name) {
        try {
            return name.map(MailboxName::of);
        } catch (IllegalArgumentException e) {
            throw new TicketRefusedException(
                    "invalid_request",
                    "mailbox, if given, must be an address, a directory object id, or both with a blank between them.");
        }
    }

    private static ConnectAnswer answer(String name, Supplier<String> link) {
        try {
            return json(200, Map.of(name, link.get()));
        } catch (TicketRefusedException e) {
            return refused(400, e.error(), e.getMessage());
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
