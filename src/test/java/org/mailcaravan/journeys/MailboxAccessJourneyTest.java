package org.mailcaravan.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.ews.EwsMailSource;
import org.mailcaravan.graph.GraphMailSource;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Both sources read a mailbox that is not their user's from the sandbox tenant: by a role, by RBAC for Applications without any role, and as a delegate. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MailboxAccessJourneyTest {
    private static final Pattern NUMBER = Pattern.compile("X-Sandbox-Message: (\\d+)\\r\\n");
    private static final Set<Permission> ROLES = Set.of(Permission.MAIL_READ_ROLE, Permission.FULL_ACCESS_AS_APP);
    private static final Set<Permission> SCOPES = Set.of(Permission.MAIL_READ_SHARED, Permission.EWS_ACCESS);

    private final SandboxOptions options = SandboxOptions.builder().messages(0).build();
    private final SandboxMailboxes mailboxes = MailPart.seeded(options);
    private final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    private final Received received = new Received();
    private SandboxTenant tenant;
    private SandboxDirectory directory;
    private AppRegistration app;
    private SandboxUser shared;
    private SandboxUser closed;
    private SandboxUser ada;
    private SandboxMailbox mail;

    /** What opens the shared mailbox. */
    enum Right {
        ROLE(Access.APPLICATION),
        MANAGEMENT_SCOPE(Access.APPLICATION),
        DELEGATION(Access.DELEGATE);

        private final Access access;

        Right(Access access) {
            this.access = access;
        }
    }

    @BeforeAll
    void start() throws IOException {
        tenant = SandboxTenant.start(
                options,
                new MailPart(mailboxes, GraphSettings.defaults(), new SecureRandom()),
                new EwsPart(mailboxes, EwsSettings.defaults()));
        directory = tenant.directory();
        app = directory.appOnlyRegistration();
        shared = directory.findUser("support@caravan.example").orElseThrow();
        closed = directory.findUser("billing@caravan.example").orElseThrow();
        ada = directory.findUser("ada.sorensen@caravan.example").orElseThrow();
        mail = mailboxes.find(shared.objectId()).orElseThrow();
        for (int i = 0; i < 25; i++) {
            deliver();
        }
    }

    @AfterAll
    void stop() {
        http.close();
        tenant.close();
    }

    @BeforeEach
    void reset() {
        received.clear();
        tenant.log().reset();
    }

    static Stream<Arguments> everyWay() {
        return ways(Right.values());
    }

    static Stream<Arguments> narrowWays() {
        return ways(Right.MANAGEMENT_SCOPE, Right.DELEGATION);
    }

    private static Stream<Arguments> ways(Right... rights) {
        return Stream.of(Protocol.values())
                .flatMap(protocol -> Stream.of(rights).map(right -> Arguments.of(protocol, right)));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void everyMessageIsReadAndLaterOnesAreHeardOf(Protocol protocol, Right right) {
        MailSource source = opened(protocol, right);
        Mailbox mailbox = mailbox(protocol, right, shared);

        MailFolder inbox = source.fetchFolders(mailbox).get(0);
        SyncCursor cursor = read(source, mailbox, inbox, Optional.empty());
        assertThat(received.numbers()).isEqualTo(numbers(mail.messages()));

        received.clear();
        SandboxMessage fresh = deliver();
        read(source, mailbox, inbox, Optional.of(cursor));
        assertThat(received.numbers()).contains(fresh.number());
        assertThat(received.failed).isEmpty();
        assertThat(tenant.log().byMailbox()).containsOnlyKeys(shared.objectId());
    }

    @ParameterizedTest
    @MethodSource("narrowWays")
    void mailboxThatNothingOpensIsRefusedWithWhatIsMissing(Protocol protocol, Right right) {
        MailSource source = opened(protocol, right);
        Mailbox mailbox = mailbox(protocol, right, closed);
        String missing = right.access == Access.DELEGATE ? "Full Access" : "RBAC for Applications";

        assertThatThrownBy(() -> source.fetchFolders(mailbox))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining(missing);
    }

    @ParameterizedTest
    @MethodSource("narrowWays")
    void messagesAreNotTakenForVanishedWhenTheRightIsGone(Protocol protocol, Right right) { // F28
        MailSource source = opened(protocol, right);
        Mailbox mailbox = mailbox(protocol, right, shared);
        List<WantedMessage> wanted = listed(source, mailbox);

        close(right);

        assertThatThrownBy(() -> source.fetchContent(mailbox, wanted, received))
                .isInstanceOf(ConsentRequiredException.class);
        assertThat(received.vanished).isEmpty();
        assertThat(received.failed).isEmpty();
        assertThat(received.numbers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void messageDeletedForGoodIsTold(Protocol protocol, Right right) { // F28
        MailSource source = opened(protocol, right);
        Mailbox mailbox = mailbox(protocol, right, shared);
        SandboxMessage purged = deliver();
        List<WantedMessage> wanted = listed(source, mailbox);
        mail.purge(purged.number());

        source.fetchContent(mailbox, wanted, received);

        assertThat(received.vanished).hasSize(1);
        assertThat(received.numbers()).isNotEmpty().doesNotContain(purged.number());
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void claimsChallengeReachesTheTokenRequestAndTheReadingGoesOn(Protocol protocol) { // F29
        directory.adminConsent(app.clientId(), ROLES);
        ChallengedTokens tokens = new ChallengedTokens();
        MailSource source = source(protocol, tokens);
        Mailbox mailbox = mailbox(protocol, Right.ROLE, shared);
        MailFolder inbox = source.fetchFolders(mailbox).get(0);

        tenant.authority().challenge(directory.servicePrincipalId(app.clientId()), false);
        read(source, mailbox, inbox, Optional.empty());

        assertThat(received.numbers()).isEqualTo(numbers(mail.messages()));
        assertThat(tokens.challenges).hasSize(1).allMatch(claims -> claims.contains("\"nbf\""));
    }

    private MailSource opened(Protocol protocol, Right right) {
        directory.setRbac(app.clientId(), shared.objectId(), right == Right.MANAGEMENT_SCOPE ? ROLES : Set.of());
        directory.setDelegate(shared.objectId(), ada.objectId(), right == Right.DELEGATION);
        return source(protocol, new Tokens(resource -> token(right, api(resource))));
    }

    private void close(Right right) {
        if (right == Right.DELEGATION) {
            directory.setDelegate(shared.objectId(), ada.objectId(), false);
        } else {
            directory.setRbac(app.clientId(), shared.objectId(), Set.of());
        }
    }

    private String token(Right right, String api) {
        return switch (right) {
            case ROLE -> tenant.authority().appOnlyToken(app, api, ROLES);
            case MANAGEMENT_SCOPE -> tenant.authority().appOnlyToken(app, api, Set.of());
            case DELEGATION -> tenant.authority().accessToken(ada, directory.demoRegistration(), api, SCOPES);
        };
    }

    private static String api(Resource resource) {
        return resource == Resource.GRAPH ? Permission.GRAPH : Permission.EXCHANGE;
    }

    private MailSource source(Protocol protocol, AccessTokens tokens) {
        URI base = tenant.server().httpUrl();
        Duration patience = Duration.ofSeconds(60);
        if (protocol == Protocol.EWS) {
            return new EwsMailSource(base.resolve("/EWS/Exchange.asmx"), tokens, http, patience, options.clock());
        }
        return new GraphMailSource(
                new org.mailcaravan.graph.GraphSettings(base.resolve("/v1.0"), 50, patience, patience, 1_000_000),
                tokens,
                http,
                options.clock());
    }

    private Mailbox mailbox(Protocol protocol, Right right, SandboxUser owner) {
        return new Mailbox(
                MailboxId.random(),
                new TenantId(directory.tenantId()),
                owner.objectId(),
                new MailboxAddress(owner.userPrincipalName()),
                CredentialId.random(),
                protocol,
                right.access,
                List.of("inbox"),
                Optional.empty());
    }

    private SandboxMessage deliver() {
        MailAddress owner = new MailAddress(mail.displayName(), mail.userPrincipalName());
        return mail.deliver(
                mail.wellKnownFolder("inbox"),
                new ComposedMail(
                        new MailAddress("A customer", "customer@example.org"),
                        owner,
                        "A question",
                        "Hello.\n",
                        Optional.empty(),
                        options.clock().instant(),
                        Optional.empty()));
    }

    private static Set<Long> numbers(List<SandboxMessage> messages) {
        return messages.stream().map(SandboxMessage::number).collect(Collectors.toSet());
    }

    /** To the end of the round, content included. */
    private SyncCursor read(MailSource source, Mailbox mailbox, MailFolder folder, Optional<SyncCursor> from) {
        MailPage page = source.fetchPage(mailbox, folder, from);
        source.fetchContent(mailbox, wanted(page), received);
        return page.roundComplete() ? page.next() : read(source, mailbox, folder, Optional.of(page.next()));
    }

    /** What the first page that lists anything tells. */
    private List<WantedMessage> listed(MailSource source, Mailbox mailbox) {
        MailFolder inbox = source.fetchFolders(mailbox).get(0);
        Map<MessageAlias, WantedMessage> all = new LinkedHashMap<>();
        Optional<SyncCursor> cursor = Optional.empty();
        MailPage page;
        do {
            page = source.fetchPage(mailbox, inbox, cursor);
            wanted(page).forEach(message -> all.put(message.aliases().get(0), message));
            cursor = Optional.of(page.next());
        } while (!page.roundComplete());
        return List.copyOf(all.values());
    }

    /** Each message once, however often a page repeats it. */
    private static List<WantedMessage> wanted(MailPage page) {
        Map<MessageAlias, ListedMessage> once = new LinkedHashMap<>();
        page.messages().forEach(message -> once.put(message.aliases().get(0), message));
        return once.values().stream()
                .map(message ->
                        new WantedMessage(MessageKey.random(), message.aliases(), message.size(), message.metadata()))
                .toList();
    }

    /** Tokens made without HTTP; none is ever refused. */
    private final class Tokens implements AccessTokens {
        private final Function<Resource, String> maker;

        Tokens(Function<Resource, String> maker) {
            this.maker = maker;
        }

        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            return new AccessToken(
                    maker.apply(resource), options.clock().instant().plus(Duration.ofHours(1)));
        }

        @Override
        public void invalidate(CredentialId credential, Resource resource, AccessToken token, Optional<String> claims) {
            throw new AssertionError("the sandbox refused a good token");
        }
    }

    /** App-only tokens from the token endpoint, asked for with {@code cp1} and then with what the API wants. */
    private final class ChallengedTokens implements AccessTokens {
        private final List<String> challenges = new ArrayList<>();
        private String claims = "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}";
        private Optional<AccessToken> cached = Optional.empty();

        @Override
        public synchronized AccessToken acquire(CredentialId credential, Resource resource) {
            cached = Optional.of(cached.orElseGet(() -> new AccessToken(
                    clientCredentials(api(resource), claims),
                    options.clock().instant().plus(Duration.ofHours(1)))));
            return cached.get();
        }

        @Override
        public synchronized void invalidate(
                CredentialId credential, Resource resource, AccessToken token, Optional<String> challenge) {
            claims = challenge.orElseThrow();
            challenges.add(claims);
            cached = Optional.empty();
        }
    }

    private String clientCredentials(String api, String claims) {
        String form = "grant_type=client_credentials&client_id=" + app.clientId() + "&client_secret="
                + encoded(options.clientSecret()) + "&scope=" + encoded(api + "/.default") + "&claims="
                + encoded(claims);
        URI endpoint = tenant.server().httpUrl().resolve("/" + directory.tenantId() + "/oauth2/v2.0/token");
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try {
            String answer = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
            return answer.replaceFirst("(?s).*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Keeps what is handed over in memory. */
    private static final class Received implements ContentReceiver {
        private final Map<MessageKey, String> mime = new ConcurrentHashMap<>();
        private final Map<MessageKey, String> vanished = new ConcurrentHashMap<>();
        private final Map<MessageKey, String> failed = new ConcurrentHashMap<>();

        void clear() {
            mime.clear();
            vanished.clear();
            failed.clear();
        }

        Set<Long> numbers() {
            return mime.values().stream()
                    .map(NUMBER::matcher)
                    .filter(Matcher::find)
                    .map(found -> Long.valueOf(found.group(1)))
                    .collect(Collectors.toSet());
        }

        @Override
        public Content begin(MessageKey key) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new Content() {
                @Override
                public OutputStream mime() {
                    return bytes;
                }

                @Override
                public void complete(String metadata) {
                    mime.put(key, bytes.toString(StandardCharsets.ISO_8859_1));
                }

                @Override
                public void close() {
                    // in memory only
                }
            };
        }

        @Override
        public void vanished(MessageKey key, String evidence) {
            vanished.put(key, evidence);
        }

        @Override
        public void failed(MessageKey key, String reason) {
            failed.put(key, reason);
        }
    }
}
