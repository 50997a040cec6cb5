package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.testing.ScriptedHttpServer;

/** The device authorization grant, RFC 8628. */
@ExtendWith(SharedConnect.class)
class DeviceConnectTest {
    private static final ConnectFixture fixture = SharedConnect.fixture();
    private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    private final MailboxConnections connections = fixture.client.connections(fixture.rooms);

    @BeforeEach
    void reset() {
        fixture.reset();
        fixture.authority.claims =
                claims -> claims.audience(ConnectFixture.DEVICE).claim("nonce", null);
    }

    @Test
    void aPersonOnAnotherDeviceConnectsHisMailbox() {
        DeviceSignIn device = begin(ConnectProtocol.AUTO);
        assertThat(device.userCode()).isEqualTo("ABCD-1234");
        assertThat(device.verificationUri()).hasToString("https://microsoft.com/devicelogin");
        assertThat(device.message()).contains("ABCD-1234", "https://microsoft.com/devicelogin");
        assertThat(device.expiresAt()).isEqualTo(fixture.clock.instant().plusSeconds(900));
        assertThat(device.toString()).doesNotContain("CANARY");
        assertThat(lastDeviceCall())
                .containsOnlyKeys("client_id", "scope")
                .containsEntry("client_id", ConnectFixture.DEVICE)
                .containsEntry(
                        "scope",
                        "openid profile offline_access https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read");

        fixture.clock.advance(Duration.ofSeconds(5));
        Mailbox mailbox = connected(connections.pollDevice(device));
        assertThat(mailbox.objectId()).isEqualTo(FakeAuthority.OBJECT);
        assertThat(mailbox.protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(lastTokenCall())
                .containsEntry("grant_type", DEVICE_GRANT)
                .containsEntry("device_code", "CANARY-device-code")
                .containsEntry("client_id", ConnectFixture.DEVICE)
                .doesNotContainKey("client_secret");
    }

    @Test
    void theCredentialKeepsItsRegistrationSoItIsRefreshedWithoutASecret() {
        Mailbox mailbox = connectedNow(ConnectProtocol.GRAPH);
        MailboxCredential credential =
                fixture.credentials.find(mailbox.credential()).orElseThrow();
        assertThat(credential.registration()).isEqualTo("screenless");
        fixture.clock.advance(Duration.ofHours(2));
        fixture.client.accessTokens().acquire(credential.id(), Resource.GRAPH);
        assertThat(lastTokenCall())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("client_id", ConnectFixture.DEVICE)
                .doesNotContainKey("client_secret");
    }

    @Test
    void overEwsTheOneTokenIsForExchange() {
        fixture.authority.tokenScript.add(
                fixture.authority.granted("https://outlook.office365.com/EWS.AccessAsUser.All"));
        Mailbox mailbox = connectedNow(ConnectProtocol.EWS);
        assertThat(lastDeviceCall())
                .containsEntry(
                        "scope", "openid profile offline_access https://outlook.office365.com/EWS.AccessAsUser.All");
        assertThat(mailbox.protocol()).isEqualTo(Protocol.EWS);
        MailboxCredential credential =
                fixture.credentials.find(mailbox.credential()).orElseThrow();
        assertThat(credential.exchangeToken()).isPresent();
        assertThat(credential.graphToken()).isEmpty();
    }

    @Test
    void theIntervalIsHonouredAndSlowDownAddsFiveSeconds() {
        DeviceSignIn device = begin(ConnectProtocol.GRAPH);
        int before = calls();
        assertThat(connections.pollDevice(device)).isInstanceOf(DevicePoll.Pending.class);
        assertThat(calls()).as("too early: nobody is asked").isEqualTo(before);

        fixture.authority.tokenScript.add(FakeAuthority.error(400, "authorization_pending", 70016));
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThat(pollWait(device)).isEqualTo(Duration.ofSeconds(5));

        fixture.authority.tokenScript.add(
                ScriptedHttpServer.status(400, "application/json", "{\"error\":\"slow_down\"}"));
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThat(pollWait(device)).isEqualTo(Duration.ofSeconds(10));

        fixture.authority.tokenScript.add(
                ScriptedHttpServer.status(400, "application/json", "{\"error\":\"authorization_pending\"}"));
        fixture.clock.advance(Duration.ofSeconds(10));
        assertThat(pollWait(device)).as("from now on").isEqualTo(Duration.ofSeconds(10));

        fixture.authority.tokenScript.add(ScriptedHttpServer.status(503, "text/plain", "busy"));
        fixture.clock.advance(Duration.ofSeconds(10));
        assertThat(pollWait(device)).as("RFC 8628 section 3.5: half as often").isEqualTo(Duration.ofSeconds(20));
        assertThat(calls()).isEqualTo(before + 4);

        fixture.clock.advance(Duration.ofSeconds(20));
        connected(connections.pollDevice(device));
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_declined, 65004",
        "access_denied, 65004",
        "expired_token, 70019",
        "bad_verification_code, 70018"
    })
    void aDeclinedOrExpiredCodeEndsWithTheNextStep(String error, int number) {
        DeviceSignIn device = begin(ConnectProtocol.GRAPH);
        fixture.authority.tokenScript.add(FakeAuthority.error(400, error, number));
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThat(refused(connections.pollDevice(device)).reason()).contains("AADSTS" + number);
        nothingStored();
    }

