package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.testing.SettableClock;

/** Throttling and latency (rows F20 and F48 of the fault matrix need them). */
class GraphTrafficTest {
    private static final String ME = "/v1.0/me";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults(), clock);

    @AfterEach
    void close() {
        graph.close();
    }

    private void control(String operation, String json) {
        Answer answer = graph.send(graph.request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    }

    private JsonNode counted() {
        return graph.get("/sandbox/control/graph/throttling").json();
    }

    private Answer post(byte[] body) {
        return graph.send(graph.request("/v1.0/me/messages")
                .header("Authorization", "Bearer " + graph.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void requestsAreCountedPerWindowAndRefusedAboveTheirLimit() {
        control("graph/limits", "{\"requests\":3,\"requestsSeconds\":60}");
        IntStream.rangeClosed(1, 3)
                .forEach(time -> assertThat(graph.get(ME).status()).isEqualTo(200));
        clock.advance(Duration.ofSeconds(20));

        Answer refused = graph.get(ME);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("ApplicationThrottled");
        assertThat(refused.header("Retry-After")).contains("40");
        assertThat(counted().path("throttled").asInt()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(40));
        assertThat(graph.get(ME).status()).isEqualTo(200);
        assertThat(counted().path("early").asInt()).isZero();
        assertThat(counted().path("mailboxes").get(0).path("requests").asInt()).isEqualTo(5);
    }

    @Test
    void uploadsAreCountedInBytes() {
        control("graph/limits", "{\"uploadBytes\":1000,\"uploadSeconds\":60}");
        int first = post(new byte[800]).status();

        Answer second = post(new byte[300]);

        assertThat(first).isNotEqualTo(429);
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.header("Retry-After")).contains("60");
        assertThat(post(new byte[100]).status()).as("this much is left").isNotEqualTo(429);
        clock.advance(Duration.ofMinutes(1));
        assertThat(post(new byte[300]).status()).isNotEqualTo(429);
    }

    @Test
    void piecesOfUploadSessionsAreCountedInBytes() {
        String draft =
                graph.write("POST", "/v1.0/me/messages", "{}").json().path("id").asText();
        String url = graph.write("POST", "/v1.0/me/messages/" + draft + "/attachments/createUploadSession", """
                        {"AttachmentItem":{"attachmentType":"file","name":"large.bin","size":3146000}}""")
                .json()
                .path("uploadUrl")
                .asText();
        control("graph/limits", "{\"uploadBytes\":3000000,\"uploadSeconds\":60}");

        assertThat(piece(url, 0, 2_000_000).status()).isEqualTo(200);
        Answer refused = piece(url, 2_000_000, 3_146_000);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).contains("60");
        clock.advance(Duration.ofMinutes(1));
        assertThat(piece(url, 2_000_000, 3_146_000).status()).isEqualTo(201);
    }

    private Answer piece(String url, int from, int to) {
        return graph.send(graph.request(url)
                .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/3146000")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[to - from]))
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "Tue, 24 Nov 2026 08:00:30 GMT"})
    void whoComesBackBeforeRetryAfterIsCountedRowF20(String retryAfter) {
        control(
                "faults",
                "{\"kind\":\"graph:me\",\"fault\":{\"type\":\"answer\",\"status\":429,\"headers\":{\"Retry-After\":\""
                        + retryAfter + "\"}}}");
        graph.get(ME);
        clock.advance(Duration.ofMillis(250));
        graph.get(ME);
        assertThat(counted().path("early").asInt()).as("was under way").isZero();

        clock.advance(Duration.ofMillis(1));
        graph.get(ME);
        clock.advance(Duration.ofSeconds(30));
        graph.get(ME);

        assertThat(counted().path("early").asInt()).isEqualTo(1);
        assertThat(counted().path("throttled").asInt())
                .as("planned ones are no limit's")
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "soon"})
    void retryAfterThatNamesNoTimeForbidsNothingRowF20(String retryAfter) {
        control(
                "faults",
                "{\"kind\":\"graph:me\",\"fault\":{\"type\":\"answer\",\"status\":429,\"headers\":{\"Retry-After\":\""
                        + retryAfter + "\"}}}");

        assertThat(graph.get(ME).header("Retry-After")).contains(retryAfter);
        clock.advance(Duration.ofSeconds(1));
        graph.get(ME);

        assertThat(counted().path("early").asInt()).isZero();
    }

    @Test
    void fiveHundredRequestsAtOnceAreServedWhileEachWaits() {
        control("graph/limits", "{\"concurrent\":0}");
        control("graph/latency", "{\"ms\":200}");
        HttpRequest request = graph.request(ME)
                .header("Authorization", "Bearer " + graph.token())
                .build();

        List<CompletableFuture<Integer>> answers = IntStream.range(0, 500)
                .mapToObj(number -> graph.client()
                        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                        .thenApply(HttpResponse::statusCode))
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        assertThat(counted().path("mostAtOnce").asInt()).isBetween(1, 500);
    }

    @Test
    void latencyAndLimitsTakeOnlySenseAndLeaveTheRestAlone() {
        HttpRequest.Builder wrong = graph.request("/sandbox/control/graph/latency")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"ms\":-1}"));

        assertThat(graph.send(wrong.build()).status()).isEqualTo(400);
        assertThat(graph.get(ME).status()).isEqualTo(200);
    }
}
