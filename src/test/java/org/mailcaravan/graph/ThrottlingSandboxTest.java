package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** F20, F48: the sandbox throttles by Microsoft's rules and counts who breaks them. */
@Timeout(120)
class ThrottlingSandboxTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SandboxFixture sandbox = new SandboxFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> ids = new ArrayList<>();

    @BeforeEach
    void deliver() {
        for (int i = 0; i < 24; i++) {
            SandboxMessage message = sandbox.deliver("number " + i, Optional.empty());
            ids.add(sandbox.id(message));
        }
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        sandbox.close();
    }

    /** Reading, a producer in many threads, and batches, of which Graph works on four items at once. */
    @Test
    void consumerProducerAndBatchesTogetherNeverHaveMoreThanFourRequestsUnderWay() throws Exception {
        sandbox.control("graph/latency", "{\"ms\":20}");
        List<CompletableFuture<?>> work = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            work.add(CompletableFuture.runAsync(() -> ids.forEach(this::get), threads));
        }
        work.add(CompletableFuture.runAsync(this::read, threads));
        work.add(CompletableFuture.runAsync(() -> IntStream.range(0, 4).forEach(i -> batch(6)), threads));

        CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join();

        JsonNode counted = counted();
        assertThat(counted.path("mostAtOnce").asInt()).isBetween(1, 4);
        assertThat(counted.path("throttled").asInt()).isZero();
        assertThat(counted.path("mailboxes").get(0).path("requests").asInt()).isGreaterThanOrEqualTo(5 * 24 + 4 * 6);
    }

    /** Something else works on the mailbox under our name: fewer at once are found to be better, where four would cost three refusals per answer. */
    @Test
    void aNarrowerLimitIsFoundByHalving() throws Exception {
        sandbox.control("graph/limits", "{\"concurrent\":1}");
        sandbox.control("graph/latency", "{\"ms\":20}");
        CompletableFuture<?>[] work = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> ids.forEach(this::getPatiently), threads))
                .toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(work).join();

        assertThat(counted().path("throttled").asInt()).isBetween(0, 48);
    }

    @Test
    void whenTheBudgetOfTheMailboxIsSpentTheWindowIsKept() throws Exception {
        sandbox.control("graph/limits", "{\"requests\":5,\"requestsSeconds\":40}");
        for (int i = 0; i < 5; i++) {
            get(ids.get(i));
        }
        assertThatThrownBy(() -> get(ids.get(5))).hasCauseInstanceOf(ThrottledException.class);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> get(ids.get(6))).isInstanceOf(ThrottledException.class);
            assertThatThrownBy(this::read).isInstanceOf(ThrottledException.class);
            sandbox.clock.advance(Duration.ofSeconds(1));
        }
        JsonNode counted = counted();
        assertThat(counted.path("early").asInt()).isZero();
        assertThat(counted.path("throttled").asInt()).isEqualTo(1);

        sandbox.clock.advance(Duration.ofSeconds(20));
        get(ids.get(6));
        assertThat(counted().path("early").asInt()).isZero();
    }

    private JsonNode counted() throws Exception {
        return JSON.readTree(sandbox.control("graph/throttling", "{}"));
    }

    private void get(String id) {
        sandbox.ask("getMessage", null, Map.of(GraphConstants.MESSAGE_ID, id));
    }

    /** Comes back when it may; the clock is moved on by whoever has to wait. */
    private void getPatiently(String id) {
        for (int tries = 0; tries < 1000; tries++) {
            try {
                get(id);
                return;
            } catch (ThrottledException e) {
                sandbox.clock.advance(e.retryAfter().orElseThrow());
            } catch (GraphOperationException e) {
                assertThat(e.status()).isEqualTo(429);
            }
        }
        throw new AssertionError("never had its turn");
    }

    private void read() {
        sandbox.producer
                .component()
                .mailSource()
                .fetchContent(
                        sandbox.ours, ids.stream().map(GraphFixture::wanted).toList(), new GraphFixture.Received());
    }

    private void batch(int size) {
        String requests = ids.stream()
                .limit(size)
                .map(id -> "{\"method\":\"GET\",\"url\":\"/me/messages/" + id + "\"}")
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        sandbox.ask("batch", "{\"requests\":[" + requests + "]}", Map.of());
    }
}
