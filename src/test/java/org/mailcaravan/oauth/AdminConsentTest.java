package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;

/** An administrator's consent: the answer is unsigned, so it is a hint and nothing more. */
@ExtendWith(SharedConnect.class)
class AdminConsentTest {
    private static final ConnectFixture fixture = SharedConnect.fixture();
    private static final String SUPPORT_ID = "12345678-0000-4000-8000-000000000001";
    private static final String FOLDER = fixture.settings.address().callbackFolder();

    @BeforeEach
    void reset() {
        fixture.reset();
    }

    @Test
    void aLinkLeadsAnAdministratorToMicrosoftWithExplicitScopes() {
        Browser browser = fixture.browser();
        String link = link("?registration=default&protocol=auto");
        HttpResponse<String> page = browser.get(link);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Approve this application", "<button type=\"submit\">");
        assertThat(fixture.database.count("connect_attempt"))
                .as("opening creates nothing")
                .isZero();

        HttpResponse<String> away = browser.press(link);
        assertThat(away.statusCode()).isEqualTo(303);
        assertThat(away.headers().firstValue("Location").orElseThrow())
                .startsWith(
                        fixture.authority.server.url() + "/" + FakeAuthority.TENANT + "/v2.0/adminconsent?client_id=");
        assertThat(browser.authorization)
                .containsOnlyKeys("client_id", "redirect_uri", "state", "scope")
                .containsEntry("client_id", FakeAuthority.CLIENT)
                .containsEntry("redirect_uri", fixture.settings.address().redirectUri())
                .containsEntry(
                        "scope",
                        "openid profile offline_access https://graph.microsoft.com/User.Read"
                                + " https://graph.microsoft.com/Mail.Read https://outlook.office365.com/EWS.AccessAsUser.All");
    }

    @Test
    void theAnswerForPeopleConnectsNothingAsksNobodyAndWorksOnce() {
        Browser browser = begun("?registration=default");
        int before = fixture.authority.tokenCalls().size();
        HttpResponse<String> page = browser.comeBack(consented(browser));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("everyone still signs in once", "that sign-in proves the consent");
        assertThat(browser.comeBack(Map.of("state", state(browser), "code", "c"))
                        .statusCode())
                .as("the state is used up")
                .isEqualTo(400);
        assertThat(fixture.authority.tokenCalls()).hasSize(before);
        nothingStored();
    }

    @Test
    void theTenantOfTheAnswerIsNeverTrusted() {
        Browser browser = begun("/robot", "?registration=robot&mailbox=" + SUPPORT_ID);
        HttpResponse<String> page = callback(
                browser,
                "/robot",
                Map.of(
                        "admin_consent",
                        "True",
                        "tenant",
                        "66666666-6666-4666-8666-666666666666",
                        "scope",
                        "https://graph.microsoft.com/Everything",
                        "state",
                        state(browser)));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(fixture.mailboxes.only().tenant().value()).isEqualTo(FakeAuthority.TENANT);
    }

    @Test
    void forAnApplicationTheDefaultScopeIsAskedAndATokenProvesIt() {
        Browser browser = begun("/robot", "?registration=robot");
        assertThat(browser.authorization)
                .containsEntry("scope", "https://graph.microsoft.com/.default")
                .containsEntry("redirect_uri", fixture.settings.address().redirectUri() + "/robot");
        int before = fixture.authority.tokenCalls().size();
        HttpResponse<String> page = callback(browser, "/robot", consented(browser));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("The application got a token");
        assertThat(fixture.authority.tokenCalls()).hasSize(before + 1);
        assertThat(fixture.authority.tokenCalls().get(before))
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("scope", "https://graph.microsoft.com/.default")
                .containsEntry("client_id", ConnectFixture.ROBOT);
        nothingStored();
    }

    @Test
    void withAMailboxTheLinkConnectsItAppOnly() {
        Browser browser = begun("/robot", "?registration=robot&mailbox=support@contoso.example%20" + SUPPORT_ID);
        HttpResponse<String> page = callback(browser, "/robot", consented(browser));
        assertThat(page.body()).contains("It works");
        assertThat(fixture.mailboxes.only().access()).isEqualTo(Access.APPLICATION);
    }

    @Test
    void aForgedConsentIsFoundOutByTheTokenEndpoint() {
        Browser browser = begun("/robot", "?registration=robot");
        fixture.authority.tokenScript.add(FakeAuthority.error(400, "unauthorized_client", 700016));
        HttpResponse<String> page = callback(browser, "/robot", consented(browser));
        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(page.body()).contains("AADSTS700016", "its administrator must consent first");
        nothingStored();
    }

    @Test
    void aConsentThatDoesNotWorkYetSaysBothWaysToGrantIt() {
        fixture.probe = (mailbox, token) -> {
            throw new ConsentRequiredException(
                    "Graph answered 403.",
                    "Consent to Mail.Read, or assign the Exchange role (RBAC for Applications).");
        };
        Browser browser = begun("/robot", "?registration=robot&mailbox=" + SUPPORT_ID);
        HttpResponse<String> page = callback(browser, "/robot", consented(browser));
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("Consent to Mail.Read", "RBAC for Applications", "can take some minutes");
        nothingStored();
    }

    @ParameterizedTest
    @CsvSource({"access_denied, AADSTS65004", "permission_denied, ''", "access_denied, AADSTS90094"})
    void anErrorComesFirstThoughTheAnswerSaysConsented(String error, String number) {
        Browser browser = begun("?registration=default");
        HttpResponse<String> page = browser.comeBack(Map.of(
                "admin_consent",
                "True",
                "error",
                error,
                "error_description",
                number + ": <b>call 0800 EVIL</b>",
                "state",
                state(browser)));
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("The consent was not given").doesNotContain("EVIL");
        nothingStored();
    }

    @Test
    void s03AnotherBrowserCannotFinishIt() {
        Browser browser = begun("?registration=default");
        Browser other = begun("?registration=default");
        assertThat(other.comeBack(consented(browser)).statusCode()).isEqualTo(400);
    }

    @Test
    void s04AnAnswerOverAnotherRegistrationsPathIsRefused() {
        Browser browser = begun("/robot", "?registration=robot");
        int before = fixture.authority.tokenCalls().size();
        assertThat(browser.comeBack(consented(browser)).statusCode()).isEqualTo(400);
        assertThat(fixture.authority.tokenCalls()).hasSize(before);
    }

    @Test
    void aCodeForAnAdministratorsStateIsNotRedeemed() {
        Browser browser = begun("?registration=default");
        int before = fixture.authority.tokenCalls().size();
        assertThat(browser.comeBack().statusCode()).isEqualTo(400);
        assertThat(fixture.authority.tokenCalls()).hasSize(before);
    }

    @Test
    void onlyTheApiTokenGetsALinkAndTheTwoKindsAreNotMixedUp() {
        Browser browser = fixture.browser();
        assertThat(browser.get(FOLDER + "/AdminConsentLink?registration=default")
                        .statusCode())
                .isEqualTo(401);
        assertThat(ask("?registration=nobody").statusCode()).isEqualTo(400);
        assertThat(browser.get(FOLDER + "/AdminConsent").statusCode()).isEqualTo(410);
        String admin = link("?registration=default");
        assertThat(browser.get(admin.replace("/AdminConsent", "/Connect")).statusCode())
                .isEqualTo(410);
        String person = browser.ticketLink(FakeAuthority.LOGIN, "");
        assertThat(browser.get(person.replace("/Connect", "/AdminConsent")).statusCode())
                .isEqualTo(410);
        assertThat(browser.send("POST", admin, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
    }

    private static Browser begun(String query) {
        return begun("", query);
    }

    private static Browser begun(String path, String query) {
        Browser browser = fixture.browser();
        HttpResponse<String> away = browser.press(link(query));
        assertThat(away.statusCode()).as(path + away.body()).isEqualTo(303);
        return browser;
    }

    private static HttpResponse<String> callback(Browser browser, String path, Map<String, String> parameters) {
        return browser.get(PublicAddress.CREATIO_CALLBACK_PATH + path + "?" + Browser.query(parameters));
    }

    private static Map<String, String> consented(Browser browser) {
        return Map.of("admin_consent", "True", "tenant", FakeAuthority.TENANT, "state", state(browser));
    }

    private static String state(Browser browser) {
        return browser.authorization.get("state");
    }

    private static HttpResponse<String> ask(String query) {
        return fixture.browser()
                .get(FOLDER + "/AdminConsentLink" + query, "Authorization", "Bearer " + ConnectFixture.API_TOKEN);
    }

    private static String link(String query) {
        HttpResponse<String> answer = ask(query);
        String link = Json.text(
                        Json.object(answer.body().getBytes(StandardCharsets.UTF_8))
                                .orElseThrow(),
                        "AdminConsentResult")
                .orElseThrow(() -> new AssertionError(answer.body()));
        return link.substring(fixture.settings.address().baseUrl().toString().length());
    }

    private static void nothingStored() {
        assertThat(fixture.mailboxes.rows).isEmpty();
        assertThat(fixture.database.count("credential")).isZero();
    }
}