    @Test
    void afterItsLifeTheCodeIsNotAskedForAnyMore() {
        DeviceSignIn device = begin(ConnectProtocol.GRAPH);
        int before = calls();
        fixture.clock.advance(Duration.ofSeconds(900));
        assertThat(refused(connections.pollDevice(device)).remedy()).contains("Begin again");
        assertThat(calls()).isEqualTo(before);
    }

    @Test
    void s13TheIdTokenIsValidatedAsInTheCodeFlow() {
        fixture.authority.claims = claims -> claims.audience(FakeAuthority.CLIENT);
        DeviceSignIn device = begin(ConnectProtocol.GRAPH);
        fixture.clock.advance(Duration.ofSeconds(5));
        refused(connections.pollDevice(device));
        nothingStored();
    }

    @Test
    void s16TooFewScopesAreRefused() {
        fixture.authority.graphScopes = "User.Read";
        DeviceSignIn device = begin(ConnectProtocol.GRAPH);
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThat(refused(connections.pollDevice(device)).remedy()).contains("Mail.Read");
        nothingStored();
    }

    @Test
    void aRegistrationThatIsNotPublicSaysWhatToSwitchOn() {
        fixture.authority.deviceAnswer = FakeAuthority.error(401, "invalid_client", 7000218);
        assertThatThrownBy(() -> begin(ConnectProtocol.GRAPH))
                .isInstanceOfSatisfying(
                        ConnectEndedException.class,
                        end -> assertThat(end.remedy()).contains("Allow public client flows"));
        assertThatThrownBy(() -> connections.beginDevice("default", ConnectProtocol.GRAPH))
                .isInstanceOfSatisfying(
                        ConnectEndedException.class,
                        end -> assertThat(end.remedy()).contains("mode is device"));
    }

    @ParameterizedTest
    @CsvSource({"javascript:alert(1)", "http://evil.example/", "'no address'"})
    void anAddressThatIsNoPageIsNotShownToAnybody(String address) {
        fixture.authority.deviceAnswer = ScriptedHttpServer.json("{\"device_code\":\"c\",\"user_code\":\"ABCD-1234\","
                + "\"verification_uri\":\"" + address + "\",\"expires_in\":900}");
        assertThatThrownBy(() -> begin(ConnectProtocol.GRAPH)).isInstanceOf(ConnectEndedException.class);
    }

    private DeviceSignIn begin(ConnectProtocol protocol) {
        return connections.beginDevice("screenless", protocol);
    }

    private Mailbox connectedNow(ConnectProtocol protocol) {
        DeviceSignIn device = begin(protocol);
        fixture.clock.advance(Duration.ofSeconds(5));
        return connected(connections.pollDevice(device));
    }

    private Duration pollWait(DeviceSignIn device) {
        DevicePoll poll = connections.pollDevice(device);
        assertThat(poll).isInstanceOf(DevicePoll.Pending.class);
        return Duration.between(fixture.clock.instant(), ((DevicePoll.Pending) poll).next());
    }

    private static Mailbox connected(DevicePoll poll) {
        assertThat(poll).isInstanceOf(DevicePoll.Ended.class);
        assertThat(((DevicePoll.Ended) poll).result()).isInstanceOf(ConnectResult.Connected.class);
        return fixture.mailboxes.only();
    }

    private static ConnectResult.Refused refused(DevicePoll poll) {
        assertThat(poll).isInstanceOf(DevicePoll.Ended.class);
        assertThat(((DevicePoll.Ended) poll).result()).isInstanceOf(ConnectResult.Refused.class);
        return (ConnectResult.Refused) ((DevicePoll.Ended) poll).result();
    }

    private static void nothingStored() {
        assertThat(fixture.mailboxes.rows).isEmpty();
        assertThat(fixture.database.count("credential")).isZero();
    }

    private static int calls() {
        return fixture.authority.tokenCalls().size();
    }

    private static Map<String, String> lastTokenCall() {
        return fixture.authority.tokenCalls().get(calls() - 1);
    }

    private static Map<String, String> lastDeviceCall() {
        var all = fixture.authority.deviceCalls();
        return all.get(all.size() - 1);
    }
}
