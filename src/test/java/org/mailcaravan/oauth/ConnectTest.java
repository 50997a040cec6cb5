package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;

/** The way that works, through the real routes. */
@ExtendWith(SharedConnect.class)
class ConnectTest {
    static final ConnectFixture fixture = SharedConnect.fixture();

    @BeforeEach
    void reset() {
        fixture.reset();
    }

    @Test
    void aTicketLeadsToAConnectedMailboxReadThroughGraph() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink("Anna@Contoso.example", "&protocol=graph");

        HttpResponse<String> page = browser.get(link);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<button type=\"submit\">Continue to Microsoft</button>");

        HttpResponse<String> away = browser.press(link);
        assertThat(away.statusCode()).isEqualTo(303);
        assertThat(away.headers().firstValue("Location").orElseThrow())
                .startsWith(fixture.authority.server.url() + "/" + FakeAuthority.TENANT + "/oauth2/v2.0/authorize?");

        HttpResponse<String> back = browser.comeBack();
        assertThat(back.statusCode()).isEqualTo(303);
        assertThat(back.headers().firstValue("Location"))
                .contains(fixture.settings.address().page("Connected"));
        assertThat(browser.get("/0/rest/Office365OAuthAuthenticator/Connected").body())
                .contains("Your mailbox is connected");

        Mailbox mailbox = fixture.mailboxes.only();
        assertThat(mailbox.protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(mailbox.address().value()).isEqualTo(FakeAuthority.LOGIN);
        assertThat(mailbox.folders()).containsExactly("inbox");
        assertThat(mailbox.deliverFrom()).contains(fixture.clock.instant());
        MailboxCredential credential = credential();
        assertThat(credential.id()).isEqualTo(mailbox.credential());
        assertThat(credential.graphToken().orElseThrow().expiresAt())
                .isEqualTo(fixture.clock.instant().plus(Duration.ofHours(1)));
    }

    @Test
    void claimsThatOnlyAPersonCanSatisfyGoWithHisNextSignInAndNotWithTheOneAfter() {
        connect(fixture.browser(), FakeAuthority.LOGIN);
        MailboxCredential row = credential();
        String claims = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";
        new DeadGrants(fixture.database.transactions)
                .save(row, new TokenOutcome.ConsentRequired("interaction_required", "Sign in."), Optional.of(claims));

        assertThat(connect(fixture.browser(), "somebody.else@contoso.example")).doesNotContainKey("claims");
        assertThat(connect(fixture.browser(), FakeAuthority.LOGIN.toUpperCase(Locale.ROOT)))
                .containsEntry("claims", claims);
        assertThat(credential().refreshToken()).isNotEqualTo(row.refreshToken());
        assertThat(connect(fixture.browser(), FakeAuthority.LOGIN)).doesNotContainKey("claims");
    }

    /** Signs in as the fake authority's account if that is who the ticket names; answers what was asked of Microsoft. */
    private static Map<String, String> connect(Browser browser, String login) {
        browser.press(browser.ticketLink(login, "&protocol=graph"));
        if (login.equalsIgnoreCase(FakeAuthority.LOGIN)) {
            assertThat(browser.comeBack().headers().firstValue("Location").orElse(""))
                    .endsWith("/Connected");
        }
        return browser.authorization;
    }

    @Test
    void s02PkceIsAlwaysS256AndTheVerifierMatchesTheChallenge() {
        Browser browser = connected("graph");
        Map<String, String> redeemed = lastCall();
        assertThat(browser.authorization)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("code_challenge", OpaqueValues.sha256(redeemed.get("code_verifier")))
                .containsEntry("response_type", "code")
                .containsEntry("response_mode", "query")
                .containsEntry("login_hint", FakeAuthority.LOGIN);
        assertThat(redeemed)
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("code", "CANARY-code")
                .containsEntry("client_secret", ConnectFixture.CLIENT_SECRET)
                .containsEntry("redirect_uri", browser.authorization.get("redirect_uri"));
        assertThat(redeemed.get("code_verifier")).hasSize(43);
    }

    @Test
    void s02EverySignInHasItsOwnStateNonceAndChallenge() {
        Browser browser = fixture.browser();
        browser.press("/0/rest/Office365OAuthAuthenticator/Connect");
        Map<String, String> first = browser.authorization;
        browser.press("/0/rest/Office365OAuthAuthenticator/Connect");
        for (String name : new String[] {"state", "nonce", "code_challenge"}) {
            assertThat(browser.authorization.get(name)).hasSize(43).isNotEqualTo(first.get(name));
        }
    }

    @Test
    void s06TheRedirectUriComesFromTheSettingsWhateverTheRequestSays() {
        Browser browser = fixture.browser();
        HttpResponse<String> away = browser.send(
                "POST", "/0/rest/Office365OAuthAuthenticator/Connect",
                "Sec-Fetch-Site", "same-origin",
                "X-Forwarded-Host", "evil.example",
                "X-Forwarded-Proto", "https",
                "Forwarded", "host=evil.example");
        assertThat(away.headers().firstValue("Location").orElseThrow())
                .contains("redirect_uri=http%3A%2F%2Flocalhost%3A" + fixture.port
                        + "%2F0%2Frest%2FOffice365OAuthAuthenticator%2FProcessAuthenticationCode")
                .doesNotContain("evil");
    }

    @Test
    void s07NothingInARequestSaysWhereTheSignInEnds() {
        String evil = "&redirect_uri=https://evil.example&returnUrl=//evil.example&next=https:evil.example";
        Browser browser = fixture.browser();
        HttpResponse<String> away = browser.press(browser.ticketLink(FakeAuthority.LOGIN, evil) + evil);
        assertThat(away.headers().firstValue("Location").orElse("")).doesNotContain("evil");
        Map<String, String> answer = new TreeMap<>(Map.of("code", "c", "state", browser.authorization.get("state")));
        answer.put("redirect_uri", "https://evil.example");
        answer.put("returnUrl", "https://evil.example");
        assertThat(browser.comeBack(answer).headers().firstValue("Location"))
                .hasValue(fixture.settings.address().page("Connected"));
    }

    @Test
    void theSeedsRegistrationConnectsOverEwsAndIsNeverAskedForMailRead() {
        fixture.authority.graphScopes = "User.Read openid profile email";
        int before = calls();
        Browser browser = connected("ews");

        assertThat(browser.authorization.get("scope"))
                .isEqualTo("openid profile offline_access https://graph.microsoft.com/User.Read"
                        + " https://outlook.office365.com/EWS.AccessAsUser.All");
        var mine = fixture.authority.tokenCalls().subList(before, calls());
        assertThat(mine).hasSize(2);
        assertThat(mine.get(0).get("scope")).doesNotContain("outlook").doesNotContain("Mail.Read");
        assertThat(mine.get(1))
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("scope", "https://outlook.office365.com/EWS.AccessAsUser.All offline_access");
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.EWS);
        MailboxCredential credential = credential();
        assertThat(credential.exchangeToken()).isPresent();
        assertThat(credential.graphToken()).isEmpty();
        assertThat(credential.refreshToken().orElseThrow().value())
                .as("the newest refresh token is kept")
                .isEqualTo("CANARY-refresh-" + fixture.authority.tokens);
    }

    @Test
    void autoAsksForBothAndReadsThroughGraphIfMailReadWasGranted() {
        Browser browser = connected("auto");
        assertThat(browser.authorization.get("scope"))
                .contains("https://graph.microsoft.com/Mail.Read", "EWS.AccessAsUser.All")
                .doesNotContain(".default");
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.GRAPH);
    }

    @Test
    void autoFallsBackToEwsIfMailReadWasNotGranted() {
        fixture.authority.graphScopes = "user.read OPENID";
        connected("auto");
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.EWS);
    }

    @Test
    void s16GrantedScopesAreReadInAnyCaseAndWithOrWithoutTheirPrefix() {
        fixture.authority.graphScopes = "MAIL.READ HTTPS://GRAPH.MICROSOFT.COM/USER.READ Calendars.Read";
        connected("graph");
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.GRAPH);
    }

    @Test
    void s15SigningInAgainRenewsTheGrantAndKeepsMailboxAndCredential() {
        connected("ews");
        Mailbox before = fixture.mailboxes.only();
        fixture.clock.advance(Duration.ofMinutes(1));
        fixture.authority.claims = claims -> claims.claim("preferred_username", "anna.new@contoso.example");

        Browser browser = fixture.browser();
        browser.press(browser.ticketLink("anna.new@contoso.example", "&protocol=graph"));
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);

        Mailbox after = fixture.mailboxes.only();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.credential()).isEqualTo(before.credential());
        assertThat(after.protocol()).as("this is the cut-over").isEqualTo(Protocol.GRAPH);
        assertThat(after.address().value()).isEqualTo("anna.new@contoso.example");
        assertThat(after.deliverFrom()).isEqualTo(before.deliverFrom());
        assertThat(credential().version()).isEqualTo(2);
    }

    @Test
    void s15AnotherAccountWithTheSameLoginIsAnotherMailbox() {
        connected("graph");
        fixture.authority.claims = claims -> claims.claim("oid", "00000000-0000-4000-8000-000000000000");
        connected("graph");
        assertThat(fixture.mailboxes.rows).hasSize(2);
        assertThat(fixture.database.count("credential")).isEqualTo(2);
    }

    @Test
    void theOpenPageConnectsWithoutATicket() {
        Browser browser = fixture.browser();
        assertThat(browser.get("/connect").body()).contains("Continue to Microsoft");
        browser.press("/0/rest/Office365OAuthAuthenticator/Connect");
        assertThat(browser.authorization)
                .containsEntry("prompt", "select_account")
                .doesNotContainKey("login_hint");
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
        assertThat(fixture.mailboxes.only().objectId()).isEqualTo(FakeAuthority.OBJECT);
    }

    @Test
    void openingALinkCreatesAndSpendsNothing() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "");
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> page = browser.get(link);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        }
        assertThat(fixture.database.count("connect_attempt")).isZero();
        browser.press(link);
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
    }

    @Test
    void aTicketIsSpentByASuccessAndOnlyByThat() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "&protocol=graph");
        browser.press(link);
        browser.comeBack(Map.of("error", "access_denied", "state", browser.authorization.get("state")));
        browser.press(link);
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);

        HttpResponse<String> again = browser.get(link);
        assertThat(again.statusCode()).isEqualTo(410);
        assertThat(again.body()).contains("This connect link can no longer be used");
    }

    @Test
    void aTicketEndsAfterSevenDays() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "");
        fixture.clock.advance(Duration.ofDays(7));
        assertThat(browser.get(link).statusCode()).isEqualTo(410);
        assertThat(browser.press(link).statusCode()).isEqualTo(410);
        fixture.client.removeExpired();
        assertThat(fixture.database.count("connect_ticket")).isZero();
    }

    @Test
    void s01TheDatabaseHoldsNothingASignInCouldBeFinishedWith() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "");
        browser.press(link);
        String rows = fixture.database.transactions.call(connection -> {
            StringBuilder all = new StringBuilder();
            for (String table : new String[] {"connect_ticket", "connect_attempt"}) {
                try (var found = connection.createStatement().executeQuery("select * from " + table)) {
                    while (found.next()) {
                        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                            all.append(found.getString(i)).append('\n');
                        }
                    }
                }
            }
            return all.toString();
        });
        assertThat(rows)
                .isNotBlank()
                .doesNotContain(link.substring(link.indexOf('=') + 1))
                .doesNotContain(browser.authorization.get("state"))
                .doesNotContain(browser.authorization.get("nonce"))
                .doesNotContain(browser.cookie.substring(browser.cookie.indexOf('=') + 1));
    }

    private static Browser connected(String protocol) {
        Browser browser = fixture.browser();
        browser.press(browser.ticketLink(FakeAuthority.LOGIN, "&protocol=" + protocol));
        HttpResponse<String> end = browser.comeBack();
        assertThat(end.statusCode()).as(end.body()).isEqualTo(303);
        return browser;
    }

    private static MailboxCredential credential() {
        Optional<MailboxCredential> found =
                fixture.credentials.find("default", new TenantId(FakeAuthority.TENANT), FakeAuthority.OBJECT);
        return found.orElseThrow();
    }

    private static int calls() {
        return fixture.authority.tokenCalls().size();
    }

    private static Map<String, String> lastCall() {
        return fixture.authority.tokenCalls().get(calls() - 1);
    }
}
