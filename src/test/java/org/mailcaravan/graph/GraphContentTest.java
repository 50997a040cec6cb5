package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.graph.GraphFixture.refused;
import static org.mailcaravan.graph.GraphFixture.row;
import static org.mailcaravan.graph.GraphFixture.wanted;
import static org.mailcaravan.testing.ScriptedHttpServer.cut;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Content: every wanted message is handed over, vanished, failed or asked for again; nothing half is ever staged. */
class GraphContentTest {
    private static final String MIME = "From: a@b\r\n\r\nbody-canary";

    private final GraphFixture graph = new GraphFixture();
    private final GraphFixture.Received received = new GraphFixture.Received();
    private final Map<String, ScriptedHttpServer.Answer> byPath = new ConcurrentHashMap<>();

    @BeforeEach
    void answerByPath() {
        graph.server.otherwise(exchange -> byPath.getOrDefault(
                        exchange.getRequestURI().getRawPath().replaceFirst("^/v1.0/me/", ""), mime(MIME))
                .to(exchange));
    }

    @AfterEach
    void close() {
        graph.close();
        assertThat(received.open).hasValue(0);
    }

    @Test
    void mimeIsHandedOverWithTheMetadataOfTheListing() {
        WantedMessage message = wanted("AAkAL+/ =");

        fetch(message);

        assertThat(received.mime).containsEntry(message.key(), MIME);
        assertThat(received.metadata).containsEntry(message.key(), "{\"id\":\"AAkAL+/ =\"}");
        ScriptedHttpServer.Asked asked = graph.server.asked().get(0);
        assertThat(asked.target()).isEqualTo("/v1.0/me/messages/AAkAL%2B%2F%20=/$value");
        assertThat(asked.header("Prefer")).isEqualTo("IdType=\"ImmutableId\"");
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void missingMetadataIsFetchedFirstAndCarriesNoBody() {
        WantedMessage message = unknown("m1");
        byPath.put("messages/m1", json(row("m1").replaceFirst("\\{", "{\"@odata.context\":\"c\",\"body\":{},")));

        fetch(message);

        assertThat(received.mime).containsKey(message.key());
        assertThat(received.metadata.get(message.key()))
                .contains("\"subject\":\"subject-canary\"")
                .doesNotContain("odata", "\"body\"");
        assertThat(graph.server.asked())
                .extracting(ScriptedHttpServer.Asked::target)
                .containsExactly("/v1.0/me/messages/m1?" + GraphMailSource.SELECT, "/v1.0/me/messages/m1/$value");
    }

    /** Design section 7: one request per message, and never more than three downloads at once. */
    @Test
    void threeAreDownloadedAtOnceAndNoMore() {
        CyclicBarrier three = new CyclicBarrier(3);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        graph.server.otherwise(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            meet(three);
            now.decrementAndGet();
            mime(MIME).to(exchange);
        });
        List<WantedMessage> twelve = many(12);

        fetch(twelve.toArray(WantedMessage[]::new));

        assertThat(received.mime).hasSize(12);
        assertThat(most).hasValue(3);
        assertThat(graph.server.asked()).hasSize(12);
    }

    /** Graph refuses a fifth request of one mailbox; two batches at once and a page stay at four. */
    @Test
    void aMailboxIsNeverAskedFiveThingsAtOnce() throws Exception {
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        graph.server.otherwise(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            four.countDown();
            stall(four);
            now.decrementAndGet();
            mime(MIME).to(exchange);
        });
        List<WantedMessage> first = many(8);
        List<WantedMessage> second = many(8);

