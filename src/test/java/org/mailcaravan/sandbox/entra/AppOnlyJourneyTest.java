package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.ClientCertificate;
import org.mailcaravan.sandbox.FederatedCredential;
import org.mailcaravan.sandbox.Permission;

/** Client credentials and the ways an application proves who it is (fact sheet 1.4, 1.11, 1.14, 1.16). */
class AppOnlyJourneyTest extends AuthorityJourney {
    private static final String ISSUER = "https://cluster.example";
    private static final String SUBJECT = "system:serviceaccount:mail:caravan";
    private static final String CP1 = "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}";

    private String clientId = "";

    @BeforeEach
    void newRegistration() {
        AppRegistration model = tenant.directory().appOnlyRegistration();
        clientId = UUID.randomUUID().toString();
        tenant.directory()
                .put(new AppRegistration(
                        clientId,
                        "App-only",
                        model.credentials(),
                        model.flags(),
                        model.redirectUris(),
                        model.required(),
                        Set.of(),
                        model.policy()));
    }

    private Map<String, String> bySecret() {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", clientId);
        form.put("client_secret", SECRET);
        form.put("scope", "https://graph.microsoft.com/.default");
        return form;
    }

    private Map<String, String> byAssertion(String assertion) {
        return Browser.with(
                Browser.without(bySecret(), "client_secret"),
                "client_assertion_type",
                ClientAssertions.TYPE,
                "client_assertion",
                assertion);
    }

    private VerifiedToken issued(Map<String, String> form, String resource) throws TokenRefusedException {
        return tenant.tokens().verify(accessToken(form), resource);
    }

