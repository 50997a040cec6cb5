package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.ScriptedHttpServer.Asked;

/** The table of operations: what each of them asks Graph for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphRequestsTest {
    private static final String ID = "AAMk-1_x=";

    private final GraphFixture graph = new GraphFixture();
    private final ProducerFixture producer = new ProducerFixture(graph.root, graph.tokens, graph.http, graph.mailbox);

    GraphRequestsTest() {
        graph.server.otherwise(ScriptedHttpServer.json("{\"id\":\"answered\"}"));
    }

    @AfterAll
    void close() {
        producer.close();
        graph.close();
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of("listFolders", Map.of(), null, "GET /me/mailFolders?includeHiddenFolders=true", null),
                Arguments.of(
                        "listFolders?folder=inbox&top=50",
                        Map.of(),
                        null,
                        "GET /me/mailFolders/inbox/childFolders?includeHiddenFolders=true&$top=50",
                        null),
                Arguments.of("getFolder?folder=inbox", Map.of(), null, "GET /me/mailFolders/inbox", null),
                Arguments.of(
                        "createFolder?name=Done",
                        Map.of(),
                        "ignored",
                        "POST /me/mailFolders",
                        "{\"displayName\":\"Done\"}"),
                Arguments.of(
                        "createFolder?name=Done",
                        Map.of(GraphConstants.FOLDER, "inbox"),
                        null,
                        "POST /me/mailFolders/inbox/childFolders",
                        "{\"displayName\":\"Done\"}"),
                Arguments.of(
                        "renameFolder?folder=F1&name=Old",
                        Map.of(GraphConstants.NAME, "New \"one\""),
                        null,
                        "PATCH /me/mailFolders/F1",
                        "{\"displayName\":\"New \\\"one\\\"\"}"),
                Arguments.of("deleteFolder?folder=F1", Map.of(), null, "DELETE /me/mailFolders/F1", null),
                Arguments.of(
                        "listMessages?folder=inbox&select=id,subject&filter=RAW(isRead eq false)&orderBy=receivedDateTime desc&top=7",
                        Map.of(),
                        null,
                        "GET /me/mailFolders/inbox/messages?$select=id%2Csubject&$filter=isRead%20eq%20false"
                                + "&$orderby=receivedDateTime%20desc&$top=7",
                        null),
                Arguments.of("getMessage", message(), null, "GET /me/messages/AAMk-1_x=", null),
                Arguments.of(
                        "createDraft",
                        Map.of(),
                        Map.of("subject", "Hello"),
                        "POST /me/messages",
                        "{\"subject\":\"Hello\"}"),
                Arguments.of(
                        "updateMessage?isRead=true&flag=complete&categories=Red, Blue",
                        message(),
                        "not looked at",
                        "PATCH /me/messages/AAMk-1_x=",
                        "{\"isRead\":true,\"flag\":{\"flagStatus\":\"complete\"},\"categories\":[\"Red\",\"Blue\"]}"),
                Arguments.of(
                        "updateMessage?isRead=true",
                        Map.of(
                                GraphConstants.MESSAGE_ID,
                                ID,
                                GraphConstants.IS_READ,
                                false,
                                GraphConstants.CATEGORIES,
                                List.of()),
                        null,
                        "PATCH /me/messages/AAMk-1_x=",
                        "{\"isRead\":false,\"categories\":[]}"),
                Arguments.of(
                        "updateMessage",
                        message(),
                        "{\"importance\":\"high\"}",
                        "PATCH /me/messages/AAMk-1_x=",
                        "{\"importance\":\"high\"}"),
                Arguments.of(
                        "moveMessage?destination=archive",
                        message(),
                        null,
                        "POST /me/messages/AAMk-1_x=/move",
                        "{\"destinationId\":\"archive\"}"),
                Arguments.of(
                        "copyMessage",
                        Map.of(GraphConstants.MESSAGE_ID, ID, GraphConstants.DESTINATION, "F2"),
                        null,
                        "POST /me/messages/AAMk-1_x=/copy",
                        "{\"destinationId\":\"F2\"}"),
                Arguments.of("deleteMessage", message(), null, "DELETE /me/messages/AAMk-1_x=", null),
                Arguments.of("permanentDelete", message(), null, "POST /me/messages/AAMk-1_x=/permanentDelete", ""),
                Arguments.of(
                        "listAttachments",
                        message(),
                        null,
                        "GET /me/messages/AAMk-1_x=/attachments?$select=id%2Cname%2CcontentType%2Csize%2CisInline%2ClastModifiedDateTime",
                        null),
                Arguments.of(
                        "getAttachment?attachmentId=a/b",
                        message(),
                        null,
                        "GET /me/messages/AAMk-1_x=/attachments/a%2Fb",
                        null),
                Arguments.of(
                        "addAttachment?name=a.txt&contentType=text/plain",
                        message(),
                        "abc",
                        "POST /me/messages/AAMk-1_x=/attachments",
                        "{\"name\":\"a.txt\",\"contentType\":\"text/plain\",\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"contentBytes\":\"YWJj\"}"),
                Arguments.of(
                        "addAttachment",
                        message(),
                        "{\"@odata.type\":\"#microsoft.graph.itemAttachment\",\"name\":\"n\"}",
                        "POST /me/messages/AAMk-1_x=/attachments",
                        "{\"@odata.type\":\"#microsoft.graph.itemAttachment\",\"name\":\"n\"}"),
                Arguments.of(
                        "sendMail",
                        Map.of(),
                        "{\"subject\":\"s\"}",
                        "POST /me/sendMail",
                        "{\"saveToSentItems\":true,\"message\":{\"subject\":\"s\"}}"),
                Arguments.of(
                        "sendMail",
                        Map.of(),
                        "{\"message\":{\"subject\":\"s\"},\"saveToSentItems\":false}",
                        "POST /me/sendMail",
                        "{\"message\":{\"subject\":\"s\"},\"saveToSentItems\":false}"),
                Arguments.of(
                        "sendMime", Map.of(), "Subject: s\r\n\r\nHi", "POST /me/sendMail", "U3ViamVjdDogcw0KDQpIaQ=="),
                Arguments.of("sendDraft", message(), null, "POST /me/messages/AAMk-1_x=/send", ""),
                Arguments.of(
                        "reply",
                        message(),
                        "{\"comment\":\"c\"}",
                        "POST /me/messages/AAMk-1_x=/reply",
                        "{\"comment\":\"c\"}"),
                Arguments.of(
                        "replyAll",
                        message(),
                        "{\"comment\":\"c\"}",
                        "POST /me/messages/AAMk-1_x=/replyAll",
                        "{\"comment\":\"c\"}"),
                Arguments.of(
                        "forward",
                        message(),
                        "{\"comment\":\"c\"}",
                        "POST /me/messages/AAMk-1_x=/forward",
                        "{\"comment\":\"c\"}"),
                Arguments.of(
                        "createSubscription?folder=inbox",
                        Map.of(),
                        "{\"changeType\":\"created\"}",
                        "POST /subscriptions",
                        "{\"changeType\":\"created\",\"resource\":\"me/mailFolders('inbox')/messages\"}"),
                Arguments.of(
                        "renewSubscription?subscriptionId=s1",
                        Map.of(),
                        "{\"expirationDateTime\":\"2026-11-30T00:00:00Z\"}",
                        "PATCH /subscriptions/s1",
                        "{\"expirationDateTime\":\"2026-11-30T00:00:00Z\"}"),
                Arguments.of("deleteSubscription?subscriptionId=s1", Map.of(), null, "DELETE /subscriptions/s1", null),
                Arguments.of("listSubscriptions", Map.of(), null, "GET /subscriptions", null));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void anOperationIsOneRequestInGraphsWords(
            String uri, Map<String, Object> headers, Object body, String request, String content) {
        String[] parts = uri.split("\\?", 2);
        String query = parts.length > 1 ? "?" + parts[1] : "";

        producer.ask(parts[0] + "/" + graph.mailbox.id() + query, body, headers);

        Asked asked = graph.server.asked().get(graph.server.asked().size() - 1);
        assertThat(asked.method() + " " + asked.target().replaceFirst("^/v1.0", ""))
                .isEqualTo(request);
        assertThat(asked.header("Prefer")).startsWith("IdType=\"ImmutableId\"");
        assertThat(asked.header("Authorization")).startsWith("Bearer ");
        if (content != null) {
            assertThat(asked.body()).isEqualTo(content);
        }
    }

    /** Every operation stands in the table above, in one of its own tests, or is the consumer's. */
    @ParameterizedTest
    @EnumSource(
            value = GraphOperation.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"messages", "getMime", "getAttachmentContent", "translateExchangeIds", "batch"})
    void noOperationIsLeftOut(GraphOperation operation) {
        assertThat(requests().map(row -> row.get()[0].toString().split("\\?")[0]))
                .contains(operation.name());
    }

    private static Map<String, Object> message() {
        return Map.of(GraphConstants.MESSAGE_ID, ID);
    }
}
