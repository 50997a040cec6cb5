package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** {@code $batch}: each item is a request of its own (row F20 of the fault matrix needs its 429). */
class GraphBatchTest {
    private static final String BATCH = "/v1.0/$batch";

    private final GraphFixture graph = new GraphFixture(
            GraphSettings.defaults().withoutQuirks(), new SettableClock(Instant.parse("2026-11-24T08:00:00Z")));

    @AfterEach
    void close() {
        graph.close();
    }

    private Map<String, JsonNode> batch(String... items) {
        Answer answer = graph.write("POST", BATCH, "{\"requests\":[" + String.join(",", items) + "]}");
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        Map<String, JsonNode> byId = new TreeMap<>();
        answer.json().path("responses").forEach(item -> byId.put(item.path("id").asText(), item));
        return byId;
    }

    private static String get(String id, String url) {
        return "{\"id\":\"" + id + "\",\"method\":\"GET\",\"url\":\"" + url + "\"}";
    }

    @Test
    void everyItemIsAnsweredByItsIdInAnotherOrder() {
        SandboxMessage message = graph.deliver("Parcel");
        String items = IntStream.rangeClosed(1, 20)
                .mapToObj(number -> get(Integer.toString(number), "/me/messages/" + message.restId()))
                .collect(Collectors.joining(","));

        Answer answer = graph.write("POST", BATCH, "{\"requests\":[" + items + "]}");

        assertThat(answer.json().path("responses")).hasSize(20).allSatisfy(item -> {
            assertThat(item.path("status").asInt()).isEqualTo(200);
            assertThat(item.path("body").path("subject").asText()).isEqualTo("Parcel");
        });
        assertThat(answer.json().path("responses").findValuesAsText("id").subList(0, 20))
                .isNotEqualTo(
                        IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toList());
        assertThat(graph.tenant.log().byMailbox().get(graph.user.objectId())).containsEntry("graph:message", 20L);
        assertThat(graph.tenant.log().byKind()).containsEntry("graph:$batch", 1L);
    }

    @Test
    void itemsHaveHeadersOfTheirOwnAndBinaryBodiesComeInBase64() {
        SandboxMessage message = graph.deliver("Parcel");

        Map<String, JsonNode> answers = batch(
                get("mime", "/me/messages/" + message.restId() + "/$value"),
                "{\"id\":\"one\",\"method\":\"GET\",\"url\":\"me/messages/" + message.restId()
                        + "?$select=subject\",\"headers\":{\"Prefer\":\"IdType=\\\"ImmutableId\\\"\"}}");

        byte[] mime =
                Base64.getDecoder().decode(answers.get("mime").path("body").asText());
        assertThat(new String(mime, StandardCharsets.UTF_8)).contains("X-Sandbox-Message: " + message.number());
        assertThat(answers.get("one").path("body").path("id").asText()).isEqualTo(message.immutableId());
        assertThat(answers.get("one").path("headers").path("Preference-Applied").asText())
                .contains("ImmutableId");
    }

    @Test
    void anItemWaitsForItsDependencyAndFailsWithIt() {
        SandboxMessage message = graph.deliver("Parcel");
        String read = "{\"id\":\"1\",\"method\":\"PATCH\",\"url\":\"/me/messages/" + message.restId()
                + "\",\"headers\":{\"Content-Type\":\"application/json\"},\"body\":{\"isRead\":true}}";
        String then = "{\"id\":\"2\",\"method\":\"GET\",\"url\":\"/me/messages/" + message.restId()
                + "\",\"dependsOn\":[\"1\"]}";
        String broken = "{\"id\":\"3\",\"method\":\"GET\",\"url\":\"/me/messages/x\",\"dependsOn\":[\"2\"]}";
        String never = "{\"id\":\"4\",\"method\":\"DELETE\",\"url\":\"/me/messages/" + message.restId()
                + "\",\"dependsOn\":[\"3\"]}";

        Map<String, JsonNode> answers = batch(read, then, broken, never);

        assertThat(answers.get("2").path("body").path("isRead").asBoolean()).isTrue();
        assertThat(answers.get("3").path("status").asInt()).isEqualTo(400);
        assertThat(answers.get("4").path("status").asInt()).isEqualTo(424);
        assertThat(graph.mailbox.size()).isOne();
    }

    @Test
    void aFaultStrikesOneItemAndLeavesTheOthers() {
        graph.deliver("Parcel");
        graph.tenant
                .faults()
                .add(Faults.Rule.next(
                        1,
                        "graph:mailFolder",
                        Faults.answer(429, Map.of("Retry-After", "7"), "application/json", "{\"error\":{}}")));
        graph.tenant.faults().add(Faults.Rule.next(1, "graph:messages", Faults.hangUp()));

        Map<String, JsonNode> answers =
                batch(get("a", "/me/mailFolders/inbox"), get("b", "/me/messages"), get("c", "/me"));

        assertThat(answers.get("a").path("status").asInt()).isEqualTo(429);
        assertThat(answers.get("a").path("headers").path("Retry-After").asText())
                .isEqualTo("7");
        assertThat(answers.get("b").path("status").asInt()).isEqualTo(504);
        assertThat(answers.get("c").path("status").asInt()).isEqualTo(200);
    }

    /** Neither more nor fewer: each waits until four are under way. */
    @Test
    void fourItemsOfAMailboxRunAtOnce() {
        CyclicBarrier four = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        graph.tenant.faults().add(Faults.Rule.always("graph:me", exchange -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                four.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException fewer) {
                throw new IOException(fewer);
            } finally {
                running.decrementAndGet();
            }
            return false;
        }));
        String[] items =
                IntStream.range(0, 12).mapToObj(id -> get("i" + id, "/me")).toArray(String[]::new);

        Map<String, JsonNode> answers = batch(items);

        assertThat(answers.values())
                .hasSize(12)
                .allMatch(answer -> answer.path("status").asInt() == 200);
        assertThat(most).hasValue(4);
    }

    @Test
    void envelopesThatMakeNoSenseAreRefused() {
        String one = get("1", "/me");
        String twentyOne =
                IntStream.range(0, 21).mapToObj(id -> get("i" + id, "/me")).collect(Collectors.joining(","));

        for (String items : new String[] {
            "",
            one + "," + one,
            twentyOne,
            get("1", "https://elsewhere.example/v1.0/me"),
            "{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/me\",\"dependsOn\":[\"9\"]}",
            "{\"id\":\"1\",\"url\":\"/me\"}"
        }) {
            assertThat(graph.write("POST", BATCH, "{\"requests\":[" + items + "]}")
                            .status())
                    .as(items)
                    .isEqualTo(400);
        }
        assertThat(graph.send(graph.request(BATCH).build()).status()).isEqualTo(401);
    }

    @Test
    void aBodyWithoutAContentTypeIsTheItemsMistake() {
        Map<String, JsonNode> answers =
                batch("{\"id\":\"1\",\"method\":\"POST\",\"url\":\"/me/messages\",\"body\":{\"subject\":\"x\"}}");

        assertThat(answers.get("1").path("status").asInt()).isEqualTo(400);
    }
}