    private String accessToken(Map<String, String> form) {
        HttpResponse<String> answer = token(form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return read(answer).path("access_token").asText();
    }

    private void assertRefused(HttpResponse<String> answer, String error, int code) {
        JsonNode body = read(answer);
        assertThat(body.path("error").asText()).as(answer.body()).isEqualTo(error);
        assertThat(body.path("error_codes").get(0).asInt()).isEqualTo(code);
    }

    private JsonNode controlled(String operation, String body) {
        return read(browser.postJson("/sandbox/control/" + operation, body));
    }

    private String named(String more) {
        return "{\"clientId\":\"" + clientId + "\"," + more + "}";
    }

    private ClientCertificate certificate(Instant from, Instant to, RSAKey key) {
        ClientCertificate made = TestCertificate.of(key, from, to);
        AppRegistration app = tenant.directory().findRegistration(clientId).orElseThrow();
        tenant.directory().put(app.withCredentials(known -> known.plus(made)));
        return made;
    }

    private ClientCertificate certificate(RSAKey key) {
        return certificate(
                clock.instant().minus(Duration.ofDays(1)), clock.instant().plus(Duration.ofDays(30)), key);
    }

    private String assertion(RSAKey key, ClientCertificate with, UnaryOperator<JWTClaimsSet.Builder> change)
            throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.PS256)
                .x509CertSHA256Thumbprint(new Base64URL(with.sha256Thumbprint()))
                .build();
        return signed(key, header, change.apply(claims()).build());
    }

    private JWTClaimsSet.Builder claims() {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(tenant.server().httpUrl() + "/" + tenantId() + "/oauth2/v2.0/token")
                .jwtID(UUID.randomUUID().toString())
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(10))));
    }

    private static String signed(RSAKey key, JWSHeader header, JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    @Test
    void withoutConsentTheTokenIsIssuedAndHasNoRoles() throws Exception {
        JsonNode answer = read(token(bySecret()));

        assertThat(answer.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("token_type", "expires_in", "ext_expires_in", "access_token");
        JWTClaimsSet claims =
                SignedJWT.parse(answer.path("access_token").asText()).getJWTClaimsSet();
        assertThat(claims.getClaims()).containsEntry("idtyp", "app").doesNotContainKeys("roles", "scp", "upn");
        assertThat(claims.getStringClaim("oid")).isEqualTo(tenant.directory().servicePrincipalId(clientId));
    }

    @Test
    void consentedRolesGoIntoTheTokenOfTheirApiOnly() throws Exception {
        control(
                "entra/admin-consent",
                named(
                        "\"scopes\":[\"User.Read\"],\"roles\":[\"Mail.Read\",\"https://outlook.office365.com/full_access_as_app\"]"));

        VerifiedToken graph = issued(bySecret(), Permission.GRAPH);
        VerifiedToken exchange = issued(
                Browser.with(bySecret(), "scope", "https://outlook.office365.com/.default"), Permission.EXCHANGE);

        assertThat(graph.appOnly()).isTrue();
        assertThat(graph.scopes()).isEmpty();
        assertThat(graph.roles()).containsExactly("Mail.Read");
        assertThat(exchange.roles()).containsExactly("full_access_as_app");
    }

    @ParameterizedTest
    @CsvSource({
        "https://graph.microsoft.com/Mail.Read, invalid_scope, 70011",
        "Mail.Read, invalid_scope, 70011",
        "openid profile, invalid_scope, 70011",
        "https://graph.microsoft.com/.default https://outlook.office365.com/.default, invalid_request, 700022",
        "https://api.example/.default, invalid_resource, 500011",
    })
    void wrongScopesAreRefused(String scope, String error, int code) {
        assertRefused(token(Browser.with(bySecret(), "scope", scope)), error, code);
    }

    @Test
    void tokenForTheOrganisationsOwnServerHasThatAudienceAndExchangesRoles() throws Exception {
        tenant.directory().adminConsent(clientId, Set.of(Permission.FULL_ACCESS_AS_APP));

        VerifiedToken token = issued(
                Browser.with(bySecret(), "scope", Permission.EXCHANGE_SERVER + "/.default"),
                Permission.EXCHANGE_SERVER);

        assertThat(token.roles()).contains("full_access_as_app");
    }

    @Test
    void oidcScopesBesideTheDefaultOneArePassedOver() throws Exception {
        String scope = "openid profile offline_access https://graph.microsoft.com/.default";

        JsonNode answer = read(token(Browser.with(bySecret(), "scope", scope)));

        assertThat(answer.path("access_token").asText()).isNotEmpty();
        assertThat(answer.has("refresh_token")).isFalse();
        assertThat(answer.has("id_token")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "organizations"})
    void anAliasIsNoTenantToActIn(String alias) {
        assertRefused(browser.post("/" + alias + "/oauth2/v2.0/token", bySecret()), "invalid_request", 9001023);
    }

    @Test
    void twoSecretsOverlapUntilOneExpires() throws Exception {
        JsonNode added = controlled("entra/secret", named("\"value\":\"next~secret\",\"expiresIn\":3600"));
        Map<String, String> next = Browser.with(bySecret(), "client_secret", "next~secret");

        assertThat(token(bySecret()).statusCode()).isEqualTo(200);
        assertThat(token(next).statusCode()).isEqualTo(200);
        assertRefused(
                token(Browser.with(bySecret(), "client_secret", added.path("id").asText())), "invalid_client", 7000215);
        controlled("entra/secret", named("\"value\":\"old\",\"expiresIn\":-1"));
        controlled("entra/secret", named("\"value\":\"future\",\"startsIn\":60"));
        assertRefused(token(Browser.with(bySecret(), "client_secret", "old")), "invalid_client", 7000222);
        assertRefused(token(Browser.with(bySecret(), "client_secret", "future")), "invalid_client", 7000215);
        controlled(
                "entra/remove-credential", named("\"id\":\"" + added.path("id").asText() + "\""));
        assertRefused(token(next), "invalid_client", 7000215);
    }

    @Test
    void publicClientsSendNothingAndOthersSomething() {
        assertRefused(token(Browser.without(bySecret(), "client_secret")), "invalid_client", 7000218);
        control("entra/registration", named("\"publicClient\":true"));
        assertRefused(token(bySecret()), "invalid_client", 700025);
        assertRefused(token(byAssertion("a.b.c")), "invalid_client", 700025);
        control("entra/registration", named("\"enabled\":false"));
        assertRefused(token(bySecret()), "unauthorized_client", 7000112);
    }

    @Test
    void assertionByARegisteredCertificateWorksOnce() throws Exception {
        RSAKey key = SigningKeys.newKey();
        String assertion = assertion(key, certificate(key), claims -> claims);

        assertThat(token(byAssertion(assertion)).statusCode()).isEqualTo(200);
        assertRefused(token(byAssertion(assertion)), "invalid_client", 50012);
    }

    @Test
    void olderFormWithRs256AndSha1ThumbprintIsAcceptedToo() throws Exception {
        RSAKey key = SigningKeys.newKey();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .x509CertThumbprint(new Base64URL(certificate(key).sha1Thumbprint()))
                .build();
        String byDomain = tenant.server().httpUrl() + "/caravan.example/oauth2/v2.0/token";

        String assertion = signed(key, header, claims().audience(byDomain).build());

        assertThat(token(byAssertion(assertion)).statusCode()).isEqualTo(200);
    }

    @Test
    void assertionsThatDoNotFitAreRefused() throws Exception {
        RSAKey key = SigningKeys.newKey();
        RSAKey other = SigningKeys.newKey();
        ClientCertificate registered = certificate(key);
        ClientCertificate unknown =
                TestCertificate.of(other, clock.instant(), clock.instant().plusSeconds(60));
        Date soon = Date.from(clock.instant().plus(Duration.ofMinutes(20)));
        Date late = Date.from(clock.instant().plus(Duration.ofHours(3)));
        Date past = Date.from(clock.instant().minus(Duration.ofMinutes(20)));

        assertRefused(token(byAssertion(assertion(other, registered, c -> c))), "invalid_client", 700027);
        assertRefused(token(byAssertion(assertion(other, unknown, c -> c))), "invalid_client", 700027);
        assertRefused(token(byAssertion("no-jwt")), "invalid_request", 50027);
        assertRefused(token(byAssertion(assertion(key, registered, c -> c.jwtID(null)))), "invalid_request", 50027);
        assertRefused(
                token(byAssertion(assertion(key, registered, c -> c.audience("https://login.example/token")))),
                "invalid_client",
                50012);
        assertRefused(token(byAssertion(assertion(key, registered, c -> c.subject("me")))), "invalid_client", 50012);
        assertRefused(
                token(byAssertion(assertion(key, registered, c -> c.notBeforeTime(soon)))), "invalid_client", 700024);
        assertRefused(
                token(byAssertion(assertion(key, registered, c -> c.expirationTime(past)))), "invalid_client", 700024);
        assertRefused(
                token(byAssertion(assertion(key, registered, c -> c.expirationTime(late)))), "invalid_client", 700024);
    }

    @Test
    void expiredCertificateIs7000222() throws Exception {
        RSAKey key = SigningKeys.newKey();
        Instant now = clock.instant();
        ClientCertificate old = certificate(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)), key);

        assertRefused(token(byAssertion(assertion(key, old, c -> c))), "invalid_client", 7000222);
    }

    private String federated(RSAKey key, UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
        JWTClaimsSet.Builder claims = claims().issuer(ISSUER).subject(SUBJECT).audience("api://AzureADTokenExchange");
        return signed(key, header, change.apply(claims).build());
    }

    @Test
    void federatedAssertionMatchesIssuerSubjectAndAudienceExactly() throws Exception {
        RSAKey key = SigningKeys.newKey();
        controlled(
                "entra/federated-credential",
                named("\"issuer\":\"" + ISSUER + "\",\"subject\":\"" + SUBJECT + "\",\"keys\":"
                        + new JWKSet(key.toPublicJWK())));
        Date past = Date.from(clock.instant().minusSeconds(1));

        assertThat(token(byAssertion(federated(key, c -> c))).statusCode()).isEqualTo(200);
        assertRefused(token(byAssertion(federated(key, c -> c.issuer(ISSUER + "/")))), "invalid_client", 700213);
        assertRefused(token(byAssertion(federated(key, c -> c.subject(SUBJECT + "s")))), "invalid_client", 700213);
        assertRefused(token(byAssertion(federated(key, c -> c.audience("api://else")))), "invalid_client", 700213);
        assertRefused(token(byAssertion(federated(key, c -> c.expirationTime(past)))), "invalid_client", 700024);
        assertRefused(token(byAssertion(federated(SigningKeys.newKey(), c -> c))), "invalid_grant", 50013);
    }

    private void trust(LoopbackIssuer issuer) {
        control(
                "entra/federated-credential",
                named("\"issuer\":\"" + issuer.issuer() + "\",\"subject\":\"" + SUBJECT + "\""));
    }

    private HttpResponse<String> workload(LoopbackIssuer issuer) throws Exception {
        return token(byAssertion(issuer.token(SUBJECT, FederatedCredential.USUAL_AUDIENCE, clock.instant())));
    }

    @Test
    void federatedIssuersKeysAreFoundByDiscovery() throws Exception {
        try (LoopbackIssuer cluster = new LoopbackIssuer()) {
            trust(cluster);

            assertThat(workload(cluster).statusCode()).isEqualTo(200);
            assertRefused(
                    token(byAssertion(federated(SigningKeys.newKey(), c -> c.issuer(cluster.issuer())))),
                    "invalid_grant",
                    50013);
            cluster.pretendToBe("https://other.example");
            assertRefused(workload(cluster), "invalid_grant", 50013);
        }
    }

    @Test
    void issuerThatCannotBeAskedIs50013() throws Exception {
        LoopbackIssuer cluster = new LoopbackIssuer();
        trust(cluster);
        cluster.close();

        assertRefused(workload(cluster), "invalid_grant", 50013);
    }

    @Test
    void claimsThatAreMissingAreToldSo() throws Exception {
        RSAKey key = SigningKeys.newKey();
        controlled(
                "entra/federated-credential",
                named("\"issuer\":\"" + ISSUER + "\",\"subject\":\"" + SUBJECT + "\",\"keys\":"
                        + new JWKSet(key.toPublicJWK())));

        HttpResponse<String> nameless = token(
                byAssertion(federated(key, c -> c.issuer(null).subject(null).audience((String) null))));
        HttpResponse<String> endless =
                token(byAssertion(federated(key, c -> c.expirationTime(null).notBeforeTime(null))));

        assertRefused(nameless, "invalid_client", 700213);
        assertRefused(endless, "invalid_client", 700024);
        assertThat(nameless.body()).contains("subject '(none)', issuer '(none)', audience '(none)'");
        assertThat(endless.body()).contains("expiry time of assertion (none)").doesNotContain("null");
    }

    @Test
    void challengedTokenIsRefusedUntilOneIsAskedForWithItsClaims() throws Exception {
        Map<String, String> capable = Browser.with(bySecret(), "claims", CP1);
        String before = accessToken(capable);
        String incapable = accessToken(bySecret());
        control("entra/claims-challenge", named("\"interaction\":false"));

        TokenRefusedException refused = catchThrowableOfType(
                TokenRefusedException.class, () -> tenant.tokens().verify(before, Permission.GRAPH));
        String claims = refused.claims().orElseThrow();
        String merged = claims.replace("{\"access_token\":{", "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},");

        assertThat(refused.reason()).isEqualTo(TokenRefusedException.Reason.REVOKED);
        tenant.tokens().verify(incapable, Permission.GRAPH);
        assertThat(catchThrowableOfType(TokenRefusedException.class, () -> issued(capable, Permission.GRAPH)))
                .as("asked without the claims")
                .isNotNull();
        assertThat(issued(Browser.with(bySecret(), "claims", merged), Permission.GRAPH)
                        .appOnly())
                .isTrue();
        control("entra/claims-challenge", named("\"interaction\":true"));
        TokenRefusedException again = catchThrowableOfType(
                TokenRefusedException.class, () -> tenant.tokens().verify(accessToken(capable), Permission.GRAPH));
        assertRefused(
                token(Browser.with(bySecret(), "claims", again.claims().orElseThrow())), "interaction_required", 50076);
    }

    @Test
    void continuousEvaluationMakesTokensLiveLong() throws Exception {
        JsonNode answer = read(token(Browser.with(bySecret(), "claims", CP1)));

        assertThat(Duration.ofSeconds(answer.path("expires_in").asLong()))
                .isBetween(Duration.ofHours(20), Duration.ofHours(28));
        assertThat(SignedJWT.parse(answer.path("access_token").asText())
                        .getJWTClaimsSet()
                        .getStringListClaim("xms_cc"))
                .containsExactly("cp1");
        assertRefused(token(Browser.with(bySecret(), "claims", "{")), "invalid_request", 9002313);
    }

    @Test
    void conditionalAccessDeniesTheServicePrincipal() {
        control("entra/conditional-access", named("\"blocked\":true"));

        JsonNode body = read(token(bySecret()));

        assertThat(body.path("error_codes").get(0).asInt()).isEqualTo(53003);
        assertThat(body.path("claims").asText()).contains("capolids");
    }

    @Test
    void managementScopeAllowsOneMailboxAndNeverShowsInTheToken() throws Exception {
        control("entra/rbac", named("\"user\":\"" + user.objectId() + "\",\"roles\":[\"Mail.Read\"]"));

        assertThat(tenant.directory().rbacAllows(clientId, user.objectId())).isTrue();
        assertThat(tenant.directory().rbacGranted(clientId, user.objectId()))
                .containsExactly(Permission.MAIL_READ_ROLE);
        assertThat(tenant.directory()
                        .rbacAllows(clientId, tenant.directory().users().get(0).objectId()))
                .isFalse();
        assertThat(issued(bySecret(), Permission.GRAPH).roles()).isEmpty();
        control("entra/rbac", named("\"user\":\"" + user.objectId() + "\""));
        assertThat(tenant.directory().rbacAllows(clientId, user.objectId())).isFalse();
    }
}
