package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.slf4j.LoggerFactory;

/** The route microsoft-api, called by a route of somebody else. */
class MicrosoftTokensTest {
    private static final String CANARY = "CANARY-access-token";
    private static final Main MAIN = new Main();
    private static ProducerTemplate template;
    private static final Tokens TOKENS = new Tokens();
    private static final Directory MAILBOXES = new Directory();
    private static final ScriptedHttpServer MICROSOFT = new ScriptedHttpServer();

    private final Mailbox mailbox = new Mailbox(
            MailboxId.random(),
            new TenantId(FakeAuthority.TENANT),
            FakeAuthority.OBJECT,
            new MailboxAddress("ada@example.com"),
            CredentialId.random(),
            Protocol.GRAPH,
            Access.OWNER,
            List.of("inbox"),
            Optional.empty());
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Logger auditLogger = (Logger) LoggerFactory.getLogger("org.mailcaravan.audit");

    private static final class Tokens implements AccessTokens {
        private final List<Resource> asked = new ArrayList<>();
        private final List<Optional<String>> refused = new ArrayList<>();
        private Optional<RuntimeException> failure = Optional.empty();

        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            failure.ifPresent(e -> {
                throw e;
            });
            asked.add(resource);
            return new AccessToken(CANARY, Instant.MAX);
        }

