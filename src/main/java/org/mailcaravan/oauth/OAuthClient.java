package org.mailcaravan.oauth;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.util.Timeout;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This room, put together: access tokens for the protocol rooms, beans for the routes {@code mailbox-connect} and {@code oauth-token}. Making one does no I/O.
 * Thread-safe.
 */
public final class OAuthClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OAuthClient.class);
    private static final Timeout ANSWER = Timeout.ofSeconds(10);

    private final OAuthSettings settings;
    private final Surroundings around;
    private final CredentialRepository credentials;
    private final TokenEndpoint endpoint;
    private final Registrations registrations;
    private final ConnectTickets tickets;
    private final ConnectAttempts attempts;
    private final OpaqueValues values;
    private final CloseableHttpClient tokenHttpClient;
    private final DeadGrants deadGrants;
    private final RefreshingAccessTokens accessTokens;

    /**
     * What the room stands on.
     *
     * @param http reads the sign-in service's metadata and keys
     * @param transactions on the database that holds our schema; the credential repository and the mailbox directory must join them
     */
    public record Surroundings(HttpGateway http, Transactions transactions, Clock clock, SecureRandom random) {}

    /**
     * @param credentials where grants are kept, encrypting
     * @param endpoint usually a {@link RouteTokenEndpoint}
     */
    public OAuthClient(
            OAuthSettings settings, Surroundings around, CredentialRepository credentials, TokenEndpoint endpoint) {
        this(settings, around, credentials, endpoint, ANSWER);
    }

    OAuthClient(
            OAuthSettings settings,
            Surroundings around,
            CredentialRepository credentials,
            TokenEndpoint endpoint,
            Timeout answer) {
        this.settings = settings;
        this.around = around;
        this.credentials = credentials;
        registrations = new Registrations(settings, around.http(), around.clock());
        this.endpoint = new ProvingTokenEndpoint(endpoint, registrations);
        values = new OpaqueValues(around.random());
        tickets = new ConnectTickets(settings, registrations, around.transactions(), values, around.clock());
        attempts = new ConnectAttempts(around.transactions(), around.clock());
        tokenHttpClient = TokenHttpClient.create(answer);
        deadGrants = new DeadGrants(around.transactions());
        accessTokens = new RefreshingAccessTokens(
                credentials,
                new RefreshRequests(this.endpoint, new Scopes(settings.resources()), settings.cae()),
                new RefreshLeases(around.transactions()),
                deadGrants,
                new RefreshTimes(around.random()),
                new RefreshingAccessTokens.Surroundings(around.clock(), RefreshingAccessTokens.PATIENCE));
    }

    public AccessTokens accessTokens() {
        return accessTokens;
    }

    /**
     * The bean {@code microsoftTokens} of the route {@code microsoft-api}.
     *
     * @param graphRoot where Graph is called, for example {@code https://graph.microsoft.com/v1.0}
     * @param ewsUrl where EWS is called
     */
    public MicrosoftTokens microsoftTokens(MailboxDirectory mailboxes, URI graphRoot, URI ewsUrl) {
        return new MicrosoftTokens(accessTokens, mailboxes, graphRoot, ewsUrl);
    }

    /**
     * The connected mailboxes and what can be asked about them.
     *
     * @param probe asked once per mailbox before it is stored
     * @param lookup asked for mailboxes that are named by address
     */
    public record MailRooms(MailboxDirectory mailboxes, MailboxProbe probe, MailboxLookup lookup) {}

    /** What can be done without a browser: mailboxes of an application, device codes, disconnecting. */
    public MailboxConnections connections(MailRooms rooms) {
        return parts(rooms).connections();
    }

    private record Parts(ConnectMailbox mailbox, ApplicationMailboxes applications, MailboxConnections connections) {}

    private Parts parts(MailRooms rooms) {
        Scopes scopes = Scopes.of(settings);
        MailboxStore store =
                new MailboxStore(settings.mailbox(), around.transactions(), credentials, rooms.mailboxes());
        ConnectMailbox mailbox = new ConnectMailbox(store, rooms.probe(), rooms.lookup(), tickets);
        ApplicationMailboxes applications = new ApplicationMailboxes(
                registrations, endpoint, scopes, store, rooms.probe(), rooms.lookup(), around.clock());
        DeviceConnect device = new DeviceConnect(
                registrations, endpoint, scopes, new ConnectIdentity(around.clock()), mailbox, around);
        Disconnecting disconnecting =
                new Disconnecting(registrations, around.transactions(), credentials, rooms.mailboxes());
        return new Parts(mailbox, applications, new MailboxConnections(applications, device, disconnecting));
    }

    /** The beans that the routes name, to be bound under these names before the routes start. */
    public Map<String, Object> beans(MailRooms rooms) {
        Parts parts = parts(rooms);
        AdminConsent adminConsent =
                new AdminConsent(settings, registrations, tickets, attempts, values, parts.applications());
        GrantedBefore grantedBefore = new GrantedBefore(Scopes.of(settings), credentials, rooms.mailboxes());
        Map<String, Object> beans = new HashMap<>();
        beans.put("connectHttp", new ConnectHttp(settings.address()));
        beans.put("connectHeaders", new ConnectHeaders());
        beans.put("connectTickets", tickets);
        KeptClaims keptClaims = new KeptClaims(rooms.mailboxes(), credentials, deadGrants, settings.cae());
        beans.put(
                "connectStart",
                new ConnectStart(settings, registrations, tickets, attempts, values, grantedBefore, keptClaims));
        beans.put("adminConsent", adminConsent);
        beans.put("connectCallback", new ConnectCallback(settings, registrations, tickets, attempts, adminConsent));
        beans.put("connectGrant", new ConnectGrant(endpoint, settings));
        beans.put("connectIdentity", new ConnectIdentity(around.clock()));
        beans.put("connectMailbox", parts.mailbox());
        beans.put("mailboxConnections", parts.connections());
        beans.put("connectPages", new ConnectPages(settings));
        beans.put("tokenRequests", new TokenRequests(registrations));
        beans.put("tokenAnswers", new TokenAnswers(around.clock(), new NextSteps(settings.address())));
        beans.put("tokenHttpClient", tokenHttpClient);
        return Map.copyOf(beans);
    }

    /** The properties that the routes name: {@code oauth.callback-path} and {@code oauth.callback-folder}. */
    public Map<String, String> properties() {
        return Map.of(
                "oauth.callback-path", settings.address().callbackPath(),
                "oauth.callback-folder", settings.address().callbackFolder());
    }

    /** How it stands with what the app registrations prove themselves with. */
    public List<ProofState> proofs() {
        return settings.registrations().stream().map(ProofState::of).toList();
    }

    /** Whether the stored grants are enough. */
    public GrantedPermissions grantedPermissions() {
        return new GrantedPermissions(Scopes.of(settings), credentials);
    }

    /** Whether stored grants reach further than when they were given. */
    public WiderGrants widerGrants() {
        return new WiderGrants(accessTokens, Scopes.of(settings), credentials);
    }

    /** Removes tickets and sign-ins whose time is over; to be called now and then, for example every hour. */
    public void removeExpired() {
        tickets.removeExpired();
        attempts.removeExpired();
    }

    @Override
    public void close() {
        try {
            tokenHttpClient.close();
        } catch (IOException e) {
            LOG.debug(
                    "the token endpoint's connections did not close: {}",
                    e.getClass().getName());
        }
    }
}
