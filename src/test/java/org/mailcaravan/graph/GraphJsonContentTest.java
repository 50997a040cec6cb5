package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.graph.GraphFixture.refused;
import static org.mailcaravan.graph.GraphFixture.wanted;
import static org.mailcaravan.testing.ScriptedHttpServer.cut;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Messages as JSON: from the listing where it carries them, attachments by one request, large ones streamed (wire sheet 2.4, 2.5). */
class GraphJsonContentTest {
    private static final String PLAIN =
            "{\"@odata.type\":\"#microsoft.graph.message\",\"id\":\"m1\",\"hasAttachments\":false,"
                    + "\"body\":{\"contentType\":\"text\",\"content\":\"hello\"},\"fieldOfTomorrow\":{\"a\":[1,null]}}";
    private static final String ATTACHED = PLAIN.replace("\"hasAttachments\":false", "\"hasAttachments\":true");

    private final GraphFixture graph = new GraphFixture();
    private final GraphFixture.Received received = new GraphFixture.Received();
    private final Map<String, ScriptedHttpServer.Answer> byTarget = new ConcurrentHashMap<>();
    private final WantedMessage message = wanted("m1");

    @BeforeEach
    void answerByTarget() {
        graph.server.otherwise(exchange -> byTarget.getOrDefault(
                        exchange.getRequestURI().toString().replaceFirst("^/v1.0/me/", ""),
                        refused(404, "ErrorItemNotFound"))
                .to(exchange));
    }

    @AfterEach
    void close() {
        graph.close();
        assertThat(received.open).hasValue(0);
    }

    private void fetch(MessageContent content) {
        graph.source(content).fetchContent(graph.mailbox, List.of(message), received);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(received.json.get(message.key()));
    }

    private static String file(String id, String bytes) {
        return "{\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"id\":\"" + id + "\",\"name\":\"x.pdf\""
                + (bytes.isEmpty() ? "" : ",\"contentBytes\":\"" + bytes + "\"") + "}";
    }

    private static ScriptedHttpServer.Answer rows(String... rows) {
        return ScriptedHttpServer.json("{\"value\":[" + String.join(",", rows) + "]}");
    }

    @Test
    void whatTheListingShowedCostsNoRequestAndKeepsUnknownFields() throws IOException {
        received.listed.put(message.key(), PLAIN);

        fetch(MessageContent.JSON);

        assertThat(graph.server.asked()).isEmpty();
        assertThat(json()).isEqualTo(new ObjectMapper().readTree(PLAIN));
        assertThat(received.metadata.get(message.key()))
                .contains("fieldOfTomorrow")
                .doesNotContain("hello");
        assertThat(received.mime.get(message.key())).isEmpty();
    }

    @Test
    void whatIsNoLongerAtHandOrDamagedIsAskedFor() throws IOException {
        received.listed.put(message.key(), "{\"id\":");
        byTarget.put(
                "messages/m1?" + GraphMailSource.SELECT_WHOLE,
                ScriptedHttpServer.json(
                        PLAIN.replace("{\"@odata.type\"", "{\"@odata.context\":\"c\",\"@odata.type\"")));

        fetch(MessageContent.JSON);

        assertThat(json()).isEqualTo(new ObjectMapper().readTree(PLAIN));
    }

    @Test
    void attachmentsComeByOneRequest() throws IOException {
        received.listed.put(message.key(), ATTACHED);
        byTarget.put("messages/m1/attachments", rows(file("a1", "QUJD"), file("a2", "REVG")));

        fetch(MessageContent.JSON);

        assertThat(graph.server.asked()).hasSize(1);
        assertThat(json().path("attachments").findValuesAsText("contentBytes")).containsExactly("QUJD", "REVG");
    }

    @Test
    void inlineImagesAreKnownByTheBodyThatShowsThem() throws IOException {
        received.listed.put(message.key(), PLAIN.replace("hello", "<img src='cid:logo'>"));
        byTarget.put("messages/m1/attachments", rows(file("a1", "QUJD")));

        fetch(MessageContent.JSON);

        assertThat(json().path("attachments")).hasSize(1);
    }

