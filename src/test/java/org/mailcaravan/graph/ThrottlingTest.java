package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mailcaravan.graph.GraphFixture.INBOX;
import static org.mailcaravan.graph.GraphFixture.refused;
import static org.mailcaravan.graph.GraphFixture.wanted;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** F20, F29: whoever was throttled, nothing more is sent to that mailbox in the window, by nobody; other mailboxes do not notice. */
class ThrottlingTest {
    private static final Duration SHORT = MailboxGate.SHORTEST_WAIT;
    private static final Duration ONE_DOUBLING = Duration.ofSeconds(2);

    private final GraphFixture graph = new GraphFixture();
    private final Mailbox anna = graph.mailbox;
    private final Mailbox bert = GraphFixture.mailbox(List.of("inbox"));
    private final ProducerFixture producer =
            new ProducerFixture(graph.clock, graph.root, graph.tokens, graph.http, anna, bert);
    private final Map<String, Consumer<Mailbox>> paths = Map.of(
            "changes", mailbox -> source().fetchPage(mailbox, INBOX, Optional.empty()),
            "folders", mailbox -> source().fetchFolders(mailbox),
            "content", mailbox -> source().fetchContent(mailbox, List.of(wanted("m1")), new GraphFixture.Received()),
            "producer", mailbox -> producer.ask("getMessage/" + mailbox.id() + "?messageId=m1", null, Map.of()),
            "subscription",
                    mailbox -> producer.ask(
                            "createSubscription/" + mailbox.id(),
                            "{\"changeType\":\"created\",\"resource\":\"me/messages\"}",
                            Map.of()),
            "batch",
                    mailbox -> producer.ask(
                            "batch/" + mailbox.id(),
                            "{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/me\"}]}",
                            Map.of()));

    private GraphMailSource source() {
        return producer.component().mailSource();
    }

    @AfterEach
    void close() {
        producer.close();
        graph.close();
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(429, "5", Duration.ofSeconds(5), Duration.ofSeconds(5)),
                Arguments.of(429, "3600", Duration.ofHours(1), Duration.ofHours(1)),
                Arguments.of(429, "86400", Duration.ofHours(1), Duration.ofHours(1)),
                Arguments.of(429, "Tue, 24 Nov 2026 08:00:30 GMT", Duration.ofSeconds(30), Duration.ofSeconds(30)),
                Arguments.of(429, "Tue, 24 Nov 2026 07:59:59 GMT", SHORT, ONE_DOUBLING),
                Arguments.of(429, "0", SHORT, ONE_DOUBLING),
                Arguments.of(429, "-5", SHORT, ONE_DOUBLING),
                Arguments.of(429, "soon", SHORT, ONE_DOUBLING),
                Arguments.of(429, "", SHORT, ONE_DOUBLING),
                Arguments.of(503, "Tue, 24 Nov 2026 08:00:30 GMT", Duration.ofSeconds(30), Duration.ofSeconds(30)),
                Arguments.of(503, "0", SHORT, ONE_DOUBLING),
                Arguments.of(509, "", SHORT, ONE_DOUBLING));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("shapes")
    void nothingIsSentInsideTheWindowByAnyPath(int status, String retryAfter, Duration least, Duration most) {
        graph.server
                .then(retryAfter.isEmpty() ? refused(status, "x") : refused(status, "x", "Retry-After", retryAfter))
                .otherwise(refused(404, "ErrorItemNotFound"));

        Duration wait = throttled(() -> paths.get("changes").accept(anna));

        assertThat(wait).isBetween(least, most);
        graph.clock.advance(wait.minusMillis(1));
        paths.forEach((name, path) ->
                assertThat(throttled(() -> path.accept(anna))).as(name).isEqualTo(Duration.ofMillis(1)));
        assertThat(graph.server.asked()).as("nothing was sent").hasSize(1);
        graph.clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> paths.get("changes").accept(anna)).isNotInstanceOf(ThrottledException.class);
        assertThat(graph.server.asked()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("pathNames")
    void whicheverPathIsThrottledClosesTheOthersAndNoOtherMailbox(String first) {
        graph.server
                .then(refused(429, "ApplicationThrottled", "Retry-After", "60"))
                .otherwise(refused(404, "ErrorItemNotFound"));

        assertThatThrownBy(() -> paths.get(first).accept(anna)).isNotNull();
        paths.forEach((name, path) -> throttled(() -> path.accept(anna)));

        assertThat(graph.server.asked()).hasSize(1);
        assertThatThrownBy(() -> paths.get("changes").accept(bert)).isNotInstanceOf(ThrottledException.class);
        assertThat(graph.server.asked()).hasSize(2);
    }

    static Stream<String> pathNames() {
        return Stream.of("changes", "folders", "content", "producer", "subscription", "batch");
    }

    /** The batch itself is answered well. */
    @Test
    void anItemOfABatchClosesTheMailboxToo() {
        graph.server.otherwise(ScriptedHttpServer.json("{\"responses\":[{\"id\":\"1\",\"status\":429,"
                + "\"headers\":{\"Retry-After\":\"600\"},\"body\":{}}]}"));

        paths.get("batch").accept(anna);

        assertThat(producer.pauses).as("too long to wait in a route").isEmpty();
        assertThat(throttled(() -> paths.get("changes").accept(anna))).isEqualTo(Duration.ofMinutes(10));
        assertThat(graph.server.asked()).hasSize(1);
    }

    /** F21. */
    @Test
    void aServiceThatIsDownIsLeftAloneByAllMailboxesAndTriedByOneRequestAtATime() {
        graph.server.otherwise(refused(502, "BadGateway"));
        for (int i = 0; i < HostReach.MISSES_THAT_PART; i++) {
            unavailable(i % 2 == 0 ? anna : bert);
        }
        for (int i = 0; i < 20; i++) {
            unavailable(anna);
            unavailable(bert);
        }
        assertThat(graph.server.asked()).hasSize(HostReach.MISSES_THAT_PART);

        graph.clock.advance(HostReach.LONGEST_WAIT);
        unavailable(anna);
        unavailable(bert);
        assertThat(graph.server.asked()).hasSize(HostReach.MISSES_THAT_PART + 1);

        graph.clock.advance(HostReach.LONGEST_WAIT);
        graph.server.otherwise(refused(404, "ErrorItemNotFound"));
        assertThatThrownBy(() -> paths.get("changes").accept(bert)).isInstanceOf(MailSourceException.class);
        assertThatThrownBy(() -> paths.get("changes").accept(anna)).isInstanceOf(MailSourceException.class);
        assertThat(graph.server.asked()).hasSize(HostReach.MISSES_THAT_PART + 3);
    }

    private void unavailable(Mailbox mailbox) {
        assertThatThrownBy(() -> paths.get("changes").accept(mailbox))
                .isInstanceOf(MailSourceUnavailableException.class);
    }

    private static Duration throttled(ThrowingCallable call) {
        return catchThrowableOfType(ThrottledException.class, call).retryAfter().orElseThrow();
    }
}
