package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.Protocol;

/** A mailbox shared with the person who signs in: his credential, the shared mailbox's own identity. */
@ExtendWith(SharedConnect.class)
class SharedMailboxConnectTest {
    private static final ConnectFixture fixture = SharedConnect.fixture();
    private static final String SUPPORT = "support@contoso.example";
    private static final String SUPPORT_ID = "12345678-0000-4000-8000-000000000001";
    private static final String GRANTED =
            "User.Read https://graph.microsoft.com/Mail.Read.Shared User.ReadBasic.All openid profile";

    @BeforeEach
    void reset() {
        fixture.reset();
        fixture.authority.graphScopes = GRANTED;
        fixture.lookup = user -> {
            assertThat(user).isEqualTo(SUPPORT);
            return new MailboxLookup.Found(SUPPORT_ID, new MailboxAddress(SUPPORT));
        };
    }

    @Test
    void aDelegateConnectsASharedMailboxUnderItsOwnIdentity() {
        AtomicReference<Mailbox> probed = new AtomicReference<>();
        fixture.probe = (mailbox, token) -> probed.set(mailbox);
        Browser browser = signIn(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);

        assertThat(browser.authorization)
                .containsEntry("prompt", "select_account")
                .doesNotContainKey("login_hint")
                .containsEntry(
                        "scope",
                        "openid profile offline_access https://graph.microsoft.com/User.Read"
                                + " https://graph.microsoft.com/User.ReadBasic.All https://graph.microsoft.com/Mail.Read.Shared");
        Mailbox mailbox = fixture.mailboxes.only();
        assertThat(mailbox.objectId()).isEqualTo(SUPPORT_ID);
        assertThat(mailbox.address().value()).isEqualTo(SUPPORT);
        assertThat(mailbox.access()).isEqualTo(Access.DELEGATE);
        assertThat(mailbox.protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(probed.get().access()).isEqualTo(Access.DELEGATE);
        assertThat(fixture.credentials.find(mailbox.credential()).orElseThrow().objectId())
                .as("the credential is the delegate's")
                .isEqualTo(FakeAuthority.OBJECT);
    }

    @Test
    void aNamedObjectIdNeedsNoDirectoryPermission() {
        fixture.lookup = user -> {
            throw new AssertionError("looked up");
        };
        Browser browser = signIn(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT + "%20" + SUPPORT_ID);
        assertThat(browser.authorization.get("scope")).doesNotContain("User.ReadBasic.All");
        assertThat(fixture.mailboxes.only().objectId()).isEqualTo(SUPPORT_ID);
    }

    @Test
    void aMailboxThatMayNotBeLookedUpIsNotConnectedAndThePageAsksForTheObjectId() {
        fixture.lookup = user -> {
            throw new ConsentRequiredException("Graph answered 403.", "Name the object id of the mailbox.");
        };
        HttpResponse<String> page = comeBack(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("Name the object id of the mailbox.");
        nothingStored();
    }

    @Test
    void s16MailReadAloneIsTooLittleForASharedMailbox() {
        fixture.authority.graphScopes = "User.Read Mail.Read";
        HttpResponse<String> page = comeBack(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("Mail.Read.Shared");
        nothingStored();
    }

    @Test
    void someoneWithoutAccessIsRefusedAndNothingIsStored() {
        fixture.probe = (mailbox, token) -> {
            throw new ConsentRequiredException("Graph answered 404.", "Give the account Full Access in Exchange.");
        };
        HttpResponse<String> page = comeBack(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);
        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("Full Access");
        nothingStored();
    }

    @Test
    void s15AnotherDelegateTakesItOverOnlyByATicketForThatMailbox() {
        signIn(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);
        Mailbox before = fixture.mailboxes.only();
        fixture.authority.claims = claims -> claims.claim("oid", "00000000-0000-4000-8000-000000000002")
                .claim("preferred_username", "ben@contoso.example");
        fixture.authority.graphScopes = GRANTED + " Mail.Read";

        signIn("ben@contoso.example", "");
        assertThat(fixture.mailboxes.rows.get(before.id())).isEqualTo(before);

        signIn("ben@contoso.example", "&mailbox=" + SUPPORT);
        Mailbox after = fixture.mailboxes.rows.get(before.id());
        assertThat(after.credential()).isNotEqualTo(before.credential());
        assertThat(after.objectId()).isEqualTo(SUPPORT_ID);
        assertThat(fixture.mailboxes.rows).hasSize(2);
    }

    @Test
    void ownAndSharedMailboxOfOnePersonShareOneCredential() {
        fixture.authority.graphScopes = GRANTED + " Mail.Read";
        signIn(FakeAuthority.LOGIN, "");
        signIn(FakeAuthority.LOGIN, "&mailbox=" + SUPPORT);
        assertThat(fixture.mailboxes.rows.values().stream()
                        .map(Mailbox::credential)
                        .distinct())
                .hasSize(1);
        assertThat(fixture.database.count("credential")).isEqualTo(1);
    }

    @Test
    void overEwsTheDelegatesExchangeTokenIsProbed() {
        AtomicReference<AccessToken> token = new AtomicReference<>();
        fixture.probe = (mailbox, shown) -> token.set(shown);
        Browser browser = fixture.browser();
        browser.press(browser.ticketLink(FakeAuthority.LOGIN, "&protocol=ews&mailbox=" + SUPPORT));
        assertThat(browser.authorization.get("scope"))
                .doesNotContain("Mail.Read")
                .contains("EWS.AccessAsUser.All");
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.EWS);
        assertThat(fixture.mailboxes.only().access()).isEqualTo(Access.DELEGATE);
        assertThat(token.get().value()).isEqualTo("CANARY-access-" + fixture.authority.tokens);
    }

    @Test
    void aBrokenMailboxParameterGetsNoTicket() {
        for (String mailbox : new String[] {"nobody", "a@b.example%20c@d.example", SUPPORT_ID + "x"}) {
            HttpResponse<String> answer = fixture.browser()
                    .get(
                            fixture.settings.address().callbackFolder() + "/AuthenticateUser?userLogin=a&mailbox="
                                    + mailbox,
                            "Authorization",
                            "Bearer " + ConnectFixture.API_TOKEN);
            assertThat(answer.statusCode()).as(mailbox).isEqualTo(400);
            assertThat(answer.body()).contains("object id");
        }
    }

    @Test
    void connectingAgainAsksForWhatIsMissing() {
        fixture.authority.graphScopes = "User.Read";
        Browser first = fixture.browser();
        first.press(first.ticketLink(FakeAuthority.LOGIN, "&protocol=ews"));
        assertThat(first.authorization).doesNotContainKey("prompt");
        first.comeBack();

        Browser again = fixture.browser();
        again.press(again.ticketLink(FakeAuthority.LOGIN, "&protocol=graph"));
        assertThat(again.authorization)
                .containsEntry("prompt", "consent")
                .containsEntry("login_hint", FakeAuthority.LOGIN);
        fixture.authority.graphScopes = "User.Read Mail.Read";
        assertThat(again.comeBack().statusCode()).isEqualTo(303);

        Browser third = fixture.browser();
        third.press(third.ticketLink(FakeAuthority.LOGIN, "&protocol=graph"));
        assertThat(third.authorization).doesNotContainKey("prompt");
    }

    private static Browser signIn(String login, String more) {
        Browser browser = fixture.browser();
        browser.press(browser.ticketLink(login, "&protocol=graph" + more));
        HttpResponse<String> end = browser.comeBack();
        assertThat(end.statusCode()).as(end.body()).isEqualTo(303);
        return browser;
    }

    private static HttpResponse<String> comeBack(String login, String more) {
        Browser browser = fixture.browser();
        browser.press(browser.ticketLink(login, "&protocol=graph" + more));
        return browser.comeBack(Map.of("code", "c", "state", browser.authorization.get("state")));
    }

    private static void nothingStored() {
        assertThat(fixture.mailboxes.rows).isEmpty();
        assertThat(fixture.database.count("credential")).isZero();
    }
}