    @Test
    void largeAttachmentsAreStreamedOneByOne() throws IOException {
        byte[] bytes = new byte[(int) MessageJson.MOST_CHARACTERS];
        Arrays.fill(bytes, (byte) 'x');
        received.listed.put(message.key(), ATTACHED);
        byTarget.put("messages/m1/attachments", rows(file("a1", "QUJD".repeat(2_000_000))));
        byTarget.put(
                "messages/m1/attachments?$select=id,name,contentType,size,isInline,lastModifiedDateTime&$top=1000",
                rows(file("a1", ""), file("a2", "")));
        byTarget.put("messages/m1/attachments/a1/$value", status(200, "application/pdf", new String(bytes)));
        byTarget.put("messages/m1/attachments/a2/$value", status(200, "application/pdf", "ABC"));

        fetch(MessageContent.JSON);

        JsonNode attachments = json().path("attachments");
        assertThat(attachments.get(0).path("contentBytes").binaryValue()).isEqualTo(bytes);
        assertThat(attachments.get(1).path("contentBytes").asText()).isEqualTo("QUJD");
    }

    @Test
    void itemAttachmentsAreShownWithWhatIsInThem() throws IOException {
        String item = "{\"@odata.type\":\"#microsoft.graph.itemAttachment\",\"id\":\"i1\",\"name\":\"fwd\"}";
        received.listed.put(message.key(), ATTACHED);
        byTarget.put("messages/m1/attachments", rows(item, item.replace("i1", "i2")));
        byTarget.put(
                "messages/m1/attachments/i1?$expand=microsoft.graph.itemattachment/item",
                ScriptedHttpServer.json(
                        item.replace("}", ",\"@odata.context\":\"c\",\"item\":{\"subject\":\"inner\"}}")));

        fetch(MessageContent.JSON);

        assertThat(json().path("attachments")
                        .get(0)
                        .path("item")
                        .path("subject")
                        .asText())
                .isEqualTo("inner");
        assertThat(json().path("attachments").get(0).has("@odata.context")).isFalse();
        assertThat(json().path("attachments").get(1).path("id").asText())
                .as("Graph cannot show it")
                .isEqualTo("i2");
    }

    @Test
    void cutAttachmentsAreNeverStaged() { // F23
        received.listed.put(message.key(), ATTACHED);
        byTarget.put("messages/m1/attachments", cut("application/json", "{\"value\":[" + file("a1", "QUJD")));
        byTarget.put("mailFolders/inbox?$select=id", ScriptedHttpServer.json("{\"id\":\"I\"}"));

        fetch(MessageContent.JSON);

        assertThat(received.metadata).isEmpty();
        assertThat(received.failed).containsKey(message.key());
    }

    @Test
    void aMessageThatIsGoneHasVanished() { // F28
        received.listed.put(message.key(), ATTACHED);

        fetch(MessageContent.JSON);

        assertThat(received.vanished).containsKey(message.key());
        assertThat(received.metadata).isEmpty();
    }

    @Test
    void bothFormsAreReadTogether() throws IOException {
        received.listed.put(message.key(), PLAIN);
        byTarget.put("messages/m1/$value", status(200, "text/plain", "From: a@b\r\n\r\nhello"));

        fetch(MessageContent.BOTH);

        assertThat(json().path("id").asText()).isEqualTo("m1");
        assertThat(received.mime.get(message.key())).endsWith("hello");
    }

    @Test
    void listingsAskForBodiesOnlyIfTheyAreWanted() {
        graph.server.otherwise(ScriptedHttpServer.json(GraphFixture.page(
                GraphFixture.row("m1").replaceFirst("\\{", "{\"body\":{\"content\":\"x\"},"),
                "deltaLink",
                graph.root + "/me/d")));

        var page = graph.source(MessageContent.JSON)
                .fetchPage(graph.mailbox, GraphFixture.INBOX, java.util.Optional.empty());

        assertThat(graph.server.asked().get(0).target()).endsWith("?" + GraphMailSource.SELECT_WHOLE);
        assertThat(page.messages().get(0).whole().orElseThrow())
                .contains("\"body\"")
                .doesNotContain("odata");
        assertThat(page.messages().get(0).metadata().orElseThrow()).doesNotContain("body");
    }
}
