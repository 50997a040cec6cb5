package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Who reads whose mailbox through EWS: applications by impersonation, delegates by naming it; and claims challenges. */
class EwsMailboxAccessTest {
    private static final String INBOX = distinguished("inbox");
    private static final String VERSION = "<t:RequestServerVersion Version=\"Exchange2013_SP1\"/>";

    private static EwsTenant sandbox;
    private final AppRegistration app = sandbox.tenant.directory().appOnlyRegistration();
    private final SandboxMailbox shared = sandbox.newMailbox();
    private final SandboxMailbox other = sandbox.newMailbox();

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private EwsClient application(Permission... roles) {
        String token = sandbox.tenant.authority().appOnlyToken(app, Permission.EXCHANGE, Set.of(roles));
        return new EwsClient(sandbox.tenant.server().httpUrl(), token);
    }

    private static EwsClient impersonating(EwsClient client, String connectingSid) {
        return client.soapHeader(VERSION + "<t:ExchangeImpersonation><t:ConnectingSID>" + connectingSid
                + "</t:ConnectingSID></t:ExchangeImpersonation>");
    }

    private static EwsClient impersonating(EwsClient client, SandboxMailbox mailbox) {
        return impersonating(
                client, "<t:PrimarySmtpAddress>" + mailbox.userPrincipalName() + "</t:PrimarySmtpAddress>");
    }

    private static String inboxOf(SandboxMailbox mailbox) {
        return "<t:DistinguishedFolderId Id=\"inbox\"><t:Mailbox><t:EmailAddress>" + mailbox.userPrincipalName()
                + "</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>";
    }

    private static String id(SandboxMailbox mailbox, String folder) {
        return mailbox.wellKnownFolder(folder).ewsId();
    }

    private static void open(SandboxMailbox mailbox, SandboxMailbox user, boolean granted) {
        sandbox.tenant
                .directory()
                .setDelegate(mailbox.ownerId().toString(), user.ownerId().toString(), granted);
    }

    private static void assertFault(EwsClient.Reply reply, String code) {
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PrimarySmtpAddress", "SmtpAddress", "PrincipalName"})
    void applicationWithFullAccessImpersonatesEveryMailbox(String kind) {
        SandboxMessage message = sandbox.deliver(shared, "for the application");
        EwsClient client = impersonating(
                application(Permission.FULL_ACCESS_AS_APP),
                "<t:" + kind + ">" + shared.userPrincipalName() + "</t:" + kind + ">");

        assertThat(client.getFolder("IdOnly", INBOX).text()).contains(id(shared, "inbox"));
        assertThat(client.sync(INBOX, "", 10).itemIds()).containsExactly(message.itemId());
        assertThat(client.getItem(EwsClient.MIME, message.itemId()).codes()).containsExactly("NoError");
        assertThat(client.getFolder("IdOnly", "<t:FolderId Id=\"" + id(other, "inbox") + "\"/>")
                        .codes())
                .containsExactly("ErrorFolderNotFound");
    }

    @Test
    void applicationMustImpersonate() {
        sandbox.tenant.log().reset();

        assertFault(
                application(Permission.FULL_ACCESS_AS_APP).getFolder("IdOnly", INBOX), "ErrorImpersonationRequired");

        assertThat(sandbox.tenant.log().byMailbox()).containsOnlyKeys(RequestLog.NO_MAILBOX);
    }

    @Test
    void managementScopeOpensSingleMailboxesWithoutAnyRole() {
        String owner = shared.ownerId().toString();
        assertFault(impersonating(application(), shared).getFolder("IdOnly", INBOX), "ErrorImpersonateUserDenied");

        sandbox.tenant.directory().setRbac(app.clientId(), owner, Set.of(Permission.FULL_ACCESS_AS_APP));
        assertThat(impersonating(application(), shared)
                        .getFolder("IdOnly", INBOX)
                        .codes())
                .containsExactly("NoError");
        assertFault(impersonating(application(), other).getFolder("IdOnly", INBOX), "ErrorImpersonateUserDenied");

        sandbox.tenant.directory().setRbac(app.clientId(), owner, Set.of(Permission.MAIL_READ_ROLE));
        assertFault(impersonating(application(), shared).getFolder("IdOnly", INBOX), "ErrorImpersonateUserDenied");
    }

    @Test
    void unknownAddressHasNoMailbox() {
        EwsClient client = impersonating(
                application(Permission.FULL_ACCESS_AS_APP),
                "<t:PrimarySmtpAddress>nobody@caravan.example</t:PrimarySmtpAddress>");

        assertFault(client.getFolder("IdOnly", INBOX), "ErrorNonExistentMailbox");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<t:SID>S-1-5-21</t:SID>",
                "<t:SmtpAddress>a@x.example</t:SmtpAddress><t:SmtpAddress>b@x.example</t:SmtpAddress>"
            })
    void impersonationThatNamesNobodyIsAWrongHeader(String connectingSid) {
        EwsClient client = impersonating(application(Permission.FULL_ACCESS_AS_APP), connectingSid);

        assertFault(client.getFolder("IdOnly", INBOX), "ErrorInvalidExchangeImpersonationHeaderData");
    }

