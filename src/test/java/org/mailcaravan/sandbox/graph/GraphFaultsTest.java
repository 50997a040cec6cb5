package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
        control("mailboxes/expire-cursors", mailbox + "\"resync-required\"}");
        Answer resync = graph.get(link);

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.header("Location")).isPresent();
        assertThat(resync.status()).isEqualTo(410);
        assertThat(resync.code()).isEqualTo("resyncRequired");
        assertThat(lost.status()).isEqualTo(404);
        assertThat(lost.code()).isEqualTo("syncStateNotFound");
    }

    @Test
    void rulesStrikeOneMethodOnlyIfToldSo() {
        control("faults", """
                {"kind":"POST graph:me","times":"always","fault":{"type":"answer","status":503}}""");

        assertThat(graph.get("/v1.0/me").status()).isEqualTo(200);
        assertThat(graph.send(graph.request("/v1.0/me")
                                .header("Authorization", "Bearer " + graph.token())
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build())
                        .status())
                .isEqualTo(503);
    }

    @Test
    void answersAreAsLargeAsWantedRowF24() {
        control("faults", """
                {"kind":"graph:me","fault":{"type":"answer","status":200,"contentType":"text/html",
                 "body":"<p>","repeated":"[","times":1000000,"tail":"</p>"}}""");

        Answer nested = graph.get("/v1.0/me");

        assertThat(nested.raw().body()).hasSize(1_000_007).startsWith("<p>[[[").endsWith("[</p>");
        assertThat(nested.header("Content-Type")).contains("text/html");
    }

    /** One page of the inbox's delta, without the sandbox's own quirks. */
    private Answer page(String fault) {
        control("graph/fault", fault);
        return graph.get(GraphFixture.INBOX_DELTA);
    }

    private static List<String> ids(Answer page) {
        List<String> ids = new ArrayList<>();
        page.json().path("value").forEach(row -> ids.add(row.path("id").asText()));
        return ids;
    }

    @Test
    void linksLeadAstrayRowF26() {
        graph.deliver(11);

        Answer foreign = page("{\"fault\":\"foreign-link\",\"to\":\"https://graph.evil.example\"}");
        Answer looping = page("{\"fault\":\"looping-link\"}");
        Answer endless = page("{\"fault\":\"endless-pages\",\"times\":\"always\"}");
        Answer further = graph.get(endless.link());

        assertThat(foreign.link()).startsWith("https://graph.evil.example/v1.0/users('");
        assertThat(looping.link()).isEqualTo(graph.tenant.server().httpUrl() + GraphFixture.INBOX_DELTA);
        assertThat(further.json().path("value")).isEmpty();
        assertThat(further.link()).isNotEqualTo(endless.link()).contains("$skiptoken=");
    }

    @Test
    void pagesRepeatReverseInventAndForgetRowsF24AndF25() {
        graph.deliver(3);
        List<String> true3 = ids(graph.get(GraphFixture.INBOX_DELTA)).subList(0, 3);
        List<String> reversed = new ArrayList<>(true3);
        Collections.reverse(reversed);

        Answer empty = page("{\"fault\":\"empty-page\"}");

        assertThat(ids(empty)).isEmpty();
        assertThat(ids(graph.get(empty.link()))).as("behind the empty page").containsSubsequence(true3);
        assertThat(ids(page("{\"fault\":\"repeated-rows\"}")))
                .containsSubsequence(true3)
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(ids(page("{\"fault\":\"reversed-rows\"}"))).containsSubsequence(reversed);
        assertThat(ids(page("{\"fault\":\"strange-removals\",\"count\":2}")))
                .contains("AAMkSandboxStranger1=", "AAMkSandboxStranger2=");
        assertThat(page("{\"fault\":\"no-annotations\"}").link()).isEmpty();
        assertThat(page("{\"fault\":\"unknown-fields\"}")
                        .json()
                        .path("value")
                        .get(0)
                        .has("sandboxUnknown"))
                .isTrue();
    }

    private void control(String operation, String json) {
        Answer answer = graph.send(graph.request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
        assertThat(answer.status()).isEqualTo(200);
    }
}
