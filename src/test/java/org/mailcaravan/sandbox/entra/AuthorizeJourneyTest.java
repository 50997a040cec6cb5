package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;

/** The authorize endpoint and its pages, spoken to over HTTP (fact sheet 1.3, 1.8, 1.9, 1.13). */
class AuthorizeJourneyTest extends AuthorityJourney {
    private static void assertPage(HttpResponse<String> answer, int code) {
        assertThat(answer.headers().firstValue("Location"))
                .as("never a redirect")
                .isEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(answer.body()).contains("AADSTS" + code + ":");
    }

    private void assertRedirected(HttpResponse<String> answer, String error, int code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        Map<String, String> parameters = Browser.redirected(answer);
        assertThat(parameters)
                .containsEntry("error", error)
                .containsEntry("state", authorizeQuery().get("state"));
        assertThat(parameters.get("error_description")).startsWith("AADSTS" + code + ":");
    }

    private HttpResponse<String> login(HttpResponse<String> page, String... fields) {
        return browser.post("/" + tenantId() + "/login", Browser.with(Map.of("ctx", Browser.ctx(page)), fields));
    }

    private HttpResponse<String> consent(HttpResponse<String> page, String action) {
        return browser.post("/" + tenantId() + "/consent", Map.of("ctx", Browser.ctx(page), "action", action));
    }

    private void putDemo(AppRegistration.ConsentPolicy policy) {
        control("entra/consent-policy", "{\"policy\":\"" + policy + "\"}");
    }

    @AfterEach
    void restorePolicy() {
        putDemo(AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
    }

    @Test
    void successReturnsCodeStateAndSessionStateToTheRedirectUri() {
        HttpResponse<String> answer = browser.signIn(tenantId(), authorizeQuery(), user.userPrincipalName());

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith(CALLBACK + "?code=");
        assertThat(Browser.redirected(answer))
                .containsEntry("state", authorizeQuery().get("state"))
                .containsKeys("code", "session_state")
                .doesNotContainKey("client_info");
    }

    @Test
    void clientInfoComesWhenAsked() {
        HttpResponse<String> answer = browser.signIn(
                tenantId(), Browser.with(authorizeQuery(), "client_info", "1"), user.userPrincipalName());

        assertThat(Browser.redirected(answer)).containsKey("client_info");
    }

    @ParameterizedTest
    @ValueSource(strings = {"organizations", "common", "caravan.example", "CARAVAN.example"})
    void aliasesAndTheDomainStandForTheTenant(String alias) {
        HttpResponse<String> answer = browser.signIn(alias, authorizeQuery(), user.userPrincipalName());

        assertThat(Browser.redirected(answer)).containsKey("code");
    }

    @Test
    void unknownTenantIsAPage() {
        assertPage(browser.get("/elsewhere.example/oauth2/v2.0/authorize?" + Browser.encode(authorizeQuery())), 90002);
        assertPage(browser.get("/consumers/oauth2/v2.0/authorize?" + Browser.encode(authorizeQuery())), 9001023);
    }

    @Test
    void unknownClientIsAPage() {
        assertPage(
                authorize(Browser.with(
                        authorizeQuery(), "client_id", UUID.randomUUID().toString())),
                700016);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/cb",
                "https://app.example/CB",
                "https://app.example/cb/",
                "https://app.example:8443/cb",
                "https://app.example/cb?x=1",
                "http://localhost.evil.example/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode",
                "http://localhost:8080@evil.example/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode",
                "http://127.0.0.1:8080/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode"
            })
    void unregisteredRedirectUriIsAPageAndNeverARedirect(String uri) {
        assertPage(authorize(Browser.with(authorizeQuery(), "redirect_uri", uri)), 50011);
    }

    @Test
    void missingRedirectUriIsAPage() {
        assertPage(authorize(Browser.without(authorizeQuery(), "redirect_uri")), 900144);
    }

    @Test
    void anyPortOfLocalhostIsTheRegisteredOne() {
        String uri = CALLBACK.replace(":8080", ":51234");

        HttpResponse<String> answer = browser.signIn(
                tenantId(), Browser.with(authorizeQuery(), "redirect_uri", uri), user.userPrincipalName());

        assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith(uri + "?");
    }

