package org.mailcaravan.oauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.camel.main.Main;
import org.apache.hc.core5.util.Timeout;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.SettableClock;

/** The real routes on a free port, a real database, and an authority that can be bent. */
final class ConnectFixture implements AutoCloseable {
    static final String API_TOKEN = "CANARY-api-token-0123456789";
    static final String CLIENT_SECRET = "CANARY-client~secret&=+";

    static final String ROBOT = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    static final String DEVICE = "cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee";

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T10:00:00Z"));
    final FakeAuthority authority = new FakeAuthority(clock);
    final OAuthDatabase database = new OAuthDatabase();
    final JdbcCredentialRepository credentials = new JdbcCredentialRepository(database.transactions);
    final Directory mailboxes = new Directory();
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(2));
    final int port = freePort();
    final OAuthSettings settings;
    final OAuthClient client;
    final OAuthClient.MailRooms rooms;
    final Main main = new Main();
    volatile BiConsumer<Mailbox, AccessToken> probe = (mailbox, token) -> {};
    volatile Function<String, MailboxLookup.Found> lookup = ConnectFixture::unknown;

    ConnectFixture(ConnectProtocol protocol, boolean open) {
        this(Optional.empty(), protocol, open);
    }

    /** @param base the public base URL; empty: http on loopback */
    ConnectFixture(Optional<URI> base, ConnectProtocol protocol, boolean open) {
        this((authority, own) -> settings(authority, base.orElse(own), protocol, open), Timeout.ofMilliseconds(700));
    }

    /**
     * @param choice makes the settings from the bendable authority's address and ours on loopback
     * @param answer how long the token endpoint may take
     */
    ConnectFixture(BiFunction<URI, URI, OAuthSettings> choice, Timeout answer) {
        settings = choice.apply(URI.create(authority.server.url()), URI.create("http://localhost:" + port));
        main.configure()
                .withRoutesIncludePattern("file:routes/mailbox-connect.camel.yaml,file:routes/admin-consent.camel.yaml,"
                        + "file:routes/oauth-token.camel.yaml,file:routes/route-configurations.camel.yaml");
        Properties properties = new Properties();
        properties.put("camel.server.enabled", "true");
        properties.put("camel.server.host", "127.0.0.1");
        properties.put("camel.server.port", String.valueOf(port));
        main.setOverrideProperties(properties);
        main.init();
        client = new OAuthClient(
                settings,
                new OAuthClient.Surroundings(http, database.transactions, clock, new SecureRandom()),
                credentials,
                new RouteTokenEndpoint(main.getCamelContext()),
                answer);
        client.properties().forEach(main::addInitialProperty);
        rooms = new OAuthClient.MailRooms(
                mailboxes, (mailbox, token) -> probe.accept(mailbox, token), (user, token) -> lookup.apply(user));
        client.beans(rooms)
                .forEach((name, bean) -> main.getCamelContext().getRegistry().bind(name, bean));
    }

    ConnectFixture start() {
        main.start();
        return this;
    }

    static OAuthSettings settings(URI authority, URI base, ConnectProtocol protocol, boolean open) {
        return new OAuthSettings(
                List.of(
                        new AppRegistration(
                                "default",
                                ClientMode.DELEGATED,
                                authority,
                                FakeAuthority.TENANT,
                                FakeAuthority.CLIENT,
                                new ClientSecret(Secret.of(CLIENT_SECRET)),
                                Set.of(),
                                Set.of("1", "7")),
                        new AppRegistration(
                                "robot",
                                ClientMode.APP_ONLY,
                                authority,
                                FakeAuthority.TENANT,
                                ROBOT,
                                new ClientSecret(Secret.of(CLIENT_SECRET)),
                                Set.of(),
                                Set.of()),
                        new AppRegistration(
                                "screenless",
                                ClientMode.DEVICE,
                                authority,
                                FakeAuthority.TENANT,
                                DEVICE,
                                (clientId, endpoint) -> Map.of(),
                                Set.of(),
                                Set.of())),
                new PublicAddress(base, PublicAddress.CREATIO_CALLBACK_PATH),
                OAuthSettings.ResourceAddresses.GLOBAL,
                new MailboxDefaults(protocol, List.of("inbox"), true),
                open,
                Optional.of(Secret.of(API_TOKEN)),
                false);
    }

    void reset() {
        authority.reset();
        database.clear();
        mailboxes.rows.clear();
        mailboxes.broken = false;
        probe = (mailbox, token) -> {};
        lookup = ConnectFixture::unknown;
    }

    private static MailboxLookup.Found unknown(String user) {
        throw new MailboxBlockedException("No such account.", "Check the address.");
    }

    Browser browser() {
        return new Browser(this);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        main.stop();
        client.close();
        http.close();
        database.close();
        authority.close();
    }

    /** Mailboxes in memory; can be told to fail as a broken database would. */
    static final class Directory implements MailboxDirectory {
        final Map<MailboxId, Mailbox> rows = new ConcurrentHashMap<>();
        volatile boolean broken;

        @Override
        public Optional<Mailbox> find(MailboxId id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<Mailbox> find(TenantId tenant, String objectId) {
            return rows.values().stream()
                    .filter(row -> row.tenant().equals(tenant) && row.objectId().equals(objectId))
                    .findFirst();
        }

        @Override
        public List<Mailbox> findByAddress(MailboxAddress address) {
            return rows.values().stream()
                    .filter(row -> row.address().value().equalsIgnoreCase(address.value()))
                    .toList();
        }

        @Override
        public boolean uses(CredentialId credential) {
            return rows.values().stream().anyMatch(row -> row.credential().equals(credential));
        }

        @Override
        public void remove(MailboxId id, Mail mail) {
            rows.remove(id);
        }

        @Override
        public void save(Mailbox mailbox) {
            if (broken) {
                throw new IllegalStateException("CANARY-directory");
            }
            rows.put(mailbox.id(), mailbox);
        }

        Mailbox only() {
            if (rows.size() != 1) {
                throw new AssertionError(rows.size() + " mailboxes");
            }
            return rows.values().iterator().next();
        }
    }
}
