package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.microsoft.aad.msal4j.ClaimsRequest;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.IClientCredential;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.nimbusds.jose.jwk.RSAKey;
import java.net.http.HttpResponse;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.ClientCertificate;
import org.mailcaravan.sandbox.FederatedCredential;
import org.mailcaravan.sandbox.Permission;

/** Microsoft's own client, msal4j, acts for an application itself: with secret, certificate and a workload's token (fact sheet 1.7, 1.11, 1.14). */
class MsalAppOnlyFidelityTest extends MsalJourney {
    private static final Set<String> GRAPH = Set.of("https://graph.microsoft.com/.default");
    private static final Set<String> EXCHANGE = Set.of("https://outlook.office365.com/.default");
    private static final String SUBJECT = "system:serviceaccount:mail:caravan";

    @AfterEach
    void withdrawConsent() {
        tenant.directory().removeAdminConsent(registration().clientId(), Optional.empty());
    }

    private AppRegistration registration() {
        return tenant.directory().appOnlyRegistration();
    }

    private ConfidentialClientApplication client(IClientCredential credential) throws Exception {
        return on(ConfidentialClientApplication.builder(registration().clientId(), credential))
                .clientCapabilities(Set.of("cp1"))
                .build();
    }

    private IClientCredential secret() {
        return ClientCredentialFactory.createFromSecret(
                registration().credentials().secrets().get(0).value());
    }

    private static IAuthenticationResult token(ConfidentialClientApplication client, Set<String> scopes)
            throws Exception {
        return await(client.acquireToken(
                ClientCredentialParameters.builder(scopes).skipCache(true).build()));
    }

    private VerifiedToken verified(IAuthenticationResult result, String resource) throws TokenRefusedException {
        VerifiedToken token = tenant.tokens().verify(result.accessToken(), resource);
        assertThat(token.appOnly()).isTrue();
        assertThat(token.appId()).isEqualTo(registration().clientId());
        return token;
    }

    private void control(String operation, String body) {
        HttpResponse<String> answer = browser.postJson(
                "/sandbox/control/entra/" + operation,
                "{\"clientId\":\"" + registration().clientId() + "\"," + body + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** What the administrator's browser is sent back with. */
    private Map<String, String> consented() {
        String at = "/" + tenant.directory().tenantId();
        HttpResponse<String> signIn = browser.get(at + "/v2.0/adminconsent?"
                + Browser.encode(Map.of(
                        "client_id",
                        registration().clientId(),
                        "redirect_uri",
                        CALLBACK,
                        "state",
                        "state-of-onboarding",
                        "scope",
                        GRAPH.iterator().next())));
        HttpResponse<String> page = browser.post(
                at + "/login",
                Map.of(
                        "ctx",
                        Browser.ctx(signIn),
                        "login",
                        tenant.directory().administrator().userPrincipalName()));
        return Browser.redirected(browser.post(at + "/consent", Map.of("ctx", Browser.ctx(page), "action", "accept")));
    }

    @Test
    void adminConsentIsProvedByTheRolesOfTheNextToken() throws Exception {
        ConfidentialClientApplication client = client(secret());
        assertThat(verified(token(client, GRAPH), Permission.GRAPH).roles()).isEmpty();

        Map<String, String> answer = consented();

        assertThat(answer)
                .containsEntry("admin_consent", "True")
                .containsEntry("tenant", tenant.directory().tenantId())
                .containsEntry("state", "state-of-onboarding");
        assertThat(verified(token(client, GRAPH), Permission.GRAPH).hasAnyRole("Mail.Read"))
                .isTrue();
        assertThat(verified(token(client, EXCHANGE), Permission.EXCHANGE).roles())
                .containsExactly("full_access_as_app");
    }

    @Test
    void unskippedRequestIsAnsweredFromMsalsCache() throws Exception {
        ConfidentialClientApplication client = client(secret());
        ClientCredentialParameters cached =
                ClientCredentialParameters.builder(GRAPH).build();

        String first = await(client.acquireToken(cached)).accessToken();

        assertThat(await(client.acquireToken(cached)).accessToken()).isEqualTo(first);
        assertThat(tokenCalls("client_credentials")).isEqualTo(1);
    }

    private ClientCertificate registered(RSAKey key, Instant from, Instant to) {
        ClientCertificate certificate = TestCertificate.of(key, from, to);
        control("certificate", "\"pem\":\"" + pem(certificate) + "\"");
        return certificate;
    }

    private static String pem(ClientCertificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\\n"
                    + Base64.getEncoder()
                            .encodeToString(certificate.certificate().getEncoded())
                    + "\\n-----END CERTIFICATE-----\\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ConfidentialClientApplication client(RSAKey key, ClientCertificate certificate) throws Exception {
        return client(ClientCredentialFactory.createFromCertificate(key.toRSAPrivateKey(), certificate.certificate()));
    }

    @Test
    void registeredCertificateProvesTheApplicationAgainAndAgain() throws Exception {
        RSAKey key = SigningKeys.newKey();
        Instant now = Instant.now();
        ConfidentialClientApplication client =
                client(key, registered(key, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(30))));

        String first = token(client, GRAPH).accessToken();
        IAuthenticationResult second = token(client, GRAPH);

        assertThat(second.accessToken()).isNotEqualTo(first);
        verified(second, Permission.GRAPH);
    }

    @Test
    void unregisteredAndExpiredCertificatesAreServiceExceptions() throws Exception {
        Instant now = Instant.now();
        RSAKey stranger = SigningKeys.newKey();
        RSAKey old = SigningKeys.newKey();
        ClientCertificate unknown = TestCertificate.of(stranger, now.minusSeconds(60), now.plusSeconds(600));
        ClientCertificate expired = registered(old, now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));

        assertRefused(client(stranger, unknown), "AADSTS700027: ");
        assertRefused(client(old, expired), "AADSTS7000222: ");
    }