    @Test
    void redirectUriWithoutPathComesBackWithASlash() {
        HttpResponse<String> answer = browser.signIn(
                tenantId(),
                Browser.with(authorizeQuery(), "redirect_uri", "https://bare.example"),
                user.userPrincipalName());

        assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith("https://bare.example/?code=");
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type, 70005",
        "response_type, code id_token, unsupported_response_type, 700054",
        "response_mode, smoke, invalid_request, 70007",
        "scope, Mail.Fly, invalid_client, 650053",
        "scope, https://api.example/X, invalid_resource, 500011",
        "scope, https://graph.microsoft.com/, invalid_scope, 70011",
        "scope, https://graph.microsoft.com/.default Mail.Read, invalid_scope, 70011",
        "scope, a\"b, invalid_scope, 70011",
        "prompt, maybe, invalid_request, 90023",
        "code_challenge, short, invalid_request, 501491",
        "code_challenge_method, S512, invalid_request, 501492",
        "resource, https://graph.microsoft.com, invalid_request, 901002",
    })
    void wrongParametersComeBackToTheClient(String name, String value, String error, int code) {
        assertRedirected(authorize(Browser.with(authorizeQuery(), name, value)), error, code);
    }

    @Test
    void missingScopeOrResponseTypeComesBackToTheClient() {
        assertRedirected(authorize(Browser.without(authorizeQuery(), "scope")), "invalid_request", 900144);
        assertRedirected(authorize(Browser.without(authorizeQuery(), "response_type")), "invalid_request", 900144);
    }

    @Test
    void scopeOfAnApiTheRegistrationDoesNotNameIs650057() {
        AppRegistration graphOnly = new AppRegistration(
                UUID.randomUUID().toString(),
                "Graph only",
                AppRegistration.Credentials.NONE,
                AppRegistration.Flags.CONFIDENTIAL,
                demo().redirectUris(),
                Set.of(Permission.USER_READ),
                Set.of(),
                AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
        tenant.directory().put(graphOnly);

        assertRedirected(
                authorize(Browser.with(authorizeQuery(), "client_id", graphOnly.clientId())),
                "invalid_resource",
                650057);
    }

    @Test
    void undeclaredScopeIs65005WhereOnlyDeclaredOnesAreAllowed() {
        putDemo(AppRegistration.ConsentPolicy.DECLARED_ONLY);

        assertRedirected(authorize(Browser.with(authorizeQuery(), "scope", "Mail.Send")), "invalid_client", 65005);
    }

    @Test
    void administratorsConsentIsAskedForByAPageFromWhichPeopleCanGoBack() {
        putDemo(AppRegistration.ConsentPolicy.ADMIN_ONLY);

        HttpResponse<String> page = login(authorize(authorizeQuery()), "login", user.userPrincipalName());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Need admin approval", "<dd>90094</dd>");
        assertThat(consent(page, "accept").body()).contains("AADSTS90094:");
        assertThat(Browser.redirected(consent(page, "cancel"))).containsEntry("error", "access_denied");
    }

    @Test
    void administratorsConsentCoversEverybody() {
        putDemo(AppRegistration.ConsentPolicy.ADMIN_ONLY);
        control("entra/admin-consent", "{\"scopes\":[\"User.Read\",\"Mail.Read\",\"" + EWS_SCOPE + "\"]}");

        HttpResponse<String> answer = login(authorize(authorizeQuery()), "login", user.userPrincipalName());

        assertThat(Browser.redirected(answer)).containsKey("code");
        control("entra/remove-consent", "{}");
        browser.forgetCookies();
        assertThat(login(authorize(authorizeQuery()), "login", user.userPrincipalName())
                        .body())
                .contains("Need admin approval");
    }

    @Test
    void cancellingTheSignInIsAccessDenied() {
        HttpResponse<String> answer = login(authorize(authorizeQuery()), "action", "cancel");

        assertRedirected(answer, "access_denied", 65004);
        assertThat(Browser.redirected(answer)).containsEntry("error_subcode", "cancel");
    }

    @Test
    void decliningTheConsentIsAccessDeniedAndGrantsNothing() {
        HttpResponse<String> page = login(authorize(authorizeQuery()), "login", user.userPrincipalName());

        HttpResponse<String> answer = consent(page, "cancel");

        assertRedirected(answer, "access_denied", 65004);
        assertThat(tenant.directory().granted(demo().clientId(), user.objectId()))
                .isEmpty();
        assertThat(consent(page, "accept").body()).as("a finished form is over").contains("AADSTS50089:");
    }

    @Test
    void consentIsAskedOnceAndAgainForMoreOrOnPrompt() {
        code();
        browser.forgetCookies();

        HttpResponse<String> second = login(authorize(authorizeQuery()), "login", user.userPrincipalName());
        HttpResponse<String> more = authorize(Browser.with(authorizeQuery(), "scope", "Mail.Read Mail.Send"));
        HttpResponse<String> again = authorize(Browser.with(authorizeQuery(), "prompt", "consent"));

        assertThat(second.statusCode()).isEqualTo(302);
        assertThat(more.body()).contains("Mail.Send").doesNotContain("Read your mail");
        assertThat(again.body()).contains("Read your mail", "value=\"accept\"");
    }

    @Test
    void consentPageNamesEveryPermissionInPlainWords() {
        HttpResponse<String> page = login(authorize(authorizeQuery()), "login", user.userPrincipalName());

        assertThat(page.body())
                .contains(
                        "Read your mail",
                        "Sign you in and read your profile",
                        "Access your mailbox as you, through Exchange Web Services",
                        "Keep this access when you are not present",
                        user.userPrincipalName());
    }

    @Test
    void consentFormCannotBePostedBeforeSignIn() {
        assertThat(consent(authorize(authorizeQuery()), "accept").body()).contains("AADSTS50089:");
    }

    @Test
    void wrongUserPasswordOrDisabledAccountStaysOnThePage() {
        SandboxUser guarded = new SandboxUser(
                UUID.randomUUID().toString(), "guarded@caravan.example", "Guarded", Optional.of("tulip"), true);
        SandboxUser gone =
                new SandboxUser(UUID.randomUUID().toString(), "gone@caravan.example", "Gone", Optional.empty(), false);
        tenant.directory().put(guarded);
        tenant.directory().put(gone);
        HttpResponse<String> page = authorize(authorizeQuery());

        assertThat(login(page, "login", "nobody@caravan.example").body()).contains("AADSTS50034:");
        assertThat(login(page, "login", "gone@caravan.example").body()).contains("AADSTS50057:");
        assertThat(login(page, "login", "guarded@caravan.example").body()).contains("AADSTS50126:");
        assertThat(login(page, "login", "guarded@caravan.example", "passwd", "tulip")
                        .body())
                .contains("value=\"accept\"");
    }

    @Test
    void silentRequestNeedsASessionAndConsent() {
        Map<String, String> silent = Browser.with(authorizeQuery(), "prompt", "none");

        assertRedirected(authorize(silent), "login_required", 50058);
        code();
        assertThat(Browser.redirected(authorize(silent))).containsKey("code");
        assertRedirected(authorize(Browser.with(silent, "scope", "Mail.Send")), "interaction_required", 65001);
    }

    @Test
    void sessionSignsInAgainUnlessAPromptOrAHintForbids() {
        code();

        assertThat(authorize(authorizeQuery()).statusCode()).isEqualTo(302);
        assertThat(authorize(Browser.with(authorizeQuery(), "prompt", "login")).body())
                .contains("Choose an account");
        assertThat(authorize(Browser.with(authorizeQuery(), "prompt", "select_account"))
                        .body())
                .contains("Choose an account");
        assertThat(authorize(Browser.with(authorizeQuery(), "login_hint", "sales@caravan.example"))
                        .body())
                .contains("Choose an account");
    }

    @Test
    void loginHintIsFirstInTheListAndTypedIn() {
        HttpResponse<String> page = authorize(Browser.with(authorizeQuery(), "login_hint", "sales@caravan.example"));

        String body = page.body();
        assertThat(body.indexOf("value=\"sales@caravan.example\""))
                .isPositive()
                .isLessThan(body.indexOf("value=\"support@caravan.example\""));
        assertThat(body).containsPattern("type=\"email\"[^>]*value=\"sales@caravan.example\"");
    }

    @Test
    void formPostCarriesTheAnswerInAFormThatNeedsNoScript() {
        HttpResponse<String> answer = browser.signIn(
                tenantId(), Browser.with(authorizeQuery(), "response_mode", "form_post"), user.userPrincipalName());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("method=\"post\" action=\"" + CALLBACK + "\"", "name=\"code\"", "name=\"state\"", "<button")
                .contains("value=\"state+with /odd&amp;chars=é\"");
    }

    @Test
    void fragmentModeAnswersBehindTheHash() {
        HttpResponse<String> answer = browser.signIn(
                tenantId(), Browser.with(authorizeQuery(), "response_mode", "fragment"), user.userPrincipalName());

        assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith(CALLBACK + "#code=");
    }

    @Test
    void pagesEscapeWhatTheyEchoAndForbidForeignContent() {
        HttpResponse<String> page =
                authorize(Browser.with(authorizeQuery(), "login_hint", "\"><script>alert(1)</script>"));

        assertThat(page.body()).doesNotContain("<script>alert").contains("&quot;&gt;&lt;script&gt;");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    }

    @Test
    void formsOfAnUnknownSignInAreAPage() {
        HttpResponse<String> answer =
                browser.post("/" + tenantId() + "/login", Map.of("ctx", "x", "login", user.userPrincipalName()));

        assertPage(answer, 50089);
    }

    @Test
    void postToAuthorizeIsRefused() {
        assertPage(browser.post("/" + tenantId() + "/oauth2/v2.0/authorize", authorizeQuery()), 9002313);
    }
}