    @Test
    void delegateReadsAnOpenMailboxByNameAndById() {
        open(shared, other, true);
        SandboxMessage message = sandbox.deliver(shared, "for the team");
        EwsClient client = sandbox.client(other);

        assertThat(client.getFolder("IdOnly", inboxOf(shared), INBOX).text())
                .contains(id(shared, "inbox"), id(other, "inbox"));
        String folder = "<t:FolderId Id=\"" + id(shared, "inbox") + "\"/>";
        EwsClient.Reply first = client.sync(folder, "", 10);
        assertThat(first.itemIds()).containsExactly(message.itemId());
        assertThat(client.getItem(EwsClient.MIME, message.itemId()).codes()).containsExactly("NoError");
        sandbox.deliver(shared, "later");
        String state = first.one(EwsClient.MESSAGES, "SyncState");
        assertThat(client.sync(folder, state, 10).itemIds()).hasSize(1);
    }

    @Test
    void mailboxClosedToADelegateHidesWhatItHolds() {
        open(shared, other, true);
        SandboxMessage message = sandbox.deliver(shared, "for the team");
        open(shared, other, false);
        EwsClient client = sandbox.client(other);

        assertThat(client.getFolder("IdOnly", inboxOf(shared), "<t:FolderId Id=\"" + id(shared, "inbox") + "\"/>")
                        .codes())
                .containsExactly("ErrorAccessDenied", "ErrorFolderNotFound");
        assertThat(client.getItem(EwsClient.ID_ONLY, message.itemId()).codes()).containsExactly("ErrorItemNotFound");
    }

    @Test
    void requestsCountAndFaultsStrikeForTheMailboxThatIsRead() {
        open(shared, other, true);
        sandbox.tenant
                .faults()
                .add(new Faults.Rule(
                        "ews:",
                        Optional.of(shared.ownerId().toString()),
                        0,
                        2,
                        EwsFaults.soapFault("ErrorServerBusy")));
        sandbox.tenant.log().reset();
        EwsClient delegate = sandbox.client(other);

        assertThat(delegate.getFolder("IdOnly", INBOX).codes()).containsExactly("NoError");
        assertFault(delegate.getFolder("IdOnly", inboxOf(shared)), "ErrorServerBusy");
        assertFault(
                impersonating(application(Permission.FULL_ACCESS_AS_APP), shared)
                        .getFolder("IdOnly", INBOX),
                "ErrorServerBusy");

        assertThat(sandbox.tenant.log().byMailbox())
                .containsEntry(other.ownerId().toString(), Map.of("ews:GetFolder", 1L))
                .containsEntry(shared.ownerId().toString(), Map.of("ews:GetFolder", 2L));
    }

    @Test
    void challengedTokenIsToldTheClaimsThatTheNextOneMustCarry() throws Exception { // F29
        sandbox.tenant.directory().adminConsent(app.clientId(), Set.of(Permission.FULL_ACCESS_AS_APP));
        String first = clientCredentials("{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}");
        assertThat(statusWith(first)).isEqualTo(200);

        sandbox.tenant.authority().challenge(sandbox.tenant.directory().servicePrincipalId(app.clientId()), false);
        EwsClient.Reply challenged = replyTo(first);

        assertThat(challenged.status()).isEqualTo(401);
        Matcher claims = Pattern.compile(", error=\"insufficient_claims\", claims=\"([^\"]+)\"$")
                .matcher(challenged.header("WWW-Authenticate"));
        assertThat(claims.find()).isTrue();
        String wanted = new String(Base64.getDecoder().decode(claims.group(1)), StandardCharsets.UTF_8);
        assertThat(wanted).contains("\"nbf\"");
        assertThat(statusWith(clientCredentials(wanted))).isEqualTo(200);
    }

    @Test
    void tokensAskedForWithoutCp1AreNeverChallenged() { // F29
        EwsClient client = sandbox.client(other);
        sandbox.tenant.authority().challenge(other.ownerId().toString(), false);
        assertThat(client.getFolder("IdOnly", INBOX).status()).isEqualTo(200);

        sandbox.tenant.authority().revoke(other.ownerId().toString(), true);

        EwsClient.Reply revoked = client.getFolder("IdOnly", INBOX);
        assertThat(revoked.status()).isEqualTo(401);
        assertThat(revoked.header("WWW-Authenticate")).doesNotContain("claims");
    }

    private int statusWith(String token) {
        return replyTo(token).status();
    }

    private EwsClient.Reply replyTo(String token) {
        return impersonating(new EwsClient(sandbox.tenant.server().httpUrl(), token), shared)
                .getFolder("IdOnly", INBOX);
    }

    private String clientCredentials(String claims) throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id=" + app.clientId() + "&client_secret="
                + encoded(sandbox.tenant.options().clientSecret()) + "&scope="
                + encoded("https://outlook.office365.com/.default") + "&claims=" + encoded(claims);
        HttpRequest request = HttpRequest.newBuilder(sandbox.tenant
                        .server()
                        .httpUrl()
                        .resolve("/" + sandbox.tenant.directory().tenantId() + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return answer.replaceFirst("(?s).*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
