package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** Messages made, changed, moved, copied, deleted and sent through Graph, and what delta tells of it. */
class GraphWriteTest {
    private static final String ADA = "ada.sorensen@caravan.example";
    private static final String[] IMMUTABLE = {"Prefer", "IdType=\"ImmutableId\""};
    private static final String[] TEXT = {"Content-Type", "text/plain"};
    private static final String MIME = """
            From: %s
            To: Ada <ada.sorensen@caravan.example>
            Bcc: nobody@elsewhere.example
            Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
            X-Ticket: 4711
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; charset=utf-8

            Hello.
            --b
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename=x.bin
            Content-Transfer-Encoding: base64

            AAEC/w==
            --b--
            """;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults().withoutQuirks(), clock);

    @AfterEach
    void close() {
        graph.close();
    }

    private String path(SandboxMessage message) {
        return "/v1.0/me/messages/" + message.restId();
    }

    private String deltaLink() {
        return GraphFixture.end(graph.round(GraphFixture.INBOX_DELTA));
    }

    private SandboxMessage only(SandboxMailbox mailbox, String folder) {
        List<SandboxMessage> messages = mailbox.messages(mailbox.wellKnownFolder(folder));
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    @Test
    void theReadFlagIsAPartialRowInDelta() {
        SandboxMessage message = graph.deliver("Parcel");
        String link = deltaLink();

        Answer patched = graph.write("PATCH", path(message), "{\"isRead\":true}");

        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().path("isRead").asBoolean()).isTrue();
        JsonNode row = graph.get(link).json().path("value").path(0);
        assertThat(row.path("isRead").asBoolean()).isTrue();
        assertThat(row.has("subject")).isFalse();
    }

    @Test
    void marksAreSetTogetherAndTellOneUpdate() {
        SandboxMessage message = graph.deliver("Parcel");
        String link = deltaLink();

        Answer patched = graph.write("PATCH", path(message), """
                {"categories":["Red","Blue"],"importance":"high","inferenceClassification":"other",
                 "flag":{"flagStatus":"flagged","dueDateTime":{"dateTime":"2026-11-30T09:00:00","timeZone":"Europe/Berlin"}}}""");

        JsonNode json = patched.json();
        assertThat(json.path("categories")).hasSize(2);
        assertThat(json.path("importance").asText()).isEqualTo("high");
        assertThat(json.path("inferenceClassification").asText()).isEqualTo("other");
        assertThat(json.path("flag").path("dueDateTime").path("dateTime").asText())
                .isEqualTo("2026-11-30T08:00:00");
        JsonNode rows = graph.get(link).json().path("value");
        assertThat(rows).hasSize(1);
        assertThat(rows.path(0).path("flag").path("flagStatus").asText()).isEqualTo("flagged");
        assertThat(rows.path(0).path("@odata.etag").asText())
                .isEqualTo(json.path("@odata.etag").asText());
    }

    @Test
    void anUnknownOrReadOnlyPropertyAndAReceivedMessagesSubjectAreRefused() {
        SandboxMessage message = graph.deliver("Parcel");

        assertThat(graph.write("PATCH", path(message), "{\"colour\":1}").status())
                .isEqualTo(400);
        assertThat(graph.write("PATCH", path(message), "{\"receivedDateTime\":\"2026-01-01T00:00:00Z\"}")
                        .code())
                .isEqualTo("ErrorInvalidPropertySet");
        assertThat(graph.write("PATCH", path(message), "{\"isRead\":true,\"subject\":\"x\"}")
                        .code())
                .isEqualTo("ErrorInvalidPropertySet");
        assertThat(graph.write("PATCH", path(message), "no json").status()).isEqualTo(400);
        assertThat(graph.mailbox.findMessage(message.number()).orElseThrow().isRead())
                .isFalse();
    }

    @Test
    void anEtagThatIsNotTheNewestIsAConflict() {
        SandboxMessage message = graph.deliver("Parcel");
        String etag = "W/\"" + message.changeKey() + "\"";

        Answer first = graph.write("PATCH", path(message), "{\"isRead\":true}", "If-Match", etag);
        Answer second = graph.write("PATCH", path(message), "{\"isRead\":false}", "If-Match", etag);

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(412);
        assertThat(graph.write("DELETE", path(message), "", "If-Match", etag).status())
                .isEqualTo(412);
        assertThat(graph.write("PATCH", path(message), "{\"isRead\":false}", "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aMoveAnswersTheNewIdAndKeepsTheImmutableOne() {
        SandboxMessage message = graph.deliver("Parcel");
        String link = deltaLink();

        Answer moved = graph.write("POST", path(message) + "/move", "{\"destinationId\":\"archive\"}");

        assertThat(moved.status()).isEqualTo(201);
        String newId = moved.json().path("id").asText();
        assertThat(newId).isNotEqualTo(message.restId());
        assertThat(graph.get("/v1.0/me/messages/" + message.restId()).status()).isEqualTo(404);
        assertThat(graph.get("/v1.0/me/messages/" + message.immutableId(), IMMUTABLE)
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo(message.immutableId());
        assertThat(graph.get(link)
                        .json()
                        .path("value")
                        .path(0)
                        .path("@removed")
                        .path("reason")
                        .asText())
                .isEqualTo("deleted");
        List<JsonNode> archived = GraphFixture.rows(graph.round("/v1.0/me/mailFolders/archive/messages/delta"));
        assertThat(archived).extracting(row -> row.path("id").asText()).containsExactly(newId);
    }

    @Test
    void aCopyIsAMessageOfItsOwn() {
        SandboxMessage message = graph.deliver("Parcel");

        Answer copied = graph.write("POST", path(message) + "/copy", "{\"destinationId\":\"archive\"}", IMMUTABLE);

        assertThat(copied.status()).isEqualTo(201);
        assertThat(copied.json().path("id").asText()).isNotEqualTo(message.immutableId());
        assertThat(only(graph.mailbox, "archive").subject()).isEqualTo("Parcel");
        assertThat(only(graph.mailbox, "inbox").number()).isEqualTo(message.number());
    }

    @Test
    void aMoveNeedsADestinationThatIsThere() {
        SandboxMessage message = graph.deliver("Parcel");

        assertThat(graph.write("POST", path(message) + "/move", "{}").status()).isEqualTo(400);
        assertThat(graph.write("POST", path(message) + "/move", "{\"destinationId\":\"nowhere\"}")
                        .code())
                .isEqualTo("ErrorInvalidIdMalformed");
        SandboxFolder gone = graph.mailbox.addFolder(graph.mailbox.wellKnownFolder("inbox"), "Gone");
        graph.mailbox.purge(gone);
        assertThat(graph.write("POST", path(message) + "/move", "{\"destinationId\":\"" + gone.restId() + "\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void deletingMovesToDeletedItemsAndPermanentlyIsForGood() {
        SandboxMessage message = graph.deliver("Parcel");
        String link = deltaLink();

        assertThat(graph.write("DELETE", path(message), "").status()).isEqualTo(204);

        SandboxMessage binned = only(graph.mailbox, "deleteditems");
        assertThat(graph.get(link)
                        .json()
                        .path("value")
                        .path(0)
                        .path("@removed")
                        .path("reason")
                        .asText())
                .isEqualTo("changed");
        assertThat(graph.write("POST", path(binned) + "/permanentDelete", "").status())
                .isEqualTo(204);
        assertThat(graph.mailbox.deletedMessages()).hasSize(1);
    }

    @Test
    void aDraftIsWrittenChangedAndSentUnderOneImmutableId() {
        Answer made = graph.write("POST", "/v1.0/me/messages", """
                {"subject":"First","body":{"contentType":"html","content":"<p>Hello &amp; goodbye</p>"},
                 "toRecipients":[{"emailAddress":{"name":"Ada","address":"ada.sorensen@caravan.example"}}],
                 "internetMessageHeaders":[{"name":"x-ticket","value":"4711"}]}""", IMMUTABLE);
        String path = "/v1.0/me/messages/" + made.json().path("id").asText();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("isDraft").asBoolean()).isTrue();
        assertThat(graph.write("PATCH", path, "{\"subject\":\"Second\"}", IMMUTABLE)
                        .status())
                .isEqualTo(200);
        assertThat(graph.write("POST", path + "/send", "", IMMUTABLE).status()).isEqualTo(202);

        SandboxMessage sent = only(graph.mailbox, "sentitems");
        SandboxMessage arrived = only(graph.mailbox(ADA), "inbox");
        assertThat(sent.immutableId()).isEqualTo(made.json().path("id").asText());
        assertThat(sent.isDraft()).isFalse();
        assertThat(arrived.subject()).isEqualTo("Second");
        assertThat(arrived.isRead()).isFalse();
        assertThat(arrived.body().text()).contains("Hello & goodbye");
        assertThat(mime(arrived)).contains("x-ticket: 4711").contains("text/html");
        assertThat(graph.write("POST", path + "/send", "", IMMUTABLE).code()).isEqualTo("ErrorInvalidOperation");
    }

    @Test
    void sentMailReachesEveryRecipientOnceAndBccStaysWithTheSender() {
        Answer sent = graph.write("POST", "/v1.0/me/sendMail", """
                {"message":{"subject":"Minutes","body":{"contentType":"text","content":"See below."},
                 "toRecipients":[{"emailAddress":{"address":"ADA.sorensen@caravan.example"}},
                                 {"emailAddress":{"address":"someone@elsewhere.example"}}],
                 "bccRecipients":[{"emailAddress":{"address":"ada.sorensen@caravan.example"}}]}}""");

        assertThat(sent.status()).isEqualTo(202);
        assertThat(sent.raw().body()).isEmpty();
        SandboxMessage arrived = only(graph.mailbox(ADA), "inbox");
        assertThat(arrived.content().envelope().bcc()).isEmpty();
        assertThat(mime(arrived)).doesNotContain("Bcc:");
        assertThat(only(graph.mailbox, "sentitems").content().envelope().bcc()).hasSize(1);
    }

    @Test
    void sentMailNeedNotBeKept() {
        graph.write("POST", "/v1.0/me/sendMail", """
                {"message":{"subject":"Minutes",
                 "toRecipients":[{"emailAddress":{"address":"ada.sorensen@caravan.example"}}]},"saveToSentItems":false}""");

        assertThat(graph.mailbox.size()).isZero();
        assertThat(graph.mailbox(ADA).size()).isOne();
    }

    @Test
    void mimeIsSentAsItIsWritten() {
        String mime = MIME.formatted(graph.mailbox.userPrincipalName()).replace("\n", "\r\n");

        Answer sent = graph.write("POST", "/v1.0/me/sendMail", base64(mime), TEXT);

        assertThat(sent.status()).isEqualTo(202);
        SandboxMessage arrived = only(graph.mailbox(ADA), "inbox");
        assertThat(arrived.subject()).isEqualTo("Grüße");
        assertThat(arrived.body().text()).contains("Hello.");
        assertThat(arrived.attachments()).extracting(file -> file.name()).containsExactly("x.bin");
        assertThat(mime(arrived)).contains("X-Ticket: 4711").contains("AAEC/w==");
        assertThat(only(graph.mailbox, "sentitems").isRead()).isTrue();
    }

    @Test
    void mimeMakesADraftToo() {
        String mime = MIME.formatted(graph.mailbox.userPrincipalName());

        Answer made = graph.write("POST", "/v1.0/me/mailFolders/drafts/messages", base64(mime), TEXT);

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("isDraft").asBoolean()).isTrue();
        assertThat(made.json().path("hasAttachments").asBoolean()).isTrue();
        assertThat(made.json().path("bccRecipients")).hasSize(1);
    }

    @Test
    void brokenBase64AndMimeAreRefusedByName() {
        assertThat(graph.write("POST", "/v1.0/me/sendMail", "From: me", TEXT).code())
                .isEqualTo("ErrorMimeContentInvalidBase64String");
        assertThat(graph.write("POST", "/v1.0/me/sendMail", base64("\r\n\r\n"), TEXT)
                        .code())
                .isEqualTo("ErrorMimeContentInvalid");
    }

    @Test
    void nobodySendsAsSomebodyElseOrToNobody() {
        String message = "{\"message\":{\"from\":{\"emailAddress\":{\"address\":\"" + ADA
                + "\"}},\"toRecipients\":[{\"emailAddress\":{\"address\":\"" + ADA + "\"}}]}}";

        Answer asAda = graph.write("POST", "/v1.0/me/sendMail", message);
        Answer toNobody = graph.write("POST", "/v1.0/me/sendMail", "{\"message\":{\"subject\":\"x\"}}");

        assertThat(asAda.status()).isEqualTo(403);
        assertThat(asAda.code()).isEqualTo("ErrorSendAsDenied");
        assertThat(toNobody.code()).isEqualTo("ErrorInvalidRecipients");
        assertThat(graph.mailbox(ADA).size()).isZero();
    }

    @Test
    void writingNeedsTheScopeForIt() {
        SandboxMessage message = graph.deliver("Parcel");

        Answer read = graph.writeAs(graph.token(), "PATCH", path(message), "{\"isRead\":true}");
        Answer sent =
                graph.writeAs(graph.token(graph.user, Permission.MAIL_READ_WRITE), "POST", "/v1.0/me/sendMail", "{}");
        SandboxUser ada = graph.tenant.directory().findUser(ADA).orElseThrow();
        String other = "/v1.0/users/" + graph.user.objectId() + "/messages/" + message.restId();
        Answer delegate =
                graph.writeAs(graph.token(ada, Permission.MAIL_READ_WRITE), "PATCH", other, "{\"isRead\":true}");
        String application = graph.tenant
                .authority()
                .appOnlyToken(
                        graph.tenant.directory().appOnlyRegistration(),
                        Permission.GRAPH,
                        Set.of(Permission.MAIL_READ_WRITE_ROLE));

        assertThat(List.of(read.status(), sent.status(), delegate.status())).containsOnly(403);
        assertThat(read.code()).isEqualTo("ErrorAccessDenied");
        assertThat(graph.writeAs(application, "PATCH", other, "{\"isRead\":true}")
                        .status())
                .isEqualTo(200);
        Permission shared =
                Permission.find(Permission.GRAPH, "Mail.ReadWrite.Shared").orElseThrow();
        assertThat(graph.writeAs(graph.token(ada, shared), "PATCH", other, "{\"isRead\":false}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aMethodThatAResourceDoesNotKnowIsNotAllowed() {
        Answer refused = graph.write("PUT", "/v1.0/me/messages", "{}");

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).contains("GET, POST");
    }

    private static String mime(SandboxMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            message.writeMime(out, 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
