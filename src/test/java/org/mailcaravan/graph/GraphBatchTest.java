package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Batches against a Graph that answers them in any order and refuses single items. */
class GraphBatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GraphFixture graph = new GraphFixture();
    private final ProducerFixture producer = new ProducerFixture(graph.root, graph.tokens, graph.http, graph.mailbox);

    @AfterEach
    void close() {
        producer.close();
        graph.close();
    }

    @Test
    void fiftyRequestsAreThreeBatchesAnsweredInTheirOrder() throws IOException {
        graph.server.then(batch(id -> 200)).then(batch(id -> 200)).then(batch(id -> 200));

        JsonNode answer = run(requests(50));

        assertThat(sizes()).containsExactly(20, 20, 10);
        assertThat(ids(answer))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void everyItemAsksForImmutableIdsAndSaysWhatItsBodyIs() throws IOException {
        graph.server.then(batch(id -> 200));

        run("[{\"id\":\"a\",\"method\":\"PATCH\",\"url\":\"me/messages/1\",\"body\":{\"isRead\":true},"
                + "\"headers\":{\"prefer\":\"outlook.body-content-type=\\\"text\\\"\"}}]");

        JsonNode item = JSON.readTree(graph.server.asked().get(0).body()).at("/requests/0");
        assertThat(graph.server.asked().get(0).target()).isEqualTo("/v1.0/$batch");
        assertThat(item.path("url").asText()).isEqualTo("/me/messages/1");
        assertThat(item.at("/headers/prefer").asText())
                .isEqualTo("outlook.body-content-type=\"text\", IdType=\"ImmutableId\"");
        assertThat(item.at("/headers/Content-Type").asText()).isEqualTo("application/json");
    }

    @Test
    void aThrottledItemIsAskedForAgainAfterItsTimeAndTheOthersAreNot() throws IOException { // F29
        graph.server.then(batch(id -> id.equals("r1") ? 429 : 200)).then(batch(id -> 204));

        JsonNode answer = run(requests(3));

        assertThat(sizes()).containsExactly(3, 1);
        assertThat(producer.pauses).containsExactly(7L);
        assertThat(statuses(answer)).containsExactly(200, 204, 200);
    }

    @Test
    void anItemThatStaysThrottledIsReportedAsSuch() throws IOException {
        graph.server.otherwise(batch(id -> id.equals("r0") ? 429 : 200));

        assertThat(statuses(run(requests(2)))).containsExactly(429, 200);
        assertThat(sizes()).containsExactly(2, 1, 1, 1);
    }

    @Test
    void aDependencyInAnEarlierBatchIsKeptWithoutAskingGraphForIt() throws IOException {
        graph.server.then(batch(id -> id.equals("r1") ? 404 : 200)).then(batch(id -> 200));
        ArrayNode requests = (ArrayNode) JSON.readTree(requests(23));
        depend(requests, 20, "r0");
        depend(requests, 21, "r1");
        depend(requests, 22, "r20");

        JsonNode answer = run(requests.toString());

        assertThat(sizes()).containsExactly(20, 2);
        JsonNode second = JSON.readTree(graph.server.asked().get(1).body()).path("requests");
        assertThat(second.get(0).has("dependsOn")).isFalse();
        assertThat(second.get(1).path("dependsOn").get(0).asText()).isEqualTo("r20");
        assertThat(statuses(answer).subList(20, 23)).containsExactly(200, 424, 200);
    }

    @Test
    void theFirstBatchThatFailsAsAWholeIsAnException() {
        graph.server.then(GraphFixture.refused(429, "TooManyRequests"));

        assertThatThrownBy(() -> run(requests(30)))
                .isInstanceOf(GraphOperationException.class)
                .hasCauseInstanceOf(ThrottledException.class);
    }

    /** What the first twenty did must not be lost with the rest. */
    @Test
    void aLaterBatchThatIsLostIsReportedItemByItemAndNotRepeated() throws IOException {
        graph.server.then(batch(id -> 201)).then(exchange -> {});

        JsonNode answer = run(requests(22));

        assertThat(statuses(answer).subList(18, 22)).containsExactly(201, 201, 504, 504);
        assertThat(answer.at("/responses/21/body/error/code").asText()).isEqualTo("OutcomeUnknown");
        assertThat(sizes()).containsExactly(20, 2);
    }

    @Test
    void aResponseThatIsMissingIsSaidToBe() throws IOException {
        graph.server.then(ScriptedHttpServer.json(
                "{\"responses\":[{\"id\":\"r1\",\"status\":200},{\"id\":\"alien\",\"status\":200}]}"));

        assertThat(statuses(run(requests(2)))).containsExactly(504, 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[1]",
                "[{\"url\":\"/me\"}]",
                "[{\"method\":\"GET\"}]",
                "[{\"method\":\"GET\",\"url\":\"https://evil.example/me\"}]",
                "[{\"id\":\"a\",\"method\":\"GET\",\"url\":\"/me\"},{\"id\":\"a\",\"method\":\"GET\",\"url\":\"/me\"}]",
                "[{\"id\":\"a\",\"method\":\"GET\",\"url\":\"/me\",\"dependsOn\":[\"b\"]}]",
                "[{\"id\":\"a\",\"method\":\"GET\",\"url\":\"/me\",\"dependsOn\":[\"a\"]}]"
            })
    void aBatchThatCannotBeIsRefusedBeforeAnythingIsSent(String requests) {
        assertThatThrownBy(() -> run(requests)).isInstanceOf(IllegalArgumentException.class);
        assertThat(graph.server.asked()).isEmpty();
    }

    private JsonNode run(String requests) throws IOException {
        return JSON.readTree(producer.ask("batch/" + graph.mailbox.id(), "{\"requests\":" + requests + "}", Map.of())
                .getMessage()
                .getBody(String.class));
    }

    private static String requests(int count) {
        ArrayNode requests = JSON.createArrayNode();
        IntStream.range(0, count)
                .forEach(i -> requests.addObject()
                        .put("id", "r" + i)
                        .put("method", "GET")
                        .put("url", "/me/messages/" + i));
        return requests.toString();
    }

    private static void depend(ArrayNode requests, int at, String on) {
        ((ObjectNode) requests.get(at)).putArray("dependsOn").add(on);
    }

    /** Answers what is asked, last first. */
    private ScriptedHttpServer.Answer batch(ToIntFunction<String> status) {
        return exchange -> {
            List<String> ids = new ArrayList<>();
            String asked =
                    graph.server.asked().get(graph.server.asked().size() - 1).body();
            JSON.readTree(asked)
                    .path("requests")
                    .forEach(request -> ids.add(0, request.path("id").asText()));
            ObjectNode answer = JSON.createObjectNode();
            ArrayNode responses = answer.putArray("responses");
            ids.forEach(id -> responses
                    .addObject()
                    .put("id", id)
                    .put("status", status.applyAsInt(id))
                    .putObject("headers")
                    .put("retry-after", "7"));
            ScriptedHttpServer.json(answer.toString()).to(exchange);
        };
    }

    private List<Integer> sizes() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        for (ScriptedHttpServer.Asked asked : graph.server.asked()) {
            sizes.add(JSON.readTree(asked.body()).path("requests").size());
        }
        return sizes;
    }

    private static List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.path("responses").forEach(response -> ids.add(response.path("id").asText()));
        return ids;
    }

    private static List<Integer> statuses(JsonNode answer) {
        List<Integer> statuses = new ArrayList<>();
        answer.path("responses")
                .forEach(response -> statuses.add(response.path("status").asInt()));
        return statuses;
    }
}
