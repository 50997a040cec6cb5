package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** Tokens, HTTP headers and the form of requests: what happens before an operation runs. */
class EwsFrontDoorTest {
    private static final String INBOX = distinguished("inbox");

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void graphTokenIsRefusedForItsAudience() {
        String token = sandbox.token(mailbox, Permission.GRAPH, Set.of(Permission.MAIL_READ));

        EwsClient.Reply reply =
                client.header("Authorization", "Bearer " + token).getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate"))
                .startsWith("Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", trusted_issuers=")
                .contains("authorization_uri=")
                .endsWith("error=\"invalid_token\"");
        assertThat(reply.header("x-ms-diagnostics"))
                .startsWith("2000003;reason=\"The audience claim value is invalid")
                .endsWith("error_category=\"invalid_resource\"");
    }

    @Test
    void expiredTokenIsRefused() {
        client.getFolder("IdOnly", INBOX);
        sandbox.clock.advance(Duration.ofHours(1));

        EwsClient.Reply reply = client.getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("x-ms-diagnostics")).contains("error_category=\"token_expired\"");
    }

    @Test
    void requestWithoutTokenIsChallengedWithoutDiagnostics() {
        EwsClient.Reply reply = client.header("Authorization", "Basic dTpw").getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer ").doesNotContain("error=");
        assertThat(reply.header("x-ms-diagnostics")).isEmpty();
    }