    private static void assertRefused(ConfidentialClientApplication client, String start) {
        MsalServiceException refused = catchThrowableOfType(MsalServiceException.class, () -> token(client, GRAPH));
        assertThat(refused.errorCode()).isEqualTo("invalid_client");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused).hasMessageStartingWith(start);
    }

    @Test
    void workloadsTokenStandsForASecret() throws Exception {
        try (LoopbackIssuer cluster = new LoopbackIssuer()) {
            control("federated-credential", "\"issuer\":\"" + cluster.issuer() + "\",\"subject\":\"" + SUBJECT + "\"");
            String good = cluster.token(SUBJECT, FederatedCredential.USUAL_AUDIENCE, Instant.now());
            String other = cluster.token(SUBJECT + "-2", FederatedCredential.USUAL_AUDIENCE, Instant.now());

            verified(token(client(ClientCredentialFactory.createFromClientAssertion(good)), GRAPH), Permission.GRAPH);
            verified(token(client(ClientCredentialFactory.createFromCallback(() -> good)), GRAPH), Permission.GRAPH);
            assertRefused(client(ClientCredentialFactory.createFromClientAssertion(other)), "AADSTS700213: ");
        }
    }

    @Test
    void challengeIsMetByAskingWithItsClaimsUnlessItIsStern() throws Exception {
        ConfidentialClientApplication client = client(secret());
        String before = token(client, GRAPH).accessToken();
        control("claims-challenge", "\"interaction\":false");
        String claims = challengeOf(before);

        IAuthenticationResult after = await(client.acquireToken(answering(claims)));

        verified(after, Permission.GRAPH);
        control("claims-challenge", "\"interaction\":true");
        String stern = challengeOf(after.accessToken());
        MsalInteractionRequiredException refused = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> await(client.acquireToken(answering(stern))));
        assertThat(refused).hasMessageStartingWith("AADSTS50076: ");
        assertThat(refused.claims()).isEqualTo(stern);
    }

    private static ClientCredentialParameters answering(String claims) {
        return ClientCredentialParameters.builder(GRAPH)
                .claims(ClaimsRequest.formatAsClaimsRequest(claims))
                .build();
    }

    private String challengeOf(String token) {
        return catchThrowableOfType(
                        TokenRefusedException.class, () -> tenant.tokens().verify(token, Permission.GRAPH))
                .claims()
                .orElseThrow();
    }
}
