package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.oauth.FakeAuthority.error;
import static org.mailcaravan.testing.ScriptedHttpServer.cut;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Every bad end of connecting, through the real routes: a page in plain words, nothing stored, no token asked for without need. */
@ExtendWith(SharedConnect.class)
class ConnectRefusalsTest {
    static final String CONNECT = "/0/rest/Office365OAuthAuthenticator/Connect";
    static final ConnectFixture fixture = SharedConnect.fixture();
    int callsBefore;

    @BeforeEach
    void reset() {
        fixture.reset();
        callsBefore = fixture.authority.tokenCalls().size();
    }

    @Test
    void s01AWrongOrMissingStateEndsWithoutATokenCall() {
        Browser browser = begun();
        refused(browser.comeBack(Map.of("code", "c", "state", "x".repeat(43))), 400);
        refused(browser.comeBack(Map.of("code", "c", "state", "short")), 400);
        refused(browser.comeBack(Map.of("code", "c")), 400);
        assertThat(calls()).isZero();
    }

    @Test
    void s01AReplayedStateEndsWithoutATokenCall() {
        Browser browser = begun();
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
        int once = calls();
        HttpResponse<String> again = browser.comeBack();
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("It was finished already");
        assertThat(calls()).isEqualTo(once);
    }

    @Test
    void s01AnExpiredStateEndsWithoutATokenCall() {
        Browser browser = begun();
        fixture.clock.advance(ConnectAttempts.LIFE);
        refused(browser.comeBack(), 400);
        assertThat(calls()).isZero();
    }

    @Test
    void s03AForeignOrMissingOrDoubledCookieEndsWithoutATokenCall() {
        Browser victim = begun();
        Browser attacker = begun();
        String own = victim.cookie;
        victim.cookie = attacker.cookie;
        refused(victim.comeBack(), 400);
        victim.cookie = "";
        refused(victim.comeBack(), 400);
        victim.cookie = attacker.cookie + "; " + own;
        refused(victim.comeBack(), 400);
        assertThat(calls()).isZero();

        victim.cookie = own;
        fixture.authority.nonce = victim.authorization.get("nonce");
        assertThat(victim.comeBack().statusCode())
                .as("the right browser may still finish")
                .isEqualTo(303);
    }

    @Test
    void s11RepeatedOrConflictingParametersAreRejectedWithoutATokenCall() {
        Browser browser = begun();
        String state = browser.authorization.get("state");
        for (String query : List.of(
                "code=a&code=b&state=" + state,
                "code=a&state=" + state + "&state=" + state,
                "code=a&state=" + state + "&iss=x&iss=y",
                "code=a&error=access_denied&state=" + state,
                "code=" + "a".repeat(17_000) + "&state=" + state)) {
            HttpResponse<String> answer = browser.callback(query);
            assertThat(answer.statusCode()).as(query).isBetween(400, 431);
        }
        assertThat(browser.rawGet(PublicAddress.CREATIO_CALLBACK_PATH + "?code=%zz&state=" + state))
                .isEqualTo(400);
        refused(browser.callback("state=" + state), 400);
        assertThat(calls()).isZero();
    }

    @Test
    void accessDeniedIsExplainedAndUsesTheStateUp() {
        Browser browser = begun();
        String state = browser.authorization.get("state");
        HttpResponse<String> page = browser.comeBack(Map.of(
                "error",
                "access_denied",
                "error_subcode",
                "cancel",
                "error_description",
                "AADSTS65004: <script>alert(1)</script>" + "x".repeat(3000),
                "state",
                state));
        refused(page, 403);
        assertThat(page.body())
                .contains("AADSTS65004", "Open your connect link again")
                .doesNotContain("<script>")
                .doesNotContain("alert(1)"); // S10
        refused(browser.comeBack(), 400);
        assertThat(calls()).isZero();
    }

    @Test
    void anAdministratorsApprovalIsAskedForInPlainWords() {
        Browser browser = begun();
        HttpResponse<String> page = browser.comeBack(
                Map.of("error", "access_denied", "error_description", "AADSTS90094: admin", "state", state(browser)));
        refused(page, 403);
        assertThat(page.body())
                .contains("ask your Microsoft 365 administrator", "/AdminConsentLink?registration=default");
    }

