package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.AuthorizationRequestUrlParameters;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAccount;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.InteractionRequiredExceptionReason;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.microsoft.aad.msal4j.ResponseMode;
import com.microsoft.aad.msal4j.SilentParameters;
import com.nimbusds.jwt.SignedJWT;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;

/**
 * Microsoft's own client, msal4j, takes the authority for the real one: over TLS, with the sandbox's generated certificate authority trusted by file. The
 * person's part is played by posting the forms of the sign-in and consent pages. msal4j forgets an authority's port when it refreshes, so it goes through
 * {@link StandardPort}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MsalFidelityTest {
    private static final String CALLBACK =
            "http://localhost:8080/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";
    private static final Set<String> GRAPH_SCOPES =
            Set.of("https://graph.microsoft.com/User.Read", "https://graph.microsoft.com/Mail.Read");
    private static final Set<String> EWS_SCOPES = Set.of("https://outlook.office365.com/EWS.AccessAsUser.All");

    private SandboxTenant tenant;
    private StandardPort standardPort;
    private SSLContext tls;
    private Browser browser;

    @BeforeAll
    void startTenant(@TempDir Path directory) throws Exception {
        tenant = SandboxTenant.start(SandboxOptions.builder()
                .httpsPort(0)
                .caFile(directory.resolve("ca.pem"))
                .build());
        standardPort =
                StandardPort.leadingTo(tenant.server().httpsUrl().orElseThrow().getPort());
        tls = trusting(tenant.server().caCertificate());
    }

    @AfterAll
    void stopTenant() throws Exception {
        standardPort.close();
        tenant.close();
    }

    @BeforeEach
    void newBrowser() {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        browser = new Browser(client, tenant.server().httpsUrl().orElseThrow());
        tenant.log().reset();
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "sandbox", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private AppRegistration registration() {
        return tenant.directory().demoRegistration();
    }

    private ConfidentialClientApplication client(String secret) throws Exception {
        return ConfidentialClientApplication.builder(
                        registration().clientId(), ClientCredentialFactory.createFromSecret(secret))
                .authority("https://localhost/" + tenant.directory().tenantId() + "/")
                .validateAuthority(false)
                .instanceDiscovery(false)
                .sslSocketFactory(tls.getSocketFactory())
                .proxy(standardPort.proxy())
                .build();
    }

    private ConfidentialClientApplication client() throws Exception {
        return client(registration().credentials().secrets().get(0).value());
    }

    private String email(int number) {
        return tenant.directory().users().get(number).userPrincipalName();
    }

    /** Opens the address that msal4j made, signs in, accepts the consent, and reads the code from the redirect, which is not followed. */
    private String code(ConfidentialClientApplication client, String user) throws Exception {
        AuthorizationRequestUrlParameters wanted = AuthorizationRequestUrlParameters.builder(CALLBACK, GRAPH_SCOPES)
                .extraScopesToConsent(EWS_SCOPES)
                .responseMode(ResponseMode.QUERY)
                .state("state-of-msal")
                .nonce("nonce-of-msal")
                .codeChallenge(AuthorityJourney.CHALLENGE)
                .codeChallengeMethod("S256")
                .build();
        URI address = client.getAuthorizationRequestUrl(wanted).toURI();
        HttpResponse<String> answer =
                browser.signIn(tenant.directory().tenantId(), Browser.query(address.toString()), user);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        Map<String, String> redirected = Browser.redirected(answer);
        assertThat(redirected).containsEntry("state", "state-of-msal");
        return redirected.get("code");
    }

    private IAuthenticationResult redeem(ConfidentialClientApplication client, String code) throws Exception {
        return await(client.acquireToken(AuthorizationCodeParameters.builder(code, URI.create(CALLBACK))
                .scopes(GRAPH_SCOPES)
                .codeVerifier(AuthorityJourney.VERIFIER)
                .build()));
    }

    private static IAuthenticationResult silently(
            ConfidentialClientApplication client, IAccount account, Set<String> scopes, boolean refresh)
            throws Exception {
        return await(client.acquireTokenSilently(
                SilentParameters.builder(scopes, account).forceRefresh(refresh).build()));
    }

    private static IAuthenticationResult await(CompletableFuture<IAuthenticationResult> answer) throws Exception {
        try {
            return answer.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MsalServiceException refused ? refused : e;
        }
    }

    private static String refreshToken(ConfidentialClientApplication client) throws Exception {
        JsonNode tokens =
                new ObjectMapper().readTree(client.tokenCache().serialize()).path("RefreshToken");
        assertThat(tokens).as("msal4j keeps one refresh token for all APIs").hasSize(1);
        return tokens.iterator().next().path("secret").asText();
    }

    private long tokenCalls(String grant) {
        return tenant.log().byKind().getOrDefault("token:" + grant, 0L);
    }

    @Test
    void codeWithPkceIsRedeemedForAnAccountWithGraphAccess() throws Exception {
        ConfidentialClientApplication client = client();

        IAuthenticationResult result = redeem(client, code(client, email(0)));

        assertThat(result.account().username()).isEqualTo(email(0));
        assertThat(result.account().homeAccountId())
                .isEqualTo(tenant.directory().users().get(0).objectId() + "."
                        + tenant.directory().tenantId());
        assertThat(SignedJWT.parse(result.idToken()).getJWTClaimsSet().getStringClaim("nonce"))
                .isEqualTo("nonce-of-msal");
        assertThat(result.expiresOnDate().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(59)),
                        Instant.now().plus(Duration.ofMinutes(91)));
        VerifiedToken token = tenant.tokens().verify(result.accessToken(), Permission.GRAPH);
        assertThat(token.hasAnyScope("Mail.Read")).isTrue();
    }

    @Test
    void unforcedRequestIsAnsweredFromMsalsCacheByTheScopesGranted() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult first = redeem(client, code(client, email(1)));

        IAuthenticationResult again =
                silently(client, first.account(), Set.of(first.scopes().split(" ")), false);

        assertThat(again.accessToken()).isEqualTo(first.accessToken());
        assertThat(tokenCalls("refresh_token")).isZero();
    }

    @Test
    void forcedRefreshRotatesTheRefreshTokenAndGoesOnWithTheNewOne() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult first = redeem(client, code(client, email(1)));
        String before = refreshToken(client);

        IAuthenticationResult second = silently(client, first.account(), GRAPH_SCOPES, true);
        String between = refreshToken(client);
        silently(client, first.account(), GRAPH_SCOPES, true);

        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        assertThat(Set.of(before, between, refreshToken(client))).hasSize(3);
        assertThat(tokenCalls("authorization_code")).isEqualTo(1);
        assertThat(tokenCalls("refresh_token")).isEqualTo(2);
    }

    @Test
    void exchangeIsReachedSilentlyByTheSameRefreshToken() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult graph = redeem(client, code(client, email(2)));

        IAuthenticationResult exchange = silently(client, graph.account(), EWS_SCOPES, false);

        VerifiedToken token = tenant.tokens().verify(exchange.accessToken(), Permission.EXCHANGE);
        assertThat(token.scopes()).containsExactly("EWS.AccessAsUser.All");
        assertThat(AccessTokenVerifierTest.reasonFor(tenant, exchange.accessToken(), Permission.GRAPH))
                .isEqualTo(TokenRefusedException.Reason.WRONG_AUDIENCE);
        assertThat(exchange.account().homeAccountId()).isEqualTo(graph.account().homeAccountId());
        assertThat(tokenCalls("refresh_token")).isEqualTo(1);
    }

    @Test
    void wrongSecretIsAServiceExceptionThatNamesAadsts7000215() throws Exception {
        ConfidentialClientApplication client = client("guess");
        String code = code(client, email(3));

        MsalServiceException refused = catchThrowableOfType(MsalServiceException.class, () -> redeem(client, code));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.errorCode()).isEqualTo("invalid_client");
        assertThat(refused).hasMessageStartingWith("AADSTS7000215: ").hasMessageContaining("\r\nTrace ID: ");
        assertThat(refused.correlationId()).matches("[0-9a-f-]{36}");
    }

    @Test
    void revokedGrantAndRemovedConsentAskForThePerson() throws Exception {
        ConfidentialClientApplication client = client();
        IAccount account = redeem(client, code(client, email(4))).account();
        String objectId = tenant.directory().findUser(email(4)).orElseThrow().objectId();

        browser.postJson(
                "/sandbox/control/entra/remove-consent",
                "{\"user\":\"" + objectId + "\",\"resource\":\"https://outlook.office365.com\"}");
        MsalInteractionRequiredException unconsented = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> silently(client, account, EWS_SCOPES, false));
        browser.postJson("/sandbox/control/entra/revoke", "{\"user\":\"" + objectId + "\"}");
        MsalInteractionRequiredException revoked = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> silently(client, account, GRAPH_SCOPES, true));

        assertThat(unconsented).hasMessageStartingWith("AADSTS65001: ");
        assertThat(unconsented.reason()).isEqualTo(InteractionRequiredExceptionReason.CONSENT_REQUIRED);
        assertThat(revoked).hasMessageStartingWith("AADSTS50173: ");
    }

    @Test
    void transientTroubleIsNoReasonToSignInAnew() throws Exception {
        ConfidentialClientApplication client = client();
        IAccount account = redeem(client, code(client, email(5))).account();
        browser.postJson(
                "/sandbox/control/faults",
                "{\"kind\":\"token:refresh_token\",\"times\":\"always\",\"fault\":{\"type\":\"aadsts\",\"code\":90033}}");

        try {
            MsalServiceException busy = catchThrowableOfType(
                    MsalServiceException.class, () -> silently(client, account, GRAPH_SCOPES, true));

            assertThat(busy).isNotInstanceOf(MsalInteractionRequiredException.class);
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(busy.errorCode()).isEqualTo("temporarily_unavailable");
        } finally {
            tenant.faults().clear();
        }
    }
}
