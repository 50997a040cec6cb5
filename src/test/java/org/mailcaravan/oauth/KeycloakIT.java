package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.SelfSigned;

/**
 * A second, independent authorization server, so that our client is not shaped by our own sandbox alone: Keycloak, which signs, checks and rotates by its own
 * rules. Code with PKCE (S02), the issuer in the answer (S04), {@code at_hash} (S13), strict rotation of refresh tokens (S19), {@code private_key_jwt} (S17),
 * client credentials.
 */
@Tag("ci")
class KeycloakIT {
    private static final String TENANT = "22222222-3333-4444-8555-666666666666";
    private static final String LOGIN = "anna@contoso.example";
    private static final String CLIENT_SECRET = "keycloak-secret-of-the-client";
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

    @TempDir
    private static Path directory;

    private static Process keycloak;
    private static URI realm;
    private static ConnectFixture fixture;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> cookies = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        Path home = Path.of(System.getProperty("mailcaravan.keycloak"));
        SelfSigned certificate = SelfSigned.rsa(
                2048, Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(2)));
        int port = freePort();
        realm = URI.create("http://127.0.0.1:" + port + "/realms/" + TENANT);
        fixture = new ConnectFixture((ignored, base) -> settings(base, certificate), Timeout.ofSeconds(30));
        Path imports = Files.createDirectories(home.resolve("data/import"));
        Files.writeString(imports.resolve("realm.json"), realm(certificate));
        keycloak = new ProcessBuilder(
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keycloak.log").toFile())
                .start();
        await("Keycloak")
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(KeycloakIT::up);
        fixture.start();
    }

    /** Keycloak's own clock cannot be set. */
    @BeforeEach
    void now() {
        fixture.clock.set(Instant.now());
    }

    @AfterAll
    static void stop() {
        keycloak.descendants().forEach(ProcessHandle::destroyForcibly);
        keycloak.destroyForcibly();
        fixture.close();
    }

    @Test
    void aPersonConnectsByCodeAndPkceAndEveryRefreshTokenIsUsedOnce() throws Exception {
        HttpResponse<String> end = signIn("default");

        assertThat(end.statusCode()).as(end.body()).isEqualTo(303);
        MailboxCredential connected = credential("default");
        Instant issued = Instant.now();
        fixture.clock.advance(Duration.ofMinutes(10));
        AccessToken first = fixture.client.accessTokens().acquire(connected.id(), Resource.GRAPH);
        // Keycloak tells tokens of one session apart by whole seconds of the machine's clock
        await().atMost(Duration.ofSeconds(5)).until(() -> Instant.now().getEpochSecond() > issued.getEpochSecond());
        fixture.clock.advance(Duration.ofMinutes(10));
        AccessToken second = fixture.client.accessTokens().acquire(connected.id(), Resource.GRAPH);

        assertThat(first.value()).isNotEqualTo(second.value());
        assertThat(credential("default").refreshToken()).isPresent().isNotEqualTo(connected.refreshToken());
        fixture.credentials.save(
                credential("default").withRefreshToken(connected.refreshToken().orElseThrow()));
        fixture.clock.advance(Duration.ofMinutes(10));
        assertThat(catchThrowable(() -> fixture.client.accessTokens().acquire(connected.id(), Resource.GRAPH)))
                .as("Keycloak takes a rotated refresh token for stolen, so the newest must be the one we keep")
                .isInstanceOf(ConsentRequiredException.class);
    }

    @Test
    void theClientIsAuthenticatedByItsCertificate() throws Exception {
        HttpResponse<String> end = signIn("certified");

        assertThat(end.statusCode()).as(end.body()).isEqualTo(303);
        assertThat(credential("certified").refreshToken()).isPresent();
    }

    @Test
    void theApplicationAsksAsItself() {
        for (String registration : List.of("robot", "certified-robot")) {
            TokenOutcome outcome = new RouteTokenEndpoint(fixture.main.getCamelContext())
                    .request(TokenRequest.clientCredentials(registration, "https://graph.microsoft.com/.default"));

            assertThat(outcome).as(registration).isInstanceOf(TokenOutcome.Granted.class);
            assertThat(((TokenOutcome.Granted) outcome).refreshToken()).isEmpty();
        }
    }

    /** The whole way of a person; answers our callback's answer. */
    private HttpResponse<String> signIn(String registration) throws Exception {
        Browser browser = fixture.browser();
        String link = fixture.client.beans(fixture.rooms).get("connectTickets") instanceof ConnectTickets tickets
                ? tickets.link(new ConnectTickets.Wish(
                        Optional.of(LOGIN), Optional.of(registration), Optional.of("graph"), Optional.empty()))
                : "";
        HttpResponse<String> begun = browser.press(link.substring(link.indexOf("/0/rest")));
        HttpResponse<String> form =
                follow(get(URI.create(begun.headers().firstValue("Location").orElseThrow())));
        Matcher action = FORM.matcher(form.body());
        assertThat(action.find()).as(form.body()).isTrue();
        HttpResponse<String> answer = send(HttpRequest.newBuilder(
                        URI.create(action.group(1).replace("&amp;", "&")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("username=" + LOGIN.replace("@", "%40") + "&password=pass")));
        URI callback = URI.create(
                answer.headers().firstValue("Location").orElseThrow(() -> new AssertionError(answer.body())));
        assertThat(callback.getRawQuery()).contains("iss=").contains("code=");
        return browser.get(callback.getRawPath() + "?" + callback.getRawQuery());
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) throws Exception {
        HttpResponse<String> page = answer;
        while (page.statusCode() / 100 == 3) {
            page = get(page.uri().resolve(page.headers().firstValue("Location").orElseThrow()));
        }
        return page;
    }

    private HttpResponse<String> get(URI address) throws Exception {
        return send(HttpRequest.newBuilder(address).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(one -> one.getKey() + "=" + one.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String line : answer.headers().allValues("Set-Cookie")) {
            String pair = line.split(";", 2)[0];
            cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return answer;
    }

    private static MailboxCredential credential(String registration) {
        return fixture.mailboxes.rows.values().stream()
                .flatMap(mailbox ->
                        fixture.credentials.find(registration, mailbox.tenant(), mailbox.objectId()).stream())
                .findFirst()
                .orElseThrow();
    }

    private static OAuthSettings settings(URI base, SelfSigned certificate) {
        ClientAuthentication secret = new ClientSecret(Secret.of(CLIENT_SECRET));
        ClientAuthentication proof = new ClientCertificate(
                ProofSource.text("certificate", Secret.of(certificate.certificatePem())),
                ProofSource.text("key", Secret.of(certificate.keyPem())),
                Clock.systemUTC());
        return new OAuthSettings(
                List.of(
                        registration("default", ClientMode.DELEGATED, secret),
                        registration("certified", ClientMode.DELEGATED, proof),
                        registration("robot", ClientMode.APP_ONLY, secret),
                        registration("certified-robot", ClientMode.APP_ONLY, proof)),
                new PublicAddress(base, PublicAddress.CREATIO_CALLBACK_PATH),
                OAuthSettings.ResourceAddresses.GLOBAL,
                new MailboxDefaults(ConnectProtocol.GRAPH, List.of("inbox"), true),
                false,
                Optional.empty(),
                false);
    }

    private static AppRegistration registration(String name, ClientMode mode, ClientAuthentication authentication) {
        return new AppRegistration(
                name,
                mode,
                realm.resolve("/"),
                TENANT,
                "client-" + name,
                authentication,
                Set.of(new TenantId(TENANT)),
                Set.of(),
                Optional.of(URI.create(realm + "/.well-known/openid-configuration")));
    }

    private static boolean up() throws InterruptedException {
        assertThat(keycloak.isAlive())
                .as("see %s", directory.resolve("keycloak.log"))
                .isTrue();
        try {
            URI metadata = URI.create(realm + "/.well-known/openid-configuration");
            return HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(metadata).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String realm(SelfSigned certificate) throws IOException {
        String pem = certificate.certificatePem().replaceAll("-----[A-Z ]+-----|\\s", "");
        String callback = fixture.settings.address().redirectUri();
        try (var in = KeycloakIT.class.getResourceAsStream("keycloak-realm.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${tenant}", TENANT)
                    .replace("${callback}", callback)
                    .replace("${secret}", CLIENT_SECRET)
                    .replace("${certificate}", pem);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