        Thread other = new Thread(() -> fetch(first.toArray(WantedMessage[]::new)));
        other.start();
        fetch(second.toArray(WantedMessage[]::new));
        other.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(received.mime).hasSize(16);
        assertThat(most).hasValue(4);
    }

    /** F28. */
    @ParameterizedTest
    @ValueSource(strings = {"404 ErrorItemNotFound", "410 ErrorItemNotFound", "404 itemNotFound"})
    void aMessageThatIsGoneVanishesWithEvidence(String evidence) {
        WantedMessage message = wanted("m1");
        String[] parts = evidence.split(" ");
        byPath.put("messages/m1/$value", refused(Integer.parseInt(parts[0]), parts[1], "request-id", "r-1"));

        fetch(message);

        assertThat(received.vanished.get(message.key())).contains(evidence, "request-id r-1");
        assertThat(received.failed).isEmpty();
    }

    @Test
    void aMessageThatIsGoneBeforeItsMetadataVanishesToo() {
        WantedMessage message = unknown("m1");
        byPath.put("messages/m1", refused(404, "ErrorItemNotFound"));

        fetch(message);

        assertThat(received.vanished).containsKey(message.key());
    }

    /** A 404 in other words than Graph's is no evidence: never vanished. */
    @Test
    void aProxysNotFoundIsNoEvidence() {
        WantedMessage message = wanted("m1");
        byPath.put("messages/m1/$value", status(404, "text/html", "<h1>Not Found"));

        fetch(message, wanted("m2"));

        assertThat(received.vanished).isEmpty();
        assertThat(received.failed).containsOnlyKeys(message.key());
        assertThat(received.mime).hasSize(1);
    }

    /** F23, F24 for raw MIME: failed alone, never staged, and the others go on. */
    @Test
    void aBrokenMessageFailsAloneAndIsNeverStaged() {
        byPath.put("messages/m1/$value", refused(500, "ErrorInternalServerError"));
        byPath.put("messages/m3/$value", cut("text/plain", MIME));

        List<WantedMessage> five = many(5);
        fetch(five.toArray(WantedMessage[]::new));

        assertThat(received.failed)
                .containsOnlyKeys(five.get(1).key(), five.get(3).key());
        assertThat(received.failed.get(five.get(1).key())).contains("500 ErrorInternalServerError");
        assertThat(received.failed.get(five.get(3).key())).contains("cut");
        assertThat(received.mime).hasSize(3);
        assertThat(graph.server.asked()).hasSize(5);
    }

    /** F23: cut chunks, a last chunk that never comes, a body that ends with its connection, a part of it (206). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nSubject: half",
                "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nA: b\r\n",
                "200 OK\r\nContent-Type: text/plain\r\n\r\nSubject: whole?",
                "206 Partial Content\r\nContent-Length: 4\r\n\r\nA: b"
            })
    void aCutIsNoticedInEveryFraming(String answer) throws Exception {
        WantedMessage message = wanted("m1");
        try (ServerSocket raw = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String mailboxAnswers = "200 OK\r\nContent-Length: 11\r\n\r\n{\"id\":\"F1\"}";
            Thread server = new Thread(() -> answerRaw(raw, List.of(answer, mailboxAnswers)));
            server.start();
            GraphSettings settings = new GraphSettings(
                    URI.create("http://127.0.0.1:" + raw.getLocalPort() + "/v1.0"),
                    1,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    1000);
            new GraphMailSource(settings, graph.tokens, graph.http, graph.clock)
                    .fetchContent(graph.mailbox, List.of(message), received);
        }

        assertThat(received.failed).containsOnlyKeys(message.key());
        assertThat(received.mime).isEmpty();
    }

    private static void answerRaw(ServerSocket raw, List<String> answers) {
        for (String answer : answers) {
            try (Socket socket = raw.accept()) {
                assertThat(socket.getInputStream().read(new byte[8192])).isPositive();
                socket.getOutputStream()
                        .write(("HTTP/1.1 " + answer)
                                .replaceFirst("\r\n", "\r\nConnection: close\r\n")
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json", "Application/JSON; charset=utf-8"})
    void aPageOrAnErrorInPlaceOfMimeIsNeverStaged(String type) {
        List<WantedMessage> two = many(2);
        byPath.put("messages/m0/$value", status(200, type, "{\"error\":{}}"));

        fetch(two.toArray(WantedMessage[]::new));

        assertThat(received.failed).containsOnlyKeys(two.get(0).key());
        assertThat(received.mime).containsOnlyKeys(two.get(1).key());
    }

    @Test
    void emptyAndOversizeContentFails() {
        List<WantedMessage> three = many(3);
        byPath.put("messages/m0/$value", status(200, "text/plain", ""));
        byPath.put("messages/m1/$value", mime("x".repeat(1_000_001)));

        fetch(three.toArray(WantedMessage[]::new));

        assertThat(received.failed)
                .containsOnlyKeys(three.get(0).key(), three.get(1).key());
        assertThat(received.failed.get(three.get(1).key())).contains("maxMessageBytes");
    }

    @Test
    void otherRefusalsConcernTheMessageOnly() {
        List<WantedMessage> two = many(2);
        byPath.put("messages/m0/$value", refused(400, "ErrorInvalidIdMalformed"));

        fetch(two.toArray(WantedMessage[]::new));

        assertThat(received.failed).containsOnlyKeys(two.get(0).key());
    }

    @Test
    void aMessageWithoutGraphIdFails() {
        WantedMessage ews = new WantedMessage(
                MessageKey.random(),
                List.of(new MessageAlias(MessageAlias.Kind.EWS_ITEM, "x")),
                OptionalLong.empty(),
                Optional.empty());

        fetch(ews);

        assertThat(received.failed).containsOnlyKeys(ews.key());
        assertThat(graph.server.asked()).isEmpty();
    }

    /** F21: an outage of Graph parks no message, however many are wanted; four ask, one more makes sure. */
    @Test
    void anOutageIsNotTheMessagesFault() {
        graph.server.otherwise(refused(500, "ErrorInternalServerError"));

        assertThatThrownBy(() -> fetch(many(20).toArray(WantedMessage[]::new)))
                .isInstanceOf(MailSourceUnavailableException.class);

        assertThat(received.failed).isEmpty();
        assertThat(graph.server.asked().size()).isLessThanOrEqualTo(7);
    }

    /** A poison message alone in its batch is found out, because the mailbox itself answers. */
    @Test
    void aPoisonMessageAloneIsFoundOut() {
        WantedMessage poison = wanted("m1");
        byPath.put("messages/m1/$value", refused(500, "ErrorInternalServerError"));
        byPath.put("mailFolders/inbox", json("{\"id\":\"F1\"}"));

        fetch(poison);

        assertThat(received.failed).containsOnlyKeys(poison.key());
        assertThat(graph.server.asked()).hasSize(2);
    }

    /** A sign-in page of a proxy in place of everything is not the messages' fault either. */
    @Test
    void aProxysPageInPlaceOfEverythingStopsTheBatch() {
        graph.server.otherwise(status(200, "text/html", "<p>accept our terms"));

        assertThatThrownBy(() -> fetch(wanted("m1"))).isInstanceOf(MalformedAnswerException.class);

        assertThat(received.failed).isEmpty();
    }

    /** F20: nothing more is asked inside the window; what was handed over stays. */
    @Test
    void throttlingStopsTheBatch() {
        graph.server.then(mime(MIME)).otherwise(refused(429, "ApplicationThrottled", "Retry-After", "9"));

        assertThatThrownBy(() -> fetch(many(20).toArray(WantedMessage[]::new)))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(9)));

        assertThat(received.mime).hasSize(1);
        assertThat(received.failed).isEmpty();
        assertThat(graph.server.asked().size()).isLessThanOrEqualTo(5);
    }

    @Test
    void aServiceThatIsBusyStopsTheBatch() {
        graph.server.otherwise(refused(503, "ServerBusy"));

        assertThatThrownBy(() -> fetch(many(9).toArray(WantedMessage[]::new)))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter().orElseThrow())
                                .isBetween(MailboxGate.SHORTEST_WAIT, MailboxGate.LONGEST_WAIT));
        assertThat(received.failed).isEmpty();
    }

    /** F29: one refresh for all who were refused, then a person must act. */
    @Test
    void aRefusedTokenStopsTheBatchAfterOneRefresh() {
        graph.server.otherwise(refused(401, "InvalidAuthenticationToken"));

        assertThatThrownBy(() -> fetch(wanted("m1"))).isInstanceOf(ConsentRequiredException.class);
        assertThat(graph.server.asked()).hasSize(2);
    }

    @Test
    void anExpiredTokenIsReplacedInTheMiddleOfABatch() {
        graph.server.otherwise(exchange -> {
            boolean old = exchange.getRequestHeaders().getFirst("Authorization").endsWith("canary1");
            (old ? refused(401, "InvalidAuthenticationToken") : mime(MIME)).to(exchange);
        });

        fetch(many(6).toArray(WantedMessage[]::new));

        assertThat(received.mime).hasSize(6);
        assertThat(graph.tokens.refused).containsExactly("token-canary1");
    }

    @Test
    void withdrawnConsentOrMailboxStopsTheBatch() {
        graph.server.then(refused(403, "ErrorAccessDenied")).then(refused(404, "MailboxNotEnabledForRESTAPI"));

        assertThatThrownBy(() -> fetch(wanted("m1"))).isInstanceOf(ConsentRequiredException.class);
        assertThatThrownBy(() -> fetch(wanted("m1"))).isInstanceOf(MailboxBlockedException.class);
    }

    /** S44. */
    @Test
    void aRedirectStopsTheBatch() {
        graph.server.otherwise(status(302, "text/plain", "", "Location", "http://127.0.0.1:1/elsewhere"));

        assertThatThrownBy(() -> fetch(wanted("m1"))).isInstanceOf(MalformedAnswerException.class);
        assertThat(received.failed).isEmpty();
    }

    @Test
    void aRefusedConnectionStopsTheBatch() {
        graph.server.close();

        assertThatThrownBy(() -> fetch(many(9).toArray(WantedMessage[]::new)))
                .isInstanceOf(MailSourceUnavailableException.class);
        assertThat(received.failed).isEmpty();
    }

    /** F11: a full disk is nobody's fault but ours; the batch stops and no message is blamed. */
    @Test
    void fullStagingPassesThroughAndStopsTheBatch() {
        received.fullDisk = Optional.of(new StagingException("the disk is full"));

        assertThatThrownBy(() -> fetch(many(20).toArray(WantedMessage[]::new)))
                .isInstanceOf(StagingException.class)
                .hasMessage("the disk is full");

        assertThat(received.failed).isEmpty();
        assertThat(received.mime).isEmpty();
        assertThat(graph.server.asked().size()).isLessThanOrEqualTo(4);
    }

    /** F22: a stalling body fails its message at the deadline while the others go on. */
    @Test
    void aStallingBodyFailsAtTheDeadline() {
        CountDownLatch end = new CountDownLatch(1);
        byPath.put("messages/m0/$value", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('F');
            exchange.getResponseBody().flush();
            stall(end);
        });
        List<WantedMessage> two = many(2);

        graph.source(Duration.ofMillis(1500), 1000).fetchContent(graph.mailbox, two, received);

        assertThat(received.failed).containsOnlyKeys(two.get(0).key());
        assertThat(received.failed.get(two.get(0).key())).contains("in time");
        assertThat(received.mime).containsOnlyKeys(two.get(1).key());
        end.countDown();
    }

    /** A stopping task does not wait for long downloads, and leaves none behind. */
    @Test
    void anInterruptEndsTheBatchAndItsHelpers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(3);
        graph.server.otherwise(exchange -> {
            begun.countDown();
            stall(end);
        });
        CountDownLatch ended = new CountDownLatch(1);
        Thread task = new Thread(() -> {
            try {
                fetch(many(9).toArray(WantedMessage[]::new));
            } catch (MailSourceUnavailableException e) {
                ended.countDown();
            }
        });
        task.start();
        begun.await();

        task.interrupt();

        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(received.failed).isEmpty();
        assertThat(received.open).hasValue(0);
        end.countDown();
    }

    private void fetch(WantedMessage... messages) {
        graph.source.fetchContent(graph.mailbox, List.of(messages), received);
    }

    private static List<WantedMessage> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> wanted("m" + i)).toList();
    }

    private static WantedMessage unknown(String id) {
        WantedMessage known = wanted(id);
        return new WantedMessage(known.key(), known.aliases(), known.size(), Optional.empty());
    }

    /** As Exchange sends it: generated per request, in chunks. */
    private static ScriptedHttpServer.Answer mime(String content) {
        return (HttpExchange exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().close();
        };
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stall(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
