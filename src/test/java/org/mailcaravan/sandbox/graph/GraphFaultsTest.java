package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** Graph fails as the control API was told to (rows F20, F21, F23, F24 and F27 of the fault matrix need it). */
class GraphFaultsTest {
    private final GraphFixture graph =
            new GraphFixture(GraphSettings.defaults(), new SettableClock(Instant.parse("2026-11-24T08:00:00Z")));

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void plannedAnswersStrikeTheirKindOnlyOneRuleAfterTheOther() {
        control("faults", """
                {"kind":"graph:messages/delta","times":1,"fault":{"type":"answer","status":429,"body":"{}"}}""");
        control("faults", """
                {"kind":"graph:messages/delta","times":1,"fault":{"type":"answer","status":503,
                 "headers":{"Retry-After":"7"},"body":"{}"}}""");

        Answer throttled = graph.get(GraphFixture.INBOX_DELTA);
        Answer unavailable = graph.get(GraphFixture.INBOX_DELTA);

        assertThat(graph.get("/v1.0/me").status()).isEqualTo(200);
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.header("Retry-After")).isEmpty();
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.header("Retry-After")).contains("7");
        assertThat(graph.get(GraphFixture.INBOX_DELTA).status()).isEqualTo(200);
    }

    @Test
    void garbageIsNoJson() {
        control("faults", "{\"kind\":\"graph:me\",\"fault\":{\"type\":\"garbage\"}}");

        Answer garbage = graph.get("/v1.0/me");

        assertThat(garbage.status()).isEqualTo(200);
        assertThatThrownBy(garbage::json).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void cutMimeIsNoticedAndItsPlaceIsFreeAgain() {
        SandboxMessage message = graph.deliver("Parcel");
        String mime = "/v1.0/me/messages/" + message.restId() + "/$value";
        control("faults", """
                {"kind":"graph:message/$value","times":5,"fault":{"type":"cut","afterBytes":100}}""");

        for (int time = 1; time <= 5; time++) {
            assertThatThrownBy(() -> graph.get(mime)).hasRootCauseInstanceOf(IOException.class);
        }

        assertThat(graph.get(mime).status()).isEqualTo(200);
    }

    @Test
    void cursorsExpireOnDemand() {
        String link = GraphFixture.end(graph.round(GraphFixture.INBOX_DELTA));
        String mailbox = "{\"mailbox\":\"" + graph.user.objectId() + "\",\"as\":";

        control("mailboxes/expire-cursors", mailbox + "\"gone\"}");
        Answer gone = graph.get(link);
        control("mailboxes/expire-cursors", mailbox + "\"not-found\"}");
        Answer lost = graph.get(link);

        assertThat(gone.status()).isEqualTo(410);
        assertThat(lost.status()).isEqualTo(404);
        assertThat(lost.code()).isEqualTo("syncStateNotFound");
    }

    private void control(String operation, String json) {
        Answer answer = graph.send(graph.request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
        assertThat(answer.status()).isEqualTo(200);
    }
}