        @Override
        public void invalidate(CredentialId credential, Resource resource, AccessToken token, Optional<String> claims) {
            assertThat(token.value()).isEqualTo(CANARY);
            refused.add(claims);
        }
    }

    private static final class Directory implements MailboxDirectory {
        private final List<Mailbox> all = new ArrayList<>();

        @Override
        public Optional<Mailbox> find(MailboxId id) {
            return all.stream().filter(one -> one.id().equals(id)).findFirst();
        }

        @Override
        public Optional<Mailbox> find(TenantId tenant, String objectId) {
            return Optional.empty();
        }

        @Override
        public void save(Mailbox mailbox) {
            all.add(mailbox);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        MAIN.configure().withRoutesIncludePattern("file:routes/microsoft-api.camel.yaml");
        MAIN.init();
        MAIN.bind("tokenHttpClient", TokenHttpClient.create(Timeout.ofSeconds(5)));
        MAIN.bind(
                "microsoftTokens",
                new MicrosoftTokens(
                        TOKENS,
                        MAILBOXES,
                        URI.create(MICROSOFT.url() + "/v1.0"),
                        URI.create(MICROSOFT.url() + "/EWS/Exchange.asmx")));
        MAIN.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:author").routeId("author").to("direct:microsoft-api");
            }
        });
        MAIN.start();
        template = MAIN.getCamelContext().createProducerTemplate();
    }

    @AfterAll
    static void stop() {
        MAIN.stop();
        MICROSOFT.close();
    }

    @BeforeEach
    void connect() {
        MAILBOXES.save(mailbox);
        TOKENS.asked.clear();
        TOKENS.refused.clear();
        TOKENS.failure = Optional.empty();
        audit.start();
        auditLogger.setLevel(Level.INFO);
        auditLogger.addAppender(audit);
    }

    @AfterEach
    void removeAppender() {
        auditLogger.detachAppender(audit);
        auditLogger.setLevel(null);
    }

    @Test
    void aRouteCallsGraphAsAMailboxAndNeverKeepsTheToken() {
        MICROSOFT.then(json("{\"value\":[]}"));
        Exchange done = call(mailbox.id().toString(), MICROSOFT.url() + "/v1.0/me/mailFolders");
        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody(String.class)).isEqualTo("{\"value\":[]}");
        assertThat(lastAsked().header("Authorization")).isEqualTo("Bearer " + CANARY);
        assertThat(TOKENS.asked).containsExactly(Resource.GRAPH);
        assertTokenIsNowhere(done);
        assertThat(audit.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("who=route author what=token mailbox=" + mailbox.id() + " resource=GRAPH result=handed out");
    }

    @Test
    void theEwsAddressGetsATokenForExchange() {
        MICROSOFT.then(status(200, "text/xml", "<a/>"));
        call(mailbox.id().toString(), MICROSOFT.url() + "/EWS/Exchange.asmx");
        assertThat(TOKENS.asked).containsExactly(Resource.EXCHANGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://graph.microsoft.com.evil.example/v1.0/me",
                "https://evil.example/?HOST",
                "https://127.0.0.1:PORT/v1.0/me",
                "http://127.0.0.1:1/v1.0/me",
                "http://localhost:PORT/v1.0/me",
                "http://127.0.0.1:PORT@evil.example/v1.0/me",
                "http://user@127.0.0.1:PORT/v1.0/me",
                "//127.0.0.1:PORT/v1.0/me",
                "/v1.0/me",
                "mailto:ada@example.com",
                "http://[broken",
                "{{graph.root}}/me"
            })
    void s18ATokenGoesToTheConfiguredAddressesOnly(String address) {
        int before = MICROSOFT.asked().size();
        String port = MICROSOFT.url().replaceAll(".*:", "");
        Exchange done = call(mailbox.id().toString(), address.replace("PORT", port));
        assertThat(done.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CamelHttpUri")
                .hasMessageNotContaining("evil");
        assertThat(TOKENS.asked).isEmpty();
        assertThat(MICROSOFT.asked()).hasSize(before);
        assertTokenIsNowhere(done);
        assertThat(audit.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .endsWith("result=refused");
    }

    @Test
    void s18AHeaderThatWouldSendItElsewhereHasNoSay() {
        try (ScriptedHttpServer elsewhere = new ScriptedHttpServer()) {
            MICROSOFT.then(json("{}"));
            Exchange done = call(Map.of(
                    MicrosoftTokens.MAILBOX_ID,
                    mailbox.id().toString(),
                    Exchange.HTTP_URI,
                    MICROSOFT.url() + "/v1.0/me",
                    Exchange.REST_HTTP_URI,
                    elsewhere.url(),
                    Exchange.HTTP_PATH,
                    "@" + elsewhere.url().replace("http://", "") + "/"));
            assertThat(done.getException()).isNull();
            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @Test
    void s18ARedirectIsNotFollowed() {
        try (ScriptedHttpServer elsewhere = new ScriptedHttpServer()) {
            MICROSOFT.then(status(302, "text/plain", "", "Location", elsewhere.url()));
            Exchange done = call(mailbox.id().toString(), MICROSOFT.url() + "/v1.0/me");
            assertThat(done.getException()).isNotNull();
            assertThat(elsewhere.asked()).isEmpty();
            assertTokenIsNowhere(done);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ada@example.com", "00000000-0000-0000-0000-000000000000", "x\nwho=route admin"})
    void onlyAConnectedMailboxHasAToken(String id) {
        Exchange done = call(id, MICROSOFT.url() + "/v1.0/me");
        assertThat(done.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(MicrosoftTokens.MAILBOX_ID);
        assertThat(audit.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .doesNotContain("admin", "example.com");
    }

    @Test
    void aTokenThatMicrosoftRefusesIsNotHandedOutAgainAndItsChallengeIsPassedOn() {
        String claims = "{\"access_token\":{\"nbf\":{\"essential\":true}}}";
        String base64 = Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        MICROSOFT.then(status(
                401,
                "application/json",
                "{}",
                "WWW-Authenticate",
                "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"" + base64 + "\""));
        Exchange done = call(mailbox.id().toString(), MICROSOFT.url() + "/v1.0/me");
        assertThat(done.getException()).isNotNull();
        assertThat(TOKENS.refused).containsExactly(Optional.of(claims));
        assertTokenIsNowhere(done);
    }

    @Test
    void aGrantThatIsGoneReachesTheCallersRoute() {
        TOKENS.failure = Optional.of(new ConsentRequiredException("Gone.", "Sign in again."));
        assertThat(call(mailbox.id().toString(), MICROSOFT.url() + "/v1.0/me").getException())
                .isInstanceOf(ConsentRequiredException.class);
        assertThat(audit.list).hasSize(1);
    }

    private static Exchange call(String mailboxId, String address) {
        return call(Map.of(MicrosoftTokens.MAILBOX_ID, mailboxId, Exchange.HTTP_URI, address));
    }

    private static Exchange call(Map<String, Object> headers) {
        return template.request(
                "direct:author", exchange -> exchange.getMessage().setHeaders(new HashMap<>(headers)));
    }

    private static ScriptedHttpServer.Asked lastAsked() {
        return MICROSOFT.asked().get(MICROSOFT.asked().size() - 1);
    }

    private void assertTokenIsNowhere(Exchange done) {
        assertThat(done.getMessage().getHeaders().toString()).doesNotContain(CANARY);
        assertThat(done.getProperties().toString()).doesNotContain(CANARY);
        assertThat(String.valueOf(done.getException())).doesNotContain(CANARY);
        assertThat(audit.list.toString()).doesNotContain(CANARY);
    }
}
