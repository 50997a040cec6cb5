package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.ScriptedHttpServer.Answer;
import org.mailcaravan.testing.ScriptedHttpServer.Asked;

/** Attachments of more than one request may carry. */
class GraphUploadTest {
    private static final int PIECE = UploadSession.PIECE_BYTES;
    private static final byte[] LARGE =
            "0123456789".repeat(PIECE / 10 + PIECE / 20).getBytes();
    private static final Map<String, Object> MESSAGE = Map.of(GraphConstants.MESSAGE_ID, "m1");

    private final GraphFixture graph = new GraphFixture();
    private final ProducerFixture producer = new ProducerFixture(graph.root, graph.tokens, graph.http, graph.mailbox);

    @AfterEach
    void close() {
        producer.close();
        graph.close();
    }

    @Test
    void aLargeFileGoesInPiecesToAnAddressThatSeesNoToken() {
        graph.server
                .then(session(graph.server.url() + "/upload?auth=secret"))
                .then(expecting(PIECE))
                .then(ScriptedHttpServer.status(201, "text/plain", ""));

        add();

        Asked opened = graph.server.asked().get(0);
        assertThat(opened.target()).isEqualTo("/v1.0/me/messages/m1/attachments/createUploadSession");
        assertThat(opened.body())
                .isEqualTo("{\"AttachmentItem\":{\"name\":\"a.bin\",\"contentType\":\"application/octet-stream\","
                        + "\"attachmentType\":\"file\",\"size\":" + LARGE.length + "}}");
        assertThat(graph.server.asked().subList(1, 3)).allSatisfy(piece -> {
            assertThat(piece.method()).isEqualTo("PUT");
            assertThat(piece.target()).isEqualTo("/upload?auth=secret");
            assertThat(piece.header("Authorization")).isEmpty();
        });
        assertThat(graph.server.asked().get(1).header("Content-Range"))
                .isEqualTo("bytes 0-" + (PIECE - 1) + "/" + LARGE.length);
        assertThat(graph.server.asked().get(1).body()
                        + graph.server.asked().get(2).body())
                .isEqualTo(new String(LARGE));
    }

    @Test
    void aBrokenConnectionIsGoneOnFromWhatTheServerHas() {
        graph.server
                .then(session(graph.server.url() + "/upload"))
                .then(HttpExchange::close)
                .then(expecting(1_000_000))
                .then(expecting(1_000_000 + PIECE))
                .then(ScriptedHttpServer.status(201, "text/plain", ""));

        add();

        assertThat(graph.server.asked().get(2).method()).isEqualTo("GET");
        assertThat(graph.server.asked().get(3).header("Content-Range")).startsWith("bytes 1000000-");
        assertThat(graph.server.asked()).hasSize(5);
    }

    @Test
    void whetherTheLastPieceArrivedCannotBeKnown() {
        graph.server
                .then(session(graph.server.url() + "/upload"))
                .then(expecting(PIECE))
                .then(HttpExchange::close);

        assertThatThrownBy(this::add).isInstanceOf(OutcomeUnknownException.class);
        assertThat(graph.server.asked()).hasSize(3);
    }

    @Test
    void aServerThatExpectsTheSameForeverIsGivenUp() {
        graph.server.then(session(graph.server.url() + "/upload")).otherwise(expecting(0));

        assertThatThrownBy(this::add)
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("does not go on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example/upload", "ftp://x/y", "nothing", ""})
    void bytesOfAMailGoNowhereInTheClear(String address) {
        graph.server.then(session(address));

        assertThatThrownBy(this::add).isInstanceOf(MalformedAnswerException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aLargeMessageIsSentAsADraftWhoseAttachmentsFollow() {
        graph.server
                .then(ScriptedHttpServer.status(201, "application/json", "{\"id\":\"draft=\"}"))
                .then(ScriptedHttpServer.status(201, "application/json", "{\"id\":\"a1\"}"))
                .then(session(graph.server.url() + "/upload"))
                .then(expecting(PIECE))
                .then(ScriptedHttpServer.status(201, "text/plain", ""))
                .then(ScriptedHttpServer.status(202, "text/plain", ""));

        producer.ask("sendMail/" + graph.mailbox.id(), message(), Map.of());

        assertThat(graph.server.asked())
                .extracting(asked -> asked.method() + " " + asked.target())
                .containsExactly(
                        "POST /v1.0/me/messages",
                        "POST /v1.0/me/messages/draft=/attachments",
                        "POST /v1.0/me/messages/draft=/attachments/createUploadSession",
                        "PUT /upload",
                        "PUT /upload",
                        "POST /v1.0/me/messages/draft=/send");
        assertThat(graph.server.asked().get(0).body()).isEqualTo("{\"subject\":\"s\"}");
        assertThat(graph.server.asked().get(2).body())
                .contains("\"contentId\":\"cid1\"")
                .doesNotContain("odata");
    }

    @Test
    void aDraftThatCannotBeFilledIsRemovedAndNotSent() {
        graph.server
                .then(ScriptedHttpServer.status(201, "application/json", "{\"id\":\"draft\"}"))
                .then(GraphFixture.refused(507, "ErrorQuotaExceeded"))
                .then(ScriptedHttpServer.status(204, "text/plain", ""));

        assertThatThrownBy(() -> producer.ask("sendMail/" + graph.mailbox.id(), message(), Map.of()))
                .isInstanceOf(GraphOperationException.class);

        assertThat(graph.server.asked().get(2).method()).isEqualTo("DELETE");
        assertThat(graph.server.asked()).hasSize(3);
    }

    private static String message() {
        return "{\"subject\":\"s\",\"attachments\":[{\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"name\":\"small\","
                + "\"contentBytes\":\"YWJj\"},{\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"name\":\"large\","
                + "\"contentId\":\"cid1\",\"contentBytes\":\""
                + Base64.getEncoder().encodeToString(LARGE) + "\"}]}";
    }

    private void add() {
        producer.ask("addAttachment/" + graph.mailbox.id() + "?name=a.bin", new ByteArrayInputStream(LARGE), MESSAGE);
    }

    private static Answer session(String address) {
        return ScriptedHttpServer.status(
                201, "application/json", "{\"uploadUrl\":\"" + address + "\",\"nextExpectedRanges\":[\"0-\"]}");
    }

    private static Answer expecting(int from) {
        return ScriptedHttpServer.json("{\"nextExpectedRanges\":[\"" + from + "\"]}");
    }
}