    @Test
    void anErrorOfNobodysSignInIsNotRepeatedOnThePage() {
        HttpResponse<String> page = fixture.browser()
                .comeBack(Map.of("error", "access_denied", "error_description", "call 0800 EVIL", "state", "s"));
        refused(page, 400);
        assertThat(page.body()).doesNotContain("EVIL");
    }

    @Test
    void anAdministratorsConsentAnswerConnectsNothingAndSaysWhatIsNext() {
        HttpResponse<String> page = fixture.browser()
                .comeBack(Map.of("admin_consent", "True", "tenant", FakeAuthority.TENANT, "state", "s"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("No mailbox was connected by this");
        nothingStored();
    }

    @Test
    void s04AnAnswerOfAnotherIssuerEndsWithoutATokenCall() {
        Browser browser = begun();
        refused(
                browser.comeBack(Map.of("code", "c", "state", state(browser), "iss", "https://evil.example/v2.0")),
                400);
        assertThat(calls()).isZero();

        Browser honest = begun();
        String issuer = fixture.authority.server.url() + "/" + FakeAuthority.TENANT + "/v2.0";
        assertThat(honest.comeBack(Map.of("code", "c", "state", state(honest), "iss", issuer))
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void s04AnAnswerWithoutIssThoughAdvertisedEndsWithoutATokenCall() {
        fixture.authority.metadata.put("authorization_response_iss_parameter_supported", true);
        fixture.clock.advance(Duration.ofHours(25));
        try {
            Browser browser = begun();
            refused(browser.comeBack(), 400);
            assertThat(calls()).isZero();
        } finally {
            fixture.clock.advance(Duration.ofHours(25));
        }
    }

    @Test
    void s12FiftyParallelCallbacksCauseOneTokenCall() throws Exception {
        Browser browser = begun("graph");
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            Callable<Integer> callback = () -> browser.comeBack().statusCode();
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> answer : threads.invokeAll(java.util.Collections.nCopies(50, callback))) {
                answers.add(answer.get());
            }
            assertThat(answers).filteredOn(status -> status == 303).hasSize(1);
            assertThat(answers).filteredOn(status -> status == 400).hasSize(49);
        } finally {
            threads.shutdownNow();
        }
        assertThat(calls()).isEqualTo(1);
    }

    static Stream<Arguments> tokenEndpointTroubles() {
        return Stream.of(
                Arguments.of(
                        "a code redeemed twice",
                        error(400, "invalid_grant", 54005),
                        502,
                        "Open your connect link again"),
                Arguments.of("an expired code", error(400, "invalid_grant", 70008), 403, "Sign in again"),
                Arguments.of("consent missing", error(400, "invalid_grant", 65001), 403, "administrator"),
                Arguments.of("Conditional Access", error(400, "interaction_required", 53003), 403, "security policy"),
                Arguments.of("the secret's id", error(401, "invalid_client", 7000215), 502, "not its id"),
                Arguments.of("an unknown code", error(400, "invalid_grant", 99999999), 403, "Sign in again"),
                Arguments.of("HTML", status(200, "text/html", "<html>CANARY proxy</html>"), 503, "Wait a few minutes"),
                Arguments.of("status 500", status(500, "text/html", "<h1>oops</h1>"), 503, "Wait a few minutes"),
                Arguments.of("nothing", status(200, "application/json", ""), 503, "Wait a few minutes"),
                Arguments.of(
                        "a cut answer", cut("application/json", "{\"access_token\":\"CAN"), 503, "Wait a few minutes"),
                Arguments.of("a list", json("[1]"), 503, "Wait a few minutes"),
                Arguments.of("no token", json("{\"token_type\":\"Bearer\"}"), 503, "Wait a few minutes"),
                Arguments.of("silence", (ScriptedHttpServer.Answer) exchange -> stall(), 503, "Wait a few minutes"),
                Arguments.of("busy", error(503, "temporarily_unavailable", 90033), 503, "Wait a few minutes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenEndpointTroubles")
    void aTokenEndpointInTroubleStoresNothingAndIsAskedOnce(
            String what, ScriptedHttpServer.Answer answer, int status, String words) {
        Browser browser = begun();
        fixture.authority.tokenScript.add(answer);
        HttpResponse<String> page = browser.comeBack();
        refused(page, status);
        assertThat(page.body()).contains(words).doesNotContain("CANARY");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void s13AClockFiveMinutesApartIsForgiven() {
        Browser browser = begun();
        fixture.authority.claims =
                c -> c.expirationTime(at(-299)).issueTime(at(299)).notBeforeTime(at(299));
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
    }

    @Test
    void somebodyElseThanTheTicketNamesIsRefusedAndTheTicketStaysGood() {
        fixture.authority.claims = c -> c.claim("preferred_username", "bob@contoso.example");
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "");
        browser.press(link);
        HttpResponse<String> page = browser.comeBack();
        refused(page, 403);
        assertThat(page.body())
                .contains("made for another account")
                .doesNotContain("bob@")
                .doesNotContain("anna@");

        fixture.authority.claims = c -> c;
        browser.press(link);
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
    }

    @Test
    void s16WithoutOfflineAccessOrMailReadTheConnectionIsRefusedWithAClearText() {
        Browser browser = begun("graph");
        fixture.authority.graphScopes = "User.Read";
        HttpResponse<String> page = browser.comeBack();
        refused(page, 403);
        assertThat(page.body()).contains("Mail.Read");

        browser = begun("ews");
        fixture.authority.exchangeScopes = "https://outlook.office365.com/POP.AccessAsUser.All";
        page = browser.comeBack();
        refused(page, 403);
        assertThat(page.body()).contains("EWS.AccessAsUser.All");

        browser = begun("graph");
        fixture.authority.tokenScript.add(
                json("{\"token_type\":\"Bearer\",\"access_token\":\"t\",\"expires_in\":3600,\"scope\":\"Mail.Read\"}"));
        page = browser.comeBack();
        refused(page, 403);
        assertThat(page.body()).contains("offline_access");
    }

    @Test
    void aMailboxThatCannotBeReadIsNotConnected() {
        fixture.probe = (mailbox, token) -> {
            throw new MailboxBlockedException("EWS is off.", "Ask your administrator to switch EWS on.");
        };
        HttpResponse<String> page = begun("ews").comeBack();
        refused(page, 403);
        assertThat(page.body()).contains("Ask your administrator to switch EWS on.");

        fixture.probe = (mailbox, token) -> {
            throw new ConsentRequiredException("Too little.", "Give the permission.");
        };
        refused(begun("graph").comeBack(), 403);
        fixture.probe = (mailbox, token) -> {
            throw new MailSourceUnavailableException("CANARY");
        };
        refused(begun("graph").comeBack(), 503);
    }

    @Test
    void aFailureWhileStoringRollsEverythingBackAndTheTicketStaysGood() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "&protocol=graph");
        browser.press(link);
        fixture.mailboxes.broken = true;
        HttpResponse<String> page = browser.comeBack();
        refused(page, 503);
        assertThat(page.body()).contains("Reference: ").doesNotContain("CANARY").doesNotContain("Exception"); // S55

        fixture.mailboxes.broken = false;
        browser.press(link);
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
    }

    @Test
    void postToTheCallbackIs405() {
        HttpResponse<String> answer = fixture.browser().send("POST", PublicAddress.CREATIO_CALLBACK_PATH);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET");
        s10(answer);
    }

    @Test
    void aSignInBeginsOnOurOwnPageOnly() {
        Browser browser = fixture.browser();
        assertThat(browser.send("POST", CONNECT).statusCode()).isEqualTo(403);
        assertThat(browser.send("POST", CONNECT, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(browser.send("POST", CONNECT, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.send("POST", CONNECT, "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(browser.send("POST", CONNECT + "?Sec-Fetch-Site=same-origin").statusCode())
                .as("a parameter is no header")
                .isEqualTo(403);
        HttpRequest form = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.port + CONNECT))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("Sec-Fetch-Site=same-origin&CamelHttpUri=http://evil"))
                .build();
        assertThat(browser.send(form).statusCode())
                .as("a form field is no header")
                .isEqualTo(403);
        assertThat(fixture.database.count("connect_attempt")).isZero();
        assertThat(browser.send(
                                "POST",
                                CONNECT,
                                "Origin",
                                fixture.settings.address().origin())
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void ticketsAreForCallersWhoShowTheApiToken() {
        Browser browser = fixture.browser();
        String path = "/0/rest/Office365OAuthAuthenticator/AuthenticateUser?userLogin=a@b.c&mailServerId=1";
        for (String[] headers : new String[][] {
            {}, {"Authorization", "Bearer wrong"}, {"Authorization", "Basic " + ConnectFixture.API_TOKEN}
        }) {
            HttpResponse<String> answer = browser.get(path, headers);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/json");
            assertThat(answer.body()).contains("\"error\":\"unauthorized\"");
        }
        assertThat(browser.get(path + "&Authorization=Bearer%20" + ConnectFixture.API_TOKEN)
                        .statusCode())
                .as("the token is never taken from a URL")
                .isEqualTo(401);
        assertThat(fixture.database.count("connect_ticket")).isZero();
    }

    @Test
    void aTicketRequestThatIsIncompleteSaysWhatIsMissing() {
        Browser browser = fixture.browser();
        String path = "/0/rest/Office365OAuthAuthenticator/AuthenticateUser";
        String[] token = {"Authorization", "Bearer " + ConnectFixture.API_TOKEN};
        Map.of(
                        "", "userLogin must name the account",
                        "?userLogin=", "userLogin must name the account",
                        "?userLogin=a@b.c&protocol=imap", "protocol, if given, must be auto, graph or ews")
                .forEach((query, words) -> {
                    HttpResponse<String> answer = browser.get(path + query, token);
                    assertThat(answer.statusCode()).as(query).isEqualTo(400);
                    assertThat(answer.body()).contains(words);
                });
    }

    @Test
    void s09S10EveryPageHasItsSafetyHeadersAndEchoesNoRequestHeader() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "");
        s10(browser.get(link, "X-Mine", "CANARY-header", "Authorization", "Bearer CANARY-bearer"));
        s10(browser.press(link));
        s10(browser.comeBack(Map.of("code", "c")));
        s10(browser.comeBack());
        s10(browser.get("/0/rest/Office365OAuthAuthenticator/Connected"));
        s10(browser.get(CONNECT + "?ticket=nope"));
        s10(browser.get("/0/rest/Office365OAuthAuthenticator/AuthenticateUser"));
    }

    private static void s10(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(answer.headers().map().toString()).doesNotContain("CANARY").doesNotContain("x-mine");
    }

    private Browser begun() {
        return begun("auto");
    }

    private Browser begun(String protocol) {
        Browser browser = fixture.browser();
        HttpResponse<String> away = browser.press(browser.ticketLink(FakeAuthority.LOGIN, "&protocol=" + protocol));
        assertThat(away.statusCode()).as(away.body()).isEqualTo(303);
        return browser;
    }

    private static String state(Browser browser) {
        return browser.authorization.get("state");
    }

    private int calls() {
        return fixture.authority.tokenCalls().size() - callsBefore;
    }

    private void refused(HttpResponse<String> page, int status) {
        assertThat(page.statusCode()).as(page.body()).isEqualTo(status);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).contains("<h1>", "Reference: ").doesNotContain("at org.");
        s10(page);
        nothingStored();
    }

    private static void nothingStored() {
        assertThat(fixture.mailboxes.rows).isEmpty();
        assertThat(fixture.database.count("credential")).isZero();
    }

    private static Date at(int seconds) {
        return Date.from(fixture.clock.instant().plusSeconds(seconds));
    }

    // longer than the client waits; ends when the client hangs up and the server's thread is interrupted at the end of
    // the tests
    private static void stall() {
        try {
            new java.util.concurrent.CountDownLatch(1).await(3, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