    @Test
    void foreignSignatureIsRefused() {
        String token = sandbox.token(mailbox);
        String tampered = token.substring(0, token.length() - 8) + "AAAAAAAA";

        EwsClient.Reply reply =
                client.header("Authorization", "Bearer " + tampered).getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("x-ms-diagnostics")).contains("invalid_signature");
    }

    @Test
    void missingScopeIsForbiddenWithoutAPolicyReason() {
        String token = sandbox.token(mailbox, Permission.EXCHANGE, Set.of());

        EwsClient.Reply reply =
                client.header("Authorization", "Bearer " + token).getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.header("X-EWS-Policy-Reason")).isEmpty();
    }

    @Test
    void everyRequestIsCountedByOperationAndMailbox() {
        String owner = mailbox.ownerId().toString();

        client.getFolder("IdOnly", INBOX);
        client.getItem(EwsClient.ID_ONLY, "broken");
        client.post("<not-soap/>");
        client.call("<m:ExportItems/>");

        assertThat(sandbox.tenant.log().byMailbox().get(owner))
                .containsEntry("ews:GetFolder", 1L)
                .containsEntry("ews:GetItem", 1L)
                .containsEntry("ews:unreadable", 1L)
                .containsEntry("ews:unknown", 1L);
    }

    @Test
    void answersCarryIdsForTracingAndTheServersVersion() {
        EwsClient.Reply reply = client.header("client-request-id", "my-own-id").getFolder("IdOnly", INBOX);

        assertThat(reply.header("request-id")).matches("[0-9a-f-]{36}");
        assertThat(reply.header("client-request-id")).isEqualTo("my-own-id");
        assertThat(reply.header("Content-Type")).isEqualTo("text/xml; charset=utf-8");
        assertThat(reply.all(TYPES, "ServerVersionInfo").get(0).getAttribute("MajorVersion"))
                .isEqualTo("15");
        assertThat(reply.headers().firstValue("Content-Length")).isEmpty();
    }

    @Test
    void answersAreCompressedForClientsThatAcceptIt() {
        EwsClient.Reply plain = client.getFolder("IdOnly", INBOX);
        EwsClient.Reply packed =
                client.header("Accept-Encoding", "gzip, deflate").getFolder("IdOnly", INBOX);

        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.codes()).containsExactly("NoError");
    }

    @Test
    void compressionCanBeSwitchedOff() throws IOException {
        try (EwsTenant quiet = EwsTenant.start(new EwsSettings(false, 27))) {
            EwsClient.Reply reply = quiet.client(quiet.newMailbox())
                    .header("Accept-Encoding", "gzip")
                    .getFolder("IdOnly", INBOX);

            assertThat(reply.header("Content-Encoding")).isEmpty();
            assertThat(reply.codes()).containsExactly("NoError");
        }
    }

    @Test
    void consecutiveAnswersUseDifferentPrefixesForTheSameNames() {
        List<EwsClient.Reply> replies = IntStream.range(0, 4)
                .mapToObj(i -> client.getFolder("Default", INBOX))
                .toList();

        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.one(TYPES, "DisplayName")).isEqualTo("Inbox"));
        assertThat(replies.stream()
                        .map(reply -> reply.document().getDocumentElement().getPrefix()))
                .contains("s", "soap");
        assertThat(replies.stream().map(EwsClient.Reply::text))
                .anySatisfy(text -> assertThat(text).contains("<m:GetFolderResponse"))
                .anySatisfy(text -> assertThat(text).contains("<GetFolderResponse"))
                .anySatisfy(text -> assertThat(text).contains("<DisplayName"));
    }

    @Test
    void onlyXmlByPostIsServed() {
        HttpRequest.Builder get = HttpRequest.newBuilder(client.url).GET();

        assertThat(client.send(get).status()).isEqualTo(405);
        assertThat(client.header("Content-Type", "application/json").post("{}").status())
                .isEqualTo(415);
    }

    @Test
    void wrongElementOrderIsASchemaErrorWithItsPlace() {
        EwsClient.Reply reply = client.call("<m:SyncFolderItems>" + EwsClient.ID_ONLY
                + "<m:MaxChangesReturned>10</m:MaxChangesReturned>\n<m:SyncFolderId>" + INBOX
                + "</m:SyncFolderId></m:SyncFolderItems>");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorSchemaValidation");
        assertThat(reply.one("", "faultcode")).isEqualTo("a:ErrorSchemaValidation");
        assertThat(reply.one(TYPES, "LineNumber")).isEqualTo("4");
        assertThat(Integer.parseInt(reply.one(TYPES, "LinePosition"))).isPositive();
        assertThat(reply.one(TYPES, "Violation"))
                .contains("has invalid child element 'MaxChangesReturned'")
                .contains("expected: 'SyncFolderId'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<m:GetFolder><m:FolderIds><t:DistinguishedFolderId Id='inbox'/></m:FolderIds></m:GetFolder>",
                "<m:GetFolder><m:FolderShape><t:BaseShape>Everything</t:BaseShape></m:FolderShape>"
                        + "<m:FolderIds><t:DistinguishedFolderId Id='inbox'/></m:FolderIds></m:GetFolder>",
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
                        + "<m:FolderIds><t:DistinguishedFolderId Id='archive'/></m:FolderIds></m:GetFolder>",
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds/></m:GetFolder>",
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
                        + "<m:FolderIds><t:FolderId/></m:FolderIds></m:GetFolder>",
                "<m:GetItem><m:ItemShape><t:IncludeMimeContent>true</t:IncludeMimeContent>"
                        + "<t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
                        + "<m:ItemIds><t:ItemId Id='x'/></m:ItemIds></m:GetItem>",
                "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                        + "<t:FieldURI FieldURI='item:Nonsense'/></t:AdditionalProperties></m:ItemShape>"
                        + "<m:ItemIds><t:ItemId Id='x'/></m:ItemIds></m:GetItem>",
                "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                        + "<t:FieldURI FieldURI='item:Subject'/></t:AdditionalProperties>"
                        + "<t:BodyType>Text</t:BodyType></m:ItemShape>"
                        + "<m:ItemIds><t:ItemId Id='x'/></m:ItemIds></m:GetItem>",
                "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>"
                        + "<t:DistinguishedFolderId Id='inbox'/></m:SyncFolderId>"
                        + "<m:MaxChangesReturned>513</m:MaxChangesReturned></m:SyncFolderItems>",
                "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>"
                        + "<t:DistinguishedFolderId Id='inbox'/></m:SyncFolderId></m:SyncFolderItems>",
                "<m:FindFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:ParentFolderIds>"
                        + "<t:DistinguishedFolderId Id='inbox'/></m:ParentFolderIds></m:FindFolder>",
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>"
                        + "<m:DistinguishedFolderId Id='inbox'/></m:FolderIds></m:GetFolder>"
            })
    void requestsOutsideTheSchemaAreFaults(String operation) {
        EwsClient.Reply reply = client.call(operation);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorSchemaValidation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<x/>",
                "no xml at all",
                "<!DOCTYPE x [<!ENTITY a SYSTEM \"http://127.0.0.1:9/\">]><x>&a;</x>",
                "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
                "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><"
            })
    void whatIsNoSoapIsASchemaError(String body) {
        assertThat(client.post(body).faultCode()).isEqualTo("ErrorSchemaValidation");
    }

    @Test
    void deeplyNestedRequestIsRefused() {
        assertThat(client.post("<a>".repeat(20_000)).faultCode()).isEqualTo("ErrorSchemaValidation");
    }

    @Test
    void requestsOver400KilobytesAreRefused() {
        String padding = " ".repeat(RequestParser.LIMIT_BYTES);

        assertThat(client.call("<m:GetFolder>" + padding + "</m:GetFolder>").faultCode())
                .isEqualTo("ErrorRequestStreamTooBig");
    }

    @Test
    void unknownServerVersionIsAFault() {
        EwsClient.Reply reply = client.soapHeader("<t:RequestServerVersion Version=\"Exchange2099\"/>")
                .getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorInvalidServerVersion");
    }

    @Test
    void delegatedTokenCannotImpersonate() {
        EwsClient.Reply reply = client.soapHeader("<t:RequestServerVersion Version=\"Exchange2013_SP1\"/>"
                        + "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>x@caravan.example"
                        + "</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>")
                .getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorImpersonateUserDenied");
    }

    @Test
    void operationsOutsideTheSandboxAreRefusedByName() {
        EwsClient.Reply reply = client.call("<m:SendItem SaveItemToFolder=\"true\"/>");

        assertThat(reply.faultCode()).isEqualTo("ErrorInvalidRequest");
    }

    @Test
    void mailboxesOfOthersAreClosed() {
        SandboxMailbox other = sandbox.newMailbox();
        String of = "<t:DistinguishedFolderId Id=\"inbox\"><t:Mailbox><t:EmailAddress>%s</t:EmailAddress></t:Mailbox>"
                + "</t:DistinguishedFolderId>";

        EwsClient.Reply reply = client.getFolder(
                "IdOnly",
                of.formatted(mailbox.userPrincipalName().toUpperCase(Locale.ROOT)),
                of.formatted(other.userPrincipalName()),
                of.formatted("nobody@caravan.example"),
                "<t:FolderId Id=\"" + other.wellKnownFolder("inbox").ewsId() + "\"/>");

        assertThat(reply.codes())
                .containsExactly("NoError", "ErrorAccessDenied", "ErrorNonExistentMailbox", "ErrorFolderNotFound");
    }

    @Test
    void moreThanTheAllowedRequestsAtOnceAreRefused() throws Exception {
        try (EwsTenant narrow = EwsTenant.start(new EwsSettings(false, 1))) {
            SandboxMailbox crowded = narrow.newMailbox();
            String large = crowded.deliver(
                            crowded.wellKnownFolder("inbox"),
                            narrow.mail("large", Optional.of(new ComposedMail.AttachedFile("l.zip", 25_000_000))))
                    .itemId();
            EwsClient busy = narrow.client(crowded);

            try (var body = busy.stream(EwsClient.getItemRequest(EwsClient.MIME, large))) {
                body.read();
                EwsClient.Reply second = busy.getFolder("IdOnly", INBOX);
                EwsClient.Reply elsewhere = narrow.client(narrow.newMailbox()).getFolder("IdOnly", INBOX);

                assertThat(second.status()).isEqualTo(500);
                assertThat(second.faultCode()).isEqualTo("ErrorExceededConnectionCount");
                assertThat(elsewhere.codes()).containsExactly("NoError");
            }
        }
    }

    @Test
    void userWithoutMailboxIsTold() {
        SandboxMailbox elsewhere =
                new SandboxMailboxes(sandbox.clock).add(UUID.randomUUID(), "nomail@caravan.example", "No Mail");

        EwsClient.Reply reply = sandbox.client(elsewhere).getFolder("IdOnly", INBOX);

        assertThat(reply.faultCode()).isEqualTo("ErrorNonExistentMailbox");
        assertThat(reply.texts(MESSAGES, "ResponseCode")).isEmpty();
    }
}
