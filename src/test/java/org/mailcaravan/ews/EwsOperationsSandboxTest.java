package org.mailcaravan.ews;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Payload;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The operations of the producer at the sandbox tenant, which was written apart from them. */
class EwsOperationsSandboxTest {
    private static final String INNER = "From: Eve <eve@elsewhere.example>\r\nSubject: Inner\r\n"
            + "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nContent-Type: text/plain\r\n\r\nInner words\r\n";

    private final SandboxFixture sandbox = new SandboxFixture();

    @AfterEach
    void close() {
        sandbox.close();
    }

    private Exchange ask(String uri, Map<String, Object> headers) {
        return sandbox.ask(uri, null, headers);
    }

    private JsonNode json(String uri, Map<String, Object> headers) {
        return json(ask(uri, headers));
    }

    private static JsonNode json(Exchange exchange) {
        try {
            return new ObjectMapper().readTree(exchange.getMessage().getBody(String.class));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> item(SandboxMessage message) {
        return Map.of(EwsConstants.ITEM_ID, message.itemId());
    }

    private static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.path("value").forEach(row -> texts.add(row.path(field).asText()));
        return texts;
    }

    @Test
    void foldersAreListedFoundAndFollowed() {
        SandboxFolder inbox = sandbox.theirs.wellKnownFolder("inbox");
        Exchange before = ask("syncFolders", Map.of());
        SandboxFolder projects = sandbox.theirs.addFolder(inbox, "Projects");
        SandboxFolder year = sandbox.theirs.addFolder(projects, "2026");

        JsonNode shallow = json("listFolders?folder=inbox", Map.of());
        JsonNode deep = json("listFolders?folder=inbox&recursive=true", Map.of());
        JsonNode one = json("getFolder", Map.of(EwsConstants.FOLDER, year.ewsId()));
        Exchange after = ask(
                "syncFolders",
                Map.of(EwsConstants.SYNC_STATE, before.getMessage().getHeader(EwsConstants.SYNC_STATE)));

        assertThat(texts(shallow, "displayName")).containsExactly("Projects");
        assertThat(texts(deep, "displayName")).containsExactlyInAnyOrder("Projects", "2026");
        assertThat(one.path("parentFolderId").asText()).isEqualTo(projects.ewsId());
        assertThat(texts(json(before), "displayName")).contains(inbox.displayName());
        assertThat(texts(json(after), "displayName")).containsExactlyInAnyOrder("Projects", "2026");
    }

    @Test
    void messagesAreFoundPageByPageNewestFirst() {
        for (int i = 0; i < 5; i++) {
            sandbox.deliver("Parcel " + i);
        }
        SandboxMessage other = sandbox.deliver("Something else");
        sandbox.theirs.setRead(other.number(), true);

        List<String> subjects = new ArrayList<>();
        Map<String, Object> headers = Map.of();
        do {
            Exchange page = ask("listMessages?top=2&isRead=false&subject=PARCEL&receivedFrom=2026-11-24", headers);
            subjects.addAll(texts(json(page), "subject"));
            headers = page.getMessage().getHeaders();
        } while (headers.containsKey(EwsConstants.NEXT_LINK));

        assertThat(subjects).containsExactly("Parcel 4", "Parcel 3", "Parcel 2", "Parcel 1", "Parcel 0");
        assertThat(texts(json("listMessages?receivedBefore=2026-11-24", Map.of()), "subject"))
                .isEmpty();
        assertThat(texts(json("listMessages?isRead=true", Map.of()), "subject")).containsExactly("Something else");
    }

    @Test
    void aMessageIsReadAsJsonAndAsMime() {
        SandboxMessage message = sandbox.deliver("Gr\u00fc\u00dfe");

        JsonNode json = json("getMessage?internetMessageHeaders=true", item(message));
        String mime = ask("getMime", item(message)).getMessage().getBody(String.class);

        assertThat(json.path("subject").asText()).isEqualTo("Gr\u00fc\u00dfe");
        assertThat(json.path("body").path("content").asText()).contains("Hello");
        assertThat(json.path("from").path("emailAddress").path("address").asText())
                .isEqualTo("ada@elsewhere.example");
        assertThat(json.path("isRead").asBoolean(true)).isFalse();
        assertThat(mime).contains("Subject: ", "Hello");
    }

    @Test
    void attachmentsOfEveryKindAreRead() {
        SandboxMessage message = sandbox.theirs.deliver(
                sandbox.theirs.wellKnownFolder("inbox"),
                MailDraft.from(
                                new MailAddress("Ada", "ada@elsewhere.example"),
                                EwsFixture.NOW,
                                Optional.of("<outer@elsewhere.example>"))
                        .with(FilePart.file("a.txt", "text/plain", Payload.of("file bytes"), false, Optional.of("c")))
                        .with(FilePart.message("Inner", INNER.getBytes(UTF_8)))
                        .with(FilePart.reference("Plan.docx")));

        JsonNode list = json("listAttachments", item(message));
        List<String> ids = texts(list, "id");

        assertThat(texts(list, "@odata.type"))
                .containsExactly(
                        "#microsoft.graph.fileAttachment",
                        "#microsoft.graph.itemAttachment",
                        "#microsoft.graph.referenceAttachment");
        assertThat(content(ids.get(0))).isEqualTo("file bytes");
        assertThat(content(ids.get(1))).contains("Subject: Inner", "Inner words");
        assertThat(attachment(ids.get(1)).path("item").path("subject").asText()).isEqualTo("Inner");
        assertThat(attachment(ids.get(2)).path("sourceUrl").asText()).startsWith("https://");
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> content(ids.get(2))))
                .hasMessageContaining("no content");
    }

    private String content(String id) {
        return ask("getAttachmentContent", Map.of(EwsConstants.ATTACHMENT_ID, id))
                .getMessage()
                .getBody(String.class);
    }

    private JsonNode attachment(String id) {
        return json("getAttachment", Map.of(EwsConstants.ATTACHMENT_ID, id));
    }

    @Test
    void aMessageIsMarkedCopiedMovedAndDeleted() { // F50
        SandboxMessage message = sandbox.deliver("Parcel");

        ask("updateMessage?isRead=true&flag=flagged&importance=high&categories=Red,Blue", item(message));
        Exchange copied = ask("copyMessage?destination=sentitems", item(message));
        Exchange moved = ask("moveMessage?destination=junkemail", item(message));

        SandboxMessage now = sandbox.now(message);
        assertThat(now.isRead()).isTrue();
        assertThat(now.marks().categories()).containsExactly("Red", "Blue");
        assertThat(now.folder()).isEqualTo(sandbox.theirs.wellKnownFolder("junkemail"));
        assertThat(moved.getMessage().getHeader(EwsConstants.ITEM_ID))
                .isEqualTo(now.itemId())
                .isNotEqualTo(message.itemId());
        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("sentitems")))
                .singleElement()
                .satisfies(copy -> assertThat(json(copied).path("id").asText()).isEqualTo(copy.itemId()));
        assertThat(catchThrowableOfType(EwsOperationException.class, () -> ask("getMime", item(message)))
                        .code())
                .isEqualTo("ErrorItemNotFound");

        ask("deleteMessage", item(now));
        assertThat(sandbox.now(message).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("deleteditems"));
        ask("permanentDelete", item(sandbox.now(message)));
        assertThat(sandbox.theirs.findMessage(message.number())).isEmpty();
    }

    @Test
    void idsAreConvertedThereAndBack() {
        SandboxMessage message = sandbox.deliver("Parcel");

        JsonNode hex = json(sandbox.ask("convertIds", List.of(message.itemId()), Map.of()));
        String entry = hex.path("value").get(0).path("targetId").asText();
        JsonNode back = json(sandbox.ask(
                "convertIds?sourceIdType=HexEntryId&targetIdType=EwsId", List.of(entry, "no id"), Map.of()));

        assertThat(entry).matches("[0-9A-F]+");
        assertThat(back.path("value").get(0).path("targetId").asText()).isEqualTo(message.itemId());
        assertThat(back.path("value").get(1).path("errorDetails").path("code").asText())
                .startsWith("Error");
    }

    /** Hybrid modern authentication: the organisation's own server, found by a redirect of Exchange Online's Autodiscover, takes tokens of its own name. */
    @Test
    void aMailboxOnPremisesIsFoundByAutodiscoverAndReadWithTokensForItsServer() {
        sandbox.mailboxes.setOnPremises(sandbox.theirs, true);
        SandboxMessage message = sandbox.deliver("Parcel");
        EwsComponent component = sandbox.producer.component();
        component.setAutodiscover("http://127.0.0.1:" + sandbox.url().getPort());
        component.setAutodiscoverHosts("localhost");

        sandbox.audience = Permission.EXCHANGE;
        assertThatThrownBy(() -> ask("getMime", item(message)))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("ews.resource");
        sandbox.audience = Permission.EXCHANGE_SERVER;
        String mime = ask("getMime", item(message)).getMessage().getBody(String.class);

        assertThat(mime).contains("Subject: Parcel");
    }

    @Test
    void aSiteThatIsNotAllowedGetsNoToken() {
        sandbox.mailboxes.setOnPremises(sandbox.theirs, true);
        sandbox.producer
                .component()
                .setAutodiscover("http://127.0.0.1:" + sandbox.url().getPort());

        assertThatThrownBy(() -> ask("listFolders", Map.of()))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("localhost");
        assertThat(sandbox.tenant.log().byKind().keySet()).noneMatch(kind -> kind.startsWith("ews:"));
    }

    /** The sandbox holds each request against its own table of Microsoft's schema before it does anything. */
    @Test
    void noRequestThatTheRoomCanWriteBreaksTheSchema() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        Set<String> bodies = new HashSet<>();
        for (EwsRequest request : new EveryRequest().examples()) {
            String envelope = new String(request.envelope(), UTF_8);
            if (!bodies.add(envelope.substring(envelope.indexOf("<s:Body>")))) {
                continue; // the same to another mailbox
            }
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(sandbox.url())
                            .header("Authorization", "Bearer " + sandbox.token().value())
                            .header("Content-Type", "text/xml; charset=utf-8")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request.envelope()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.body())
                    .as(request.toString())
                    .contains("ResponseCode")
                    .doesNotContain("ErrorSchemaValidation", "ErrorInvalidRequest", "ErrorInvalidOperation");
        }
    }
}
