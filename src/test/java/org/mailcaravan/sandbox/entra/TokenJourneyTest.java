package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;

/** The token endpoint, spoken to over HTTP (fact sheet 1.4 to 1.10, 1.16). */
class TokenJourneyTest extends AuthorityJourney {
    private static final String GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private void assertRefused(HttpResponse<String> answer, int status, String error, int code) {
        JsonNode body = read(answer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(body.path("error").asText()).isEqualTo(error);
        assertThat(body.path("error_codes").get(0).asInt()).isEqualTo(code);
        assertThat(body.path("error_description").asText()).startsWith("AADSTS" + code + ": ");
    }

    @Test
    void codeWithPkceAndSecretGivesAllTokensForGraph() throws Exception {
        JsonNode answer = granted();

        assertThat(answer.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(answer.path("expires_in").isInt()).isTrue();
        assertThat(answer.path("expires_in").asInt()).isBetween(3600, 5400);
        assertThat(answer.path("refresh_token").asText()).hasSizeGreaterThan(1000);
        assertThat(answer.has("client_info")).isFalse();
        JWTClaimsSet access =
                SignedJWT.parse(answer.path("access_token").asText()).getJWTClaimsSet();
        assertThat(access.getAudience()).containsExactly("https://graph.microsoft.com");
        assertThat(access.getStringClaim("scp").split(" ")).contains("Mail.Read", "User.Read", "openid");
        assertThat(access.getStringClaim("oid")).isEqualTo(user.objectId());
        assertThat(access.getStringClaim("tid")).isEqualTo(tenantId());
        assertThat(access.getStringClaim("appid")).isEqualTo(demo().clientId());
        assertThat(access.getExpirationTime().toInstant())
                .isEqualTo(clock.instant().plusSeconds(answer.path("expires_in").asInt()));
    }

    @Test
    void idTokenNamesIssuerAudienceNonceAndPerson() throws Exception {
        JWTClaimsSet id = SignedJWT.parse(granted().path("id_token").asText()).getJWTClaimsSet();

        assertThat(id.getIssuer()).isEqualTo(tenant.server().httpUrl() + "/" + tenantId() + "/v2.0");
        assertThat(id.getAudience()).containsExactly(demo().clientId());
        assertThat(id.getStringClaim("nonce")).isEqualTo("n-0S6_WzA2Mj");
        assertThat(id.getStringClaim("tid")).isEqualTo(tenantId());
        assertThat(id.getStringClaim("oid")).isEqualTo(user.objectId());
        assertThat(id.getStringClaim("preferred_username")).isEqualTo(user.userPrincipalName());
        assertThat(id.getStringClaim("ver")).isEqualTo("2.0");
        assertThat(id.getSubject()).isNotEqualTo(user.objectId());
    }

    @Test
    void withoutProfileTheIdTokenHasNoObjectId() throws Exception {
        String code = code(Browser.with(authorizeQuery(), "scope", "openid User.Read"));
        JsonNode answer = read(token(Browser.with(redemption(code), "scope", "openid User.Read")));

        JWTClaimsSet id = SignedJWT.parse(answer.path("id_token").asText()).getJWTClaimsSet();
        assertThat(id.getClaims()).containsKey("tid").doesNotContainKeys("oid", "preferred_username", "name");
    }

    @Test
    void refreshTokenIsGivenOnlyIfOfflineAccessWasGranted() {
        String code = code(Browser.with(authorizeQuery(), "scope", "openid profile User.Read"));

        JsonNode answer = read(token(Browser.without(redemption(code), "scope")));

        assertThat(answer.has("access_token")).isTrue();
        assertThat(answer.has("refresh_token")).isFalse();
    }

    @Test
    void idTokenAndClientInfoAreGivenOnlyIfAsked() {
        String refreshToken = granted().path("refresh_token").asText();

        JsonNode plain = read(token(refreshing(refreshToken, "Mail.Read offline_access")));
        JsonNode asked = read(token(Browser.with(
                refreshing(plain.path("refresh_token").asText(), "openid Mail.Read"), "client_info", "1")));

        assertThat(plain.has("id_token")).isFalse();
        assertThat(plain.has("client_info")).isFalse();
        assertThat(asked.has("id_token")).isTrue();
        assertThat(new String(
                        Base64.getUrlDecoder().decode(asked.path("client_info").asText()), StandardCharsets.UTF_8))
                .isEqualTo("{\"uid\":\"" + user.objectId() + "\",\"utid\":\"" + tenantId() + "\"}");
    }

    @Test
    void exchangeTokenComesFromARefreshAndHasExchangesAudience() throws Exception {
        String refreshToken = granted().path("refresh_token").asText();

        JsonNode answer = read(token(refreshing(refreshToken, EWS_SCOPE + " offline_access")));

        JWTClaimsSet access =
                SignedJWT.parse(answer.path("access_token").asText()).getJWTClaimsSet();
        assertThat(access.getAudience()).containsExactly("https://outlook.office365.com");
        assertThat(access.getStringClaim("scp")).isEqualTo("EWS.AccessAsUser.All");
        assertThat(answer.path("scope").asText()).containsIgnoringCase("ews.accessasuser.all");
    }

    @Test
    void twoResourcesInOneTokenCallAre28000() {
        String code = code();

        assertRefused(
                token(Browser.with(redemption(code), "scope", "Mail.Read " + EWS_SCOPE)),
                400,
                "invalid_request",
                28000);
        assertRefused(token(Browser.without(redemption(code), "scope")), 400, "invalid_request", 28000);
        assertThat(token(redemption(code)).statusCode())
                .as("the refused call spent nothing")
                .isEqualTo(200);
    }

    @Test
    void scopeListsEverythingGrantedInVaryingPrefixesAndCaseAndNeverOfflineAccess() {
        String refreshToken = granted().path("refresh_token").asText();

        Set<String> wordings = new HashSet<>();
        for (int call = 0; call < 3; call++) {
            JsonNode answer = read(token(refreshing(refreshToken, "Mail.Read offline_access")));
            refreshToken = answer.path("refresh_token").asText();
            wordings.add(answer.path("scope").asText());
        }

        assertThat(wordings).hasSize(3).allSatisfy(wording -> {
            List<String> names = Arrays.stream(wording.split(" "))
                    .map(scope -> scope.substring(scope.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT))
                    .toList();
            assertThat(names).containsExactlyInAnyOrder("openid", "profile", "mail.read", "user.read");
        });
        assertThat(wordings)
                .anySatisfy(wording -> assertThat(wording).contains("https://graph.microsoft.com/Mail.Read"));
        assertThat(wordings)
                .anySatisfy(wording -> assertThat(wording.split(" ")).contains("Mail.Read"));
    }

    @Test
    void codeWorksOnce() {
        Map<String, String> form = redemption(code());
        assertThat(token(form).statusCode()).isEqualTo(200);

        assertRefused(token(form), 400, "invalid_grant", 54005);
    }

    @Test
    void parallelRedemptionsOfOneCodeHaveOneWinner() throws Exception {
        Map<String, String> form = redemption(code());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Integer> redeem = () -> token(form).statusCode();
            List<Future<Integer>> answers = threads.invokeAll(Collections.nCopies(20, redeem));
            int won = 0;
            for (Future<Integer> answer : answers) {
                won += answer.get() == 200 ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void codeExpiresAfterTenMinutes() {
        Map<String, String> form = redemption(code());
        clock.advance(Duration.ofMinutes(10));

        assertRefused(token(form), 400, "invalid_grant", 70008);
    }

    @Test
    void unknownCodeOrCodeOfAnotherClientIs70000() {
        assertRefused(token(redemption("1.Ainvented")), 400, "invalid_grant", 70000);
        assertRefused(
                token(Browser.with(redemption(code()), "client_id", seed().clientId())), 400, "invalid_grant", 70000);
    }

    @Test
    void redirectUriMustBeTheOneOfTheAuthorizationRequest() {
        assertRefused(
                token(Browser.with(redemption(code()), "redirect_uri", "https://app.example/cb")),
                401,
                "invalid_client",
                500112);
    }

    @Test
    void wrongOrMissingVerifierIs501481AndDoesNotSpendTheCode() {
        Map<String, String> form = redemption(code());

        assertRefused(token(Browser.with(form, "code_verifier", VERIFIER + "x")), 400, "invalid_grant", 501481);
        assertRefused(token(Browser.without(form, "code_verifier")), 400, "invalid_grant", 501481);
        assertThat(token(form).statusCode()).isEqualTo(200);
    }

    @Test
    void verifierWithoutChallengeIs50147AndPlainChallengesWork() {
        Map<String, String> without =
                Browser.without(Browser.without(authorizeQuery(), "code_challenge"), "code_challenge_method");
        Map<String, String> plain = Browser.with(without, "code_challenge", VERIFIER);

        assertRefused(token(redemption(code(without))), 400, "invalid_grant", 50147);
        browser.forgetCookies();
        assertThat(token(redemption(code(plain))).statusCode()).isEqualTo(200);
    }

    @Test
    void wrongSecretOrItsIdIs7000215AndNoSecretIs7000218() {
        Map<String, String> form = redemption(code());

        assertRefused(token(Browser.with(form, "client_secret", "guess")), 401, "invalid_client", 7000215);
        assertRefused(
                token(Browser.with(
                        form,
                        "client_secret",
                        demo().credentials().secrets().get(0).id())),
                401,
                "invalid_client",
                7000215);
        assertRefused(token(Browser.without(form, "client_secret")), 401, "invalid_client", 7000218);
        assertRefused(
                token(Browser.with(Browser.without(form, "client_secret"), "client_assertion", "e30.e30.x")),
                400,
                "invalid_request",
                900144);
    }

    @Test
    void secretTravelsInBasicAsWell() {
        Map<String, String> form = Browser.without(Browser.without(redemption(code()), "client_secret"), "client_id");
        String pair = demo().clientId() + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

        assertThat(token(form, "Authorization", basic).statusCode()).isEqualTo(200);
        assertRefused(token(form, "Authorization", "Basic !!"), 400, "invalid_request", 9002313);
    }

    @Test
    void unknownClientAndTenantAndGrantTypeAreNamed() {
        String ghost = "11111111-2222-3333-4444-555555555555";

        assertRefused(token(Browser.with(redemption("x"), "client_id", ghost)), 400, "unauthorized_client", 700016);
        assertRefused(browser.post("/" + ghost + "/oauth2/v2.0/token", redemption("x")), 400, "invalid_request", 90002);
        assertRefused(
                token(Browser.with(redemption("x"), "grant_type", "password")), 400, "unsupported_grant_type", 70003);
        assertRefused(token(Map.of("client_id", demo().clientId())), 400, "invalid_request", 900144);
        assertRefused(token(Browser.without(redemption("x"), "code")), 400, "invalid_request", 900144);
    }

    @Test
    void malformedFormsAreRefused() {
        HttpResponse<String> doubled = browser.send(browser.request("/" + tenantId() + "/oauth2/v2.0/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&grant_type=refresh_token")));
        HttpResponse<String> asJson = browser.postJson("/" + tenantId() + "/oauth2/v2.0/token", "{}");

        assertRefused(doubled, 400, "invalid_request", 9002313);
        assertRefused(asJson, 400, "invalid_request", 900144);
    }

    @Test
    void getIsNotAllowed() {
        HttpResponse<String> answer = browser.get("/" + tenantId() + "/oauth2/v2.0/token");

        assertRefused(answer, 405, "invalid_request", 900561);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void errorJsonHasEveryFieldThatSupportAsksFor() {
        String asked = "0d1f6f6e-9d9d-4c83-9f75-3a5a1c0f3a11";
        HttpResponse<String> answer = token(redemption("1.Ainvented"), "client-request-id", asked);

        JsonNode body = read(answer);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
        assertThat(answer.headers().firstValue("client-request-id")).hasValue(asked);
        assertThat(body.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ");
        assertThat(body.path("trace_id").asText()).matches(GUID);
        assertThat(body.path("correlation_id").asText()).isEqualTo(asked);
        assertThat(body.path("error_uri").asText()).isEqualTo("https://login.microsoftonline.com/error?code=70000");
        assertThat(body.path("error_description").asText().split("\r\n"))
                .hasSize(4)
                .satisfies(lines -> assertThat(lines[1]).matches("Trace ID: " + GUID))
                .satisfies(lines -> assertThat(lines[2]).isEqualTo("Correlation ID: " + asked))
                .satisfies(lines -> assertThat(lines[3]).startsWith("Timestamp: "));
        assertThat(body.has("suberror")).isFalse();
    }

    @Test
    void refreshTokenRotatesAndTheOldOneWorksOnceMore() {
        String first = granted().path("refresh_token").asText();

        String second = read(token(refreshing(first, "Mail.Read")))
                .path("refresh_token")
                .asText();
        HttpResponse<String> again = token(refreshing(first, "Mail.Read"));

        assertThat(second).isNotEqualTo(first).isNotEmpty();
        assertThat(again.statusCode()).isEqualTo(200);
        assertRefused(token(refreshing(first, "Mail.Read")), 400, "invalid_grant", 70000);
        assertThat(token(refreshing(second, "Mail.Read")).statusCode()).isEqualTo(200);
    }

    @Test
    void revokedGrantIs50173() {
        String refreshToken = granted().path("refresh_token").asText();

        control("entra/revoke", "{\"user\":\"" + user.userPrincipalName() + "\"}");

        HttpResponse<String> answer = token(refreshing(refreshToken, "Mail.Read"));
        assertRefused(answer, 400, "invalid_grant", 50173);
        assertThat(read(answer).path("suberror").asText()).isEqualTo("bad_token");
        browser.forgetCookies();
        assertThat(granted().has("access_token")).as("a fresh sign-in heals it").isTrue();
    }

    @Test
    void refreshTokenUnusedForNinetyDaysIs700082() {
        String refreshToken = granted().path("refresh_token").asText();
        clock.advance(Duration.ofDays(90));

        assertRefused(token(refreshing(refreshToken, "Mail.Read")), 400, "invalid_grant", 700082);
    }

    @Test
    void refreshTokenCanBeExpiredByControl() {
        String refreshToken = granted().path("refresh_token").asText();

        control("entra/expire", "{\"user\":\"" + user.objectId() + "\",\"refreshTokens\":true}");

        assertRefused(token(refreshing(refreshToken, "Mail.Read")), 400, "invalid_grant", 700082);
    }

    @Test
    void missingConsentIs65001WithSuberror() {
        String refreshToken = granted().path("refresh_token").asText();

        HttpResponse<String> answer = token(refreshing(refreshToken, "Mail.Send"));

        assertRefused(answer, 400, "invalid_grant", 65001);
        assertThat(read(answer).path("suberror").asText()).isEqualTo("consent_required");
    }

    @Test
    void removedConsentIs65001ForThatApiOnly() {
        String refreshToken = granted().path("refresh_token").asText();

        control(
                "entra/remove-consent",
                "{\"user\":\"" + user.objectId() + "\",\"resource\":\"https://outlook.office365.com\"}");

        assertRefused(token(refreshing(refreshToken, EWS_SCOPE)), 400, "invalid_grant", 65001);
        assertThat(token(refreshing(refreshToken, "Mail.Read")).statusCode()).isEqualTo(200);
    }

    @Test
    void disabledUserIs50057() {
        String refreshToken = granted().path("refresh_token").asText();

        control("entra/user", "{\"user\":\"" + user.objectId() + "\",\"enabled\":false}");

        assertRefused(token(refreshing(refreshToken, "Mail.Read")), 400, "invalid_grant", 50057);
    }

    @Test
    void invalidScopesAreRefused() {
        String refreshToken = granted().path("refresh_token").asText();

        assertRefused(
                token(refreshing(refreshToken, "https://graph.microsoft.com/.default Mail.Read")),
                400,
                "invalid_scope",
                70011);
        assertRefused(token(refreshing(refreshToken, "Mail.Fly")), 401, "invalid_client", 650053);
        assertRefused(token(refreshing(refreshToken, "https://api.example/X")), 400, "invalid_resource", 500011);
    }

    @Test
    void defaultScopeMeansEverythingGrantedForTheApi() throws Exception {
        String refreshToken = granted().path("refresh_token").asText();

        JsonNode answer = read(token(refreshing(refreshToken, "https://graph.microsoft.com/.default")));

        assertThat(SignedJWT.parse(answer.path("access_token").asText())
                        .getJWTClaimsSet()
                        .getStringClaim("scp"))
                .contains("Mail.Read", "User.Read");
    }

    @Test
    void seedRegistrationGetsExchangeButNotMailRead() throws Exception {
        Map<String, String> query = Browser.with(
                authorizeQuery(),
                "client_id",
                seed().clientId(),
                "scope",
                "openid profile offline_access User.Read " + EWS_SCOPE);
        Map<String, String> form =
                Browser.with(redemption(code(query)), "client_id", seed().clientId(), "scope", EWS_SCOPE);

        JsonNode answer = read(token(form));

        assertThat(SignedJWT.parse(answer.path("access_token").asText())
                        .getJWTClaimsSet()
                        .getAudience())
                .containsExactly(Permission.EXCHANGE);
        assertRefused(
                token(Browser.with(
                        refreshing(answer.path("refresh_token").asText(), "Mail.Read"),
                        "client_id",
                        seed().clientId())),
                400,
                "invalid_grant",
                65001);
    }

    @Test
    void lifeOfAccessTokensCanBeShrunkToSeconds() throws Exception {
        control("entra/token-life", "{\"seconds\":5}");

        JsonNode answer = granted();

        String access = answer.path("access_token").asText();
        assertThat(answer.path("expires_in").asInt()).isEqualTo(5);
        assertThat(tenant.tokens().verify(access, Permission.GRAPH).objectId()).isEqualTo(user.objectId());
        clock.advance(Duration.ofSeconds(5));
        assertThat(AccessTokenVerifierTest.reasonFor(tenant, access, Permission.GRAPH))
                .isEqualTo(TokenRefusedException.Reason.EXPIRED);
    }

    @Test
    void randomLivesFollowTheSeed() {
        Knobs one = new Knobs(7);
        Knobs other = new Knobs(7);

        List<Duration> lives =
                Stream.generate(() -> one.accessTokenLife(false)).limit(50).toList();

        assertThat(lives)
                .allSatisfy(life -> assertThat(life).isBetween(Duration.ofMinutes(60), Duration.ofMinutes(90)))
                .isEqualTo(Stream.generate(() -> other.accessTokenLife(false))
                        .limit(50)
                        .toList());
        assertThat(Set.copyOf(lives)).hasSizeGreaterThan(30);
    }

    @Test
    void plannedFaultsAnswerInItsPlaceAndSpendNothing() {
        Map<String, String> form = redemption(code());
        tenant.faults()
                .add(Faults.Rule.next(
                        1, "token:authorization_code", tenant.authority().aadsts(90033)));
        control(
                "faults",
                "{\"kind\":\"token:\",\"user\":\"" + user.objectId()
                        + "\",\"fault\":{\"type\":\"answer\",\"status\":200,\"contentType\":\"text/html\",\"body\":\"<html>\"}}");

        assertRefused(token(form), 503, "temporarily_unavailable", 90033);
        assertThat(token(form).headers().firstValue("Content-Type")).hasValue("text/html");
        assertThat(token(form).statusCode()).isEqualTo(200);
    }

    @Test
    void conditionalAccessCarriesClaims() {
        String refreshToken = granted().path("refresh_token").asText();
        control("faults", "{\"kind\":\"token:refresh_token\",\"fault\":{\"type\":\"aadsts\",\"code\":53003}}");

        HttpResponse<String> answer = token(refreshing(refreshToken, "Mail.Read"));

        assertRefused(answer, 400, "interaction_required", 53003);
        assertThat(read(answer).path("claims").asText()).startsWith("{\"access_token\":");
    }

    @Test
    void tokenCallsAreCountedByGrantAndMailbox() {
        String refreshToken = granted().path("refresh_token").asText();
        token(refreshing(refreshToken, "Mail.Read"));

        assertThat(tenant.log().byKind())
                .containsEntry("authorize", 1L)
                .containsEntry("token:authorization_code", 1L)
                .containsEntry("token:refresh_token", 1L);
        assertThat(tenant.log().byMailbox().get(user.objectId()))
                .containsEntry("token:authorization_code", 1L)
                .containsEntry("token:refresh_token", 1L);
        // bytes count when they have been written, which the client may hear of earlier
        await().atMost(Duration.ofSeconds(10))
                .until(() -> tenant.log().bytesByKind().getOrDefault("token:refresh_token", 0L) > 1000);
    }

    @Test
    void secretsArePrintedNowhere() {
        AppRegistration app = demo();

        assertThat(app.toString()).doesNotContain(SECRET);
        assertThat(tenant.options().toString()).doesNotContain(SECRET);
        assertThat(browser.get("/sandbox/control/directory").body()).doesNotContain(SECRET);
    }
}
