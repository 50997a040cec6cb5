package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;

/** Admin consent, the device code flow, who may sign in, and userinfo (fact sheet 1.7, 1.12, 1.13, 1.16). */
class AdminConsentAndDeviceJourneyTest extends AuthorityJourney {
    private static final String ADMIN = "admin@caravan.example";

    private AppRegistration appOnly() {
        return tenant.directory().appOnlyRegistration();
    }

    private AppRegistration device() {
        return tenant.directory().deviceRegistration();
    }

    @AfterEach
    void restore() {
        tenant.directory().removeAdminConsent(appOnly().clientId(), Optional.empty());
        control("entra/registration", "{\"multiTenant\":true,\"assignmentRequired\":false}");
        control("entra/device-polling", "{}");
    }

    private Map<String, String> consentQuery() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", appOnly().clientId());
        query.put("redirect_uri", CALLBACK);
        query.put("scope", "https://graph.microsoft.com/.default");
        query.put("state", "st&te");
        return query;
    }

    private HttpResponse<String> open(String path, Map<String, String> query) {
        return browser.get("/" + tenantId() + path + "?" + Browser.encode(query));
    }

    private HttpResponse<String> login(HttpResponse<String> page, String login) {
        return browser.post("/" + tenantId() + "/login", Map.of("ctx", Browser.ctx(page), "login", login));
    }

    private HttpResponse<String> decide(HttpResponse<String> page, String action) {
        return browser.post("/" + tenantId() + "/consent", Map.of("ctx", Browser.ctx(page), "action", action));
    }

    @Test
    void administratorGrantsEveryDeclaredPermissionForEverybody() {
        HttpResponse<String> page = login(open("/v2.0/adminconsent", consentQuery()), ADMIN);
        assertThat(page.body()).contains("for all users", "full_access_as_app");

        Map<String, String> answer = Browser.redirected(decide(page, "accept"));

        assertThat(answer)
                .containsEntry("admin_consent", "True")
                .containsEntry("tenant", tenantId())
                .containsEntry("state", "st&te");
        assertThat(answer.get("scope")).contains("https://graph.microsoft.com/Mail.Read");
        assertThat(tenant.directory().roles(appOnly().clientId(), Permission.GRAPH))
                .contains(Permission.MAIL_READ_ROLE, Permission.USER_READ_ALL_ROLE);
        assertThat(tenant.directory().roles(appOnly().clientId(), Permission.EXCHANGE))
                .containsExactly(Permission.FULL_ACCESS_AS_APP);
    }

    @Test
    void refusedConsentStillSaysAdminConsentTrue() {
        HttpResponse<String> page = login(open("/v2.0/adminconsent", consentQuery()), ADMIN);

        Map<String, String> answer = Browser.redirected(decide(page, "cancel"));

        assertThat(answer)
                .containsEntry("error", "access_denied")
                .containsEntry("admin_consent", "True")
                .containsEntry("state", "st&te");
        assertThat(tenant.directory().roles(appOnly().clientId(), Permission.GRAPH))
                .isEmpty();
    }

    @Test
    void legacyAddressNeedsNoScopeAndRefusesByPermissionDenied() {
        Map<String, String> query = Browser.without(consentQuery(), "scope");

        Map<String, String> refused = Browser.redirected(decide(login(open("/adminconsent", query), ADMIN), "cancel"));
        Map<String, String> granted = Browser.redirected(decide(login(open("/adminconsent", query), ADMIN), "accept"));

        assertThat(refused).containsEntry("error", "permission_denied").doesNotContainKey("admin_consent");
        assertThat(granted).containsEntry("admin_consent", "True").doesNotContainKey("scope");
    }

    @Test
    void onlyAnAdministratorMayAndOnlyInANamedTenant() {
        HttpResponse<String> page = login(open("/v2.0/adminconsent", consentQuery()), user.userPrincipalName());
        assertThat(page.body()).contains("Need admin approval", "<dd>90093</dd>");
        assertThat(decide(page, "accept").body()).contains("AADSTS90093:");

        HttpResponse<String> common = browser.get("/common/v2.0/adminconsent?" + Browser.encode(consentQuery()));
        assertThat(common.statusCode()).isEqualTo(400);
        assertThat(Browser.redirected(open("/v2.0/adminconsent", Browser.without(consentQuery(), "scope"))))
                .containsEntry("error", "invalid_request")
                .containsEntry("admin_consent", "True");
    }

    private JsonNode deviceCode() {
        HttpResponse<String> answer = browser.post(
                "/" + tenantId() + "/oauth2/v2.0/devicecode",
                Map.of("client_id", device().clientId(), "scope", GRAPH_SCOPES));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return read(answer);
    }

    private HttpResponse<String> poll(JsonNode code) {
        return token(Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "client_id",
                device().clientId(),
                "device_code",
                code.path("device_code").asText()));
    }

    private HttpResponse<String> typed(JsonNode code) {
        return login(
                browser.post(
                        "/devicelogin", Map.of("otc", code.path("user_code").asText())),
                user.userPrincipalName());
    }

    private void assertPollAnswers(HttpResponse<String> answer, String error) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(read(answer).path("error").asText()).isEqualTo(error);
    }

    @Test
    void deviceWaitsUntilThePersonAcceptsAndRefreshesWithoutASecret() {
        JsonNode code = deviceCode();
        assertThat(code.path("expires_in").asInt()).isEqualTo(900);
        assertThat(code.path("interval").asInt()).isEqualTo(5);
        assertThat(code.path("message").asText())
                .contains(
                        code.path("verification_uri").asText(),
                        code.path("user_code").asText());
        assertPollAnswers(poll(code), "authorization_pending");

        assertThat(decide(typed(code), "accept").body()).contains("You have signed in");

        JsonNode tokens = read(poll(code));
        assertThat(tokens.path("access_token").asText()).isNotEmpty();
        assertPollAnswers(poll(code), "bad_verification_code");
        Map<String, String> refresh = refreshing(tokens.path("refresh_token").asText(), "Mail.Read");
        assertThat(token(Browser.with(Browser.without(refresh, "client_secret"), "client_id", device().clientId()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void declinedExpiredAndHastyDevicesAreToldSo() {
        JsonNode declined = deviceCode();
        decide(typed(declined), "cancel");
        assertPollAnswers(poll(declined), "authorization_declined");

        control("entra/device-polling", "{\"interval\":5,\"slowDown\":true}");
        JsonNode code = deviceCode();
        assertPollAnswers(poll(code), "authorization_pending");
        assertPollAnswers(poll(code), "slow_down");
        clock.advance(Duration.ofSeconds(5));
        assertPollAnswers(poll(code), "authorization_pending");
        control("entra/expire", "{\"accessTokens\":false,\"deviceCodes\":true}");
        assertPollAnswers(poll(code), "expired_token");
        assertThat(browser.post("/devicelogin", Map.of("otc", "WRONG")).body()).contains("That code didn");
    }

    @Test
    void confidentialClientMustProveItselfWhenItPolls() {
        assertThat(read(token(Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:device_code",
                                "client_id",
                                demo().clientId(),
                                "device_code",
                                "x")))
                        .path("error_codes")
                        .get(0)
                        .asInt())
                .isEqualTo(7000218);
    }

    @Test
    void unassignedAndBlockedPeopleMeetAPageAndTheirGrantsEnd() {
        String refreshToken = granted().path("refresh_token").asText();
        control("entra/registration", "{\"assignmentRequired\":true}");
        browser.forgetCookies();

        assertThat(login(authorize(authorizeQuery()), user.userPrincipalName()).body())
                .contains("<dd>50105</dd>");
        assertThat(read(token(refreshing(refreshToken, "Mail.Read")))
                        .path("error_codes")
                        .get(0)
                        .asInt())
                .isEqualTo(50105);
        control("entra/assignment", "{\"user\":\"" + user.objectId() + "\"}");
        assertThat(token(refreshing(refreshToken, "Mail.Read")).statusCode()).isEqualTo(200);
        control("entra/conditional-access", "{\"user\":\"" + user.objectId() + "\"}");
        browser.forgetCookies();
        assertThat(login(authorize(authorizeQuery()), user.userPrincipalName()).body())
                .contains("<dd>53003</dd>");
    }

    @Test
    void singleTenantApplicationIs50194OnAnAlias() {
        control("entra/registration", "{\"multiTenant\":false}");

        assertThat(browser.get("/organizations/oauth2/v2.0/authorize?" + Browser.encode(authorizeQuery()))
                        .body())
                .contains("AADSTS50194");
    }

    @Test
    void plannedNumberAtAuthorizeIsARedirectOrAPageAsUsual() {
        control("faults", "{\"kind\":\"authorize\",\"fault\":{\"type\":\"aadsts\",\"code\":90033}}");
        assertThat(Browser.redirected(authorize(authorizeQuery()))).containsEntry("error", "temporarily_unavailable");

        control("faults", "{\"kind\":\"authorize\",\"fault\":{\"type\":\"aadsts\",\"code\":90072}}");
        assertThat(authorize(authorizeQuery()).body()).contains("<dd>90072</dd>");
    }

    @Test
    void userinfoTellsTheSubjectOfTheIdToken() throws Exception {
        JsonNode tokens = granted();

        HttpResponse<String> info = browser.send(browser.request("/oidc/userinfo")
                .header("Authorization", "Bearer " + tokens.path("access_token").asText()));

        assertThat(read(info).path("sub").asText())
                .isEqualTo(SignedJWT.parse(tokens.path("id_token").asText())
                        .getJWTClaimsSet()
                        .getSubject());
        assertThat(browser.get("/oidc/userinfo").statusCode()).isEqualTo(401);
    }
}
