package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.ews.EwsComponent;
import org.mailcaravan.graph.GraphComponent;
import org.mailcaravan.graph.GraphUser;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.Mailboxes;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.AppRegistration;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ClientSecret;
import org.mailcaravan.oauth.ConnectProtocol;
import org.mailcaravan.oauth.ConnectResult;
import org.mailcaravan.oauth.DevicePoll;
import org.mailcaravan.oauth.DeviceSignIn;
import org.mailcaravan.oauth.MailboxConnections;
import org.mailcaravan.oauth.MailboxDefaults;
import org.mailcaravan.oauth.MailboxLookup;
import org.mailcaravan.oauth.MailboxName;
import org.mailcaravan.oauth.MailboxProbe;
import org.mailcaravan.oauth.OAuthClient;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.oauth.PublicAddress;
import org.mailcaravan.oauth.RouteTokenEndpoint;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.SettableClock;

/** Each way to connect against the sandbox tenant: the real routes, the real Graph and EWS clients, three app registrations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaysToConnectJourneyTest {
    private static final String API_TOKEN = "journey-api-token-of-forty-characters-xyz";
    private static final String FOLDER = "/0/rest/Office365OAuthAuthenticator";

    private final SettableClock clock = new SettableClock(Instant.now());
    private final HikariDataSource database = FreshDatabase.h2();
    private final Transactions transactions = new Transactions(database);
    private final Mailboxes mailboxes = new Mailboxes(transactions, clock);
    private final JdbcCredentialRepository credentials = new JdbcCredentialRepository(transactions);
    private final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    private final Main main = new Main();
    private SandboxTenant tenant;
    private OAuthClient client;
    private MailboxConnections connections;
    private URI base;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        int port = freePort();
        base = URI.create("http://localhost:" + port);
        tenant = SandboxCommand.start(SandboxOptions.builder()
                .caFile(directory.resolve("sandbox-ca.pem"))
                .messages(0)
                .users(6)
                .redirectUris(
                        base + FOLDER + "/ProcessAuthenticationCode",
                        base + FOLDER + "/ProcessAuthenticationCode/robot")
                .build());
        Properties properties = new Properties();
        properties.put("camel.server.enabled", "true");
        properties.put("camel.server.host", "127.0.0.1");
        properties.put("camel.server.port", String.valueOf(port));
        main.setOverrideProperties(properties);
        main.configure()
                .withRoutesIncludePattern("file:routes/mailbox-connect.camel.yaml,file:routes/admin-consent.camel.yaml,"
                        + "file:routes/oauth-token.camel.yaml,file:routes/route-configurations.camel.yaml");
        main.init();
        client = new OAuthClient(
                settings(),
                new OAuthClient.Surroundings(http, transactions, clock, new SecureRandom()),
                credentials,
                new RouteTokenEndpoint(main.getCamelContext()));
        client.properties().forEach(main::addInitialProperty);
        OAuthClient.MailRooms rooms = rooms();
        client.beans(rooms).forEach(main.getCamelContext().getRegistry()::bind);
        connections = client.connections(rooms);
        main.start();
    }

    private OAuthSettings settings() {
        return new OAuthSettings(
                List.of(
                        registration(
                                "default",
                                ClientMode.DELEGATED,
                                tenant.directory().demoRegistration()),
                        registration(
                                "robot", ClientMode.APP_ONLY, tenant.directory().appOnlyRegistration()),
                        registration(
                                "screenless",
                                ClientMode.DEVICE,
                                tenant.directory().deviceRegistration())),
                new PublicAddress(base, PublicAddress.CREATIO_CALLBACK_PATH),
                OAuthSettings.ResourceAddresses.GLOBAL,
                new MailboxDefaults(ConnectProtocol.GRAPH, List.of("inbox"), true),
                false,
                Optional.of(Secret.of(API_TOKEN)),
                false);
    }

    private AppRegistration registration(
            String name, ClientMode mode, org.mailcaravan.sandbox.AppRegistration registered) {
        return new AppRegistration(
                name,
                mode,
                tenant.server().httpUrl(),
                tenant.directory().tenantId(),
                registered.clientId(),
                mode == ClientMode.DEVICE
                        ? (id, endpoint) -> Map.of()
                        : new ClientSecret(Secret.of(tenant.options().clientSecret())),
                Set.of(),
                Set.of());
    }

    private OAuthClient.MailRooms rooms() {
        main.getCamelContext().getRegistry().bind("accessTokens", client.accessTokens());
        main.getCamelContext().getRegistry().bind("httpGateway", http);
        GraphComponent graph = main.getCamelContext().getComponent("microsoft-graph", GraphComponent.class);
        graph.setGraphRoot(tenant.server().httpUrl() + "/v1.0");
        EwsComponent ews = main.getCamelContext().getComponent("ews", EwsComponent.class);
        ews.setEwsUrl(tenant.server().httpUrl() + "/EWS/Exchange.asmx");
        MailboxProbe probe = (mailbox, token) ->
                (mailbox.protocol() == Protocol.GRAPH ? graph.mailSource() : ews.mailSource()).probe(mailbox, token);
        MailboxLookup lookup = (user, token) -> {
            GraphUser found = graph.mailSource().fetchUser(user, Access.APPLICATION, token);
            return new MailboxLookup.Found(found.objectId(), found.address());
        };
        return new OAuthClient.MailRooms(mailboxes, probe, lookup);
    }

    @AfterAll
    void stop() {
        main.stop();
        client.close();
        http.close();
        tenant.close();
        database.close();
    }

    @Test
    void byCodeAndPkceWithATicket() throws Exception {
        SandboxUser user = user(0);
        browser().connect(user.userPrincipalName(), "graph");
        assertThat(stored(user).access()).isEqualTo(Access.OWNER);
    }

    @Test
    void byAdminConsentForPeopleWhoThenSignInThemselves() throws Exception {
        SandboxUser user = user(1);
        PersonBrowser administrator = new PersonBrowser(API_TOKEN);
        PersonBrowser.Page end = administrator.walk(
                administrator.link(
                        base + FOLDER + "/AdminConsentLink?registration=default&protocol=auto", "AdminConsentResult"),
                tenant.directory().administrator().userPrincipalName());
        assertThat(end.body()).contains("everyone still signs in once");
        assertThat(tenant.directory().demoRegistration().adminConsented())
                .contains(Permission.MAIL_READ, Permission.EWS_ACCESS);
        assertThat(find(user)).isEmpty();

        browser().connect(user.userPrincipalName(), "graph");
        assertThat(stored(user).protocol()).isEqualTo(Protocol.GRAPH);
    }

    @Test
    void byAdminConsentForTheApplicationWhichIsProvenByReadingAMailbox() throws Exception {
        SandboxUser user = user(2);
        PersonBrowser administrator = new PersonBrowser(API_TOKEN);
        PersonBrowser.Page end = administrator.walk(
                administrator.link(
                        base + FOLDER + "/AdminConsentLink?registration=robot&mailbox=" + user.userPrincipalName(),
                        "AdminConsentResult"),
                tenant.directory().administrator().userPrincipalName());
        assertThat(end.body()).contains("It works");
        assertThat(stored(user).access()).isEqualTo(Access.APPLICATION);
        assertThat(credentials.find(stored(user).credential()).orElseThrow().refreshToken())
                .isEmpty();

        MailboxName named = MailboxName.of(user.userPrincipalName());
        assertThat(connections
                        .connectApplication("robot", List.of(named), ConnectProtocol.EWS)
                        .get(named))
                .isInstanceOf(ConnectResult.Connected.class);
        assertThat(stored(user).protocol()).isEqualTo(Protocol.EWS);
    }

    @Test
    void byASharedMailboxThroughADelegate() throws Exception {
        SandboxUser delegate = user(3);
        SandboxUser shared = user(4);
        tenant.directory().setDelegate(shared.objectId(), delegate.objectId(), true);
        PersonBrowser person = new PersonBrowser(API_TOKEN);
        person.walk(
                person.link(
                        base + FOLDER + "/AuthenticateUser?protocol=graph&userLogin=" + delegate.userPrincipalName()
                                + "&mailbox=" + shared.userPrincipalName(),
                        "AuthenticateUserResult"),
                delegate.userPrincipalName());
        Mailbox mailbox = stored(shared);
        assertThat(mailbox.access()).isEqualTo(Access.DELEGATE);
        assertThat(credentials.find(mailbox.credential()).orElseThrow().objectId())
                .isEqualTo(delegate.objectId());
        assertThat(connections
                        .disconnect(mailbox.id(), MailboxDirectory.Mail.PURGE)
                        .orElseThrow()
                        .credentialErased())
                .isTrue();
        assertThat(find(shared)).isEmpty();
    }

    @Test
    void byADeviceCode() throws Exception {
        SandboxUser user = user(5);
        DeviceSignIn device = connections.beginDevice("screenless", ConnectProtocol.GRAPH);
        clock.advance(Duration.ofSeconds(6));
        assertThat(connections.pollDevice(device)).isInstanceOf(DevicePoll.Pending.class);
        new PersonBrowser(API_TOKEN).enterCode(device.verificationUri(), device.userCode(), user.userPrincipalName());
        clock.advance(Duration.ofSeconds(11));
        DevicePoll poll = connections.pollDevice(device);
        assertThat(poll).isInstanceOf(DevicePoll.Ended.class);
        assertThat(((DevicePoll.Ended) poll).result()).isInstanceOf(ConnectResult.Connected.class);
        assertThat(stored(user).access()).isEqualTo(Access.OWNER);
    }

    private DemoBrowser browser() {
        return new DemoBrowser(base, PublicAddress.CREATIO_CALLBACK_PATH, API_TOKEN);
    }

    private SandboxUser user(int index) {
        return tenant.directory().users().get(index);
    }

    private Optional<Mailbox> find(SandboxUser user) {
        return mailboxes.find(new TenantId(tenant.directory().tenantId()), user.objectId());
    }

    private Mailbox stored(SandboxUser user) {
        return find(user).orElseThrow();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
