package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;

/** Mailboxes that the application reads as itself, and how mailboxes are taken out again. */
@ExtendWith(SharedConnect.class)
class ApplicationMailboxesTest {
    private static final ConnectFixture fixture = SharedConnect.fixture();
    private static final String ONE = "12345678-0000-4000-8000-000000000001";
    private static final String TWO = "12345678-0000-4000-8000-000000000002";

    private final MailboxConnections connections = fixture.client.connections(fixture.rooms);

    @BeforeEach
    void reset() {
        fixture.reset();
    }

    @Test
    void allMailboxesOfARegistrationShareOneCredentialWithoutARefreshToken() {
        int before = fixture.authority.tokenCalls().size();
        Map<MailboxName, ConnectResult> results = connect(ConnectProtocol.AUTO, ONE, "two@contoso.example " + TWO);
        assertThat(results.values()).allMatch(ConnectResult.Connected.class::isInstance);
        assertThat(fixture.authority.tokenCalls())
                .as("one token for the whole list")
                .hasSize(before + 1);
        assertThat(fixture.authority.tokenCalls().get(before))
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("scope", "https://graph.microsoft.com/.default");

        assertThat(fixture.database.count("credential")).isEqualTo(1);
        Mailbox mailbox =
                fixture.mailboxes.find(new TenantId(FakeAuthority.TENANT), TWO).orElseThrow();
        assertThat(mailbox.access()).isEqualTo(Access.APPLICATION);
        assertThat(mailbox.protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(mailbox.address().value()).isEqualTo("two@contoso.example");
        MailboxCredential credential =
                fixture.credentials.find(mailbox.credential()).orElseThrow();
        assertThat(credential.refreshToken()).isEmpty();
        assertThat(credential.objectId()).isEqualTo(ConnectFixture.ROBOT);
        assertThat(credential.registration()).isEqualTo("robot");
    }

    @Test
    void anAddressIsLookedUpAndEachMailboxHasItsOwnResult() {
        fixture.lookup = user -> {
            if (user.startsWith("known")) {
                return new MailboxLookup.Found(ONE, new MailboxAddress(user));
            }
            throw new ConsentRequiredException("Graph answered 403.", "Name the object id, or User.ReadBasic.All.");
        };
        Map<MailboxName, ConnectResult> results =
                connect(ConnectProtocol.GRAPH, "known@contoso.example", "other@contoso.example");
        assertThat(results.get(MailboxName.of("known@contoso.example"))).isInstanceOf(ConnectResult.Connected.class);
        assertThat(results.get(MailboxName.of("other@contoso.example")))
                .isInstanceOfSatisfying(
                        ConnectResult.Refused.class,
                        no -> assertThat(no.remedy()).contains("object id", "User.ReadBasic.All"));
        assertThat(fixture.mailboxes.only().objectId()).isEqualTo(ONE);
    }

    @Test
    void aMailboxOutsideTheScopeIsRefusedWithTheRemedyAndTheOthersConnect() {
        fixture.probe = (mailbox, token) -> {
            if (mailbox.objectId().equals(ONE)) {
                throw new ConsentRequiredException("Graph answered 403.", "Assign the Exchange role.");
            }
        };
        Map<MailboxName, ConnectResult> results = connect(ConnectProtocol.GRAPH, ONE, TWO);
        assertThat(results.get(MailboxName.of(ONE)))
                .isInstanceOfSatisfying(
                        ConnectResult.Refused.class,
                        no -> assertThat(no.remedy()).contains("Exchange role"));
        assertThat(fixture.mailboxes.only().objectId()).isEqualTo(TWO);
    }

    @Test
    void overEwsTheExchangeResourceIsAskedAndAnObjectIdAloneIsLookedUp() {
        fixture.lookup = user -> new MailboxLookup.Found(user, new MailboxAddress("one@contoso.example"));
        int before = fixture.authority.tokenCalls().size();
        assertThat(connect(ConnectProtocol.EWS, ONE).values()).allMatch(ConnectResult.Connected.class::isInstance);
        assertThat(fixture.authority.tokenCalls().subList(before, before + 2))
                .extracting(call -> call.get("scope"))
                .containsExactly("https://outlook.office365.com/.default", "https://graph.microsoft.com/.default");
        assertThat(fixture.mailboxes.only().address().value()).isEqualTo("one@contoso.example");
        assertThat(fixture.mailboxes.only().protocol()).isEqualTo(Protocol.EWS);
    }

    @Test
    void aRefusedApplicationRefusesEveryMailboxWithOneTokenCall() {
        int before = fixture.authority.tokenCalls().size();
        fixture.authority.tokenScript.add(FakeAuthority.error(401, "invalid_client", 7000222));
        Map<MailboxName, ConnectResult> results = connect(ConnectProtocol.GRAPH, ONE, TWO);
        assertThat(results.values())
                .hasSize(2)
                .allSatisfy(result ->
                        assertThat(((ConnectResult.Refused) result).remedy()).contains("has expired"));
        assertThat(fixture.authority.tokenCalls()).hasSize(before + 1);
        assertThat(fixture.database.count("credential")).isZero();
    }

    @Test
    void aRegistrationForPeopleIsNotUsedAppOnly() {
        int before = fixture.authority.tokenCalls().size();
        ConnectResult result = connections
                .connectApplication("default", List.of(MailboxName.of(ONE)), ConnectProtocol.GRAPH)
                .get(MailboxName.of(ONE));
        assertThat(result)
                .isInstanceOfSatisfying(
                        ConnectResult.Refused.class,
                        no -> assertThat(no.remedy()).contains("mode is app-only"));
        assertThat(fixture.authority.tokenCalls()).hasSize(before);
    }

    @Test
    void disconnectingErasesTheSecretsWithTheLastMailboxAndSaysWhatIsLeftAtMicrosoft() {
        connect(ConnectProtocol.GRAPH, ONE, TWO);
        List<MailboxId> ids = List.copyOf(fixture.mailboxes.rows.keySet());

        Disconnected first =
                connections.disconnect(ids.get(0), MailboxDirectory.Mail.KEEP).orElseThrow();
        assertThat(first.credentialErased()).isFalse();
        assertThat(fixture.database.count("credential")).isEqualTo(1);

        Disconnected last =
                connections.disconnect(ids.get(1), MailboxDirectory.Mail.PURGE).orElseThrow();
        assertThat(last.credentialErased()).isTrue();
        assertThat(last.stillToRevoke())
                .contains("Enterprise applications", ConnectFixture.ROBOT, "Remove-ManagementRoleAssignment")
                .doesNotContain("revokeSignInSessions");
        assertThat(fixture.database.count("credential")).isZero();
        assertThat(connections.disconnect(ids.get(1), MailboxDirectory.Mail.KEEP))
                .isEmpty();
    }

    private Map<MailboxName, ConnectResult> connect(ConnectProtocol protocol, String... names) {
        List<MailboxName> mailboxes =
                List.of(names).stream().map(MailboxName::of).toList();
        return connections.connectApplication("robot", mailboxes, protocol);
    }
}
