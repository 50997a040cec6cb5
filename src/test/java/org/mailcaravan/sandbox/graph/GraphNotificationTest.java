package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

/** The sandbox calls back (rows F40, F42 and F43 of the fault matrix need it). */
class GraphNotificationTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock(NOW);
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults(), clock);
    private final Subscriber subscriber = new Subscriber();

    @AfterEach
    void close() {
        graph.close();
        subscriber.close();
    }

    private String subscribe(String resource, String changeType, String... headers) {
        ObjectNode wish = new ObjectMapper()
                .createObjectNode()
                .put("changeType", changeType)
                .put("notificationUrl", subscriber.url())
                .put("lifecycleNotificationUrl", subscriber.lifecycleUrl())
                .put("resource", resource)
                .put("clientState", "s3cret")
                .put("expirationDateTime", NOW.plus(Duration.ofDays(6)).toString());
        HttpRequest.Builder request = graph.request("/v1.0/subscriptions")
                .header("Authorization", "Bearer " + graph.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(wish.toString()));
        Answer made = graph.send((headers.length == 0 ? request : request.headers(headers)).build());
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
        return made.json().path("id").asText();
    }

    private String subscribeInbox() {
        return subscribe("me/mailFolders('inbox')/messages", "created,updated,deleted");
    }

    private JsonNode control(String operation, String json) {
        Answer answer = graph.send(graph.request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.json();
    }

    /** Waits until every notification so far is delivered or lost. */
    private List<JsonNode> settled() {
        await().atMost(PATIENCE).until(() -> count("waiting") == 0);
        return subscriber.notifications();
    }

    private long count(String name) {
        return graph.get("/sandbox/control/subscriptions")
                .json()
                .path("notifications")
                .path(name)
                .asLong(-1);
    }

    private static List<String> changeTypes(List<JsonNode> notifications) {
        return notifications.stream()
                .map(one -> one.path("changeType").asText())
                .toList();
    }

    @Test
    void newMailIsToldAsMicrosoftTellsIt() {
        String id = subscribeInbox();

        SandboxMessage message = graph.deliver("Hello");

        JsonNode told = settled().get(0);
        String resource = "Users/" + graph.user.objectId() + "/Messages/" + message.restId();
        assertThat(told.path("subscriptionId").asText()).isEqualTo(id);
        assertThat(told.path("subscriptionExpirationDateTime").asText()).isEqualTo("2026-11-30T08:00:00Z");
        assertThat(told.path("clientState").asText()).isEqualTo("s3cret");
        assertThat(told.path("changeType").asText()).isEqualTo("created");
        assertThat(told.path("tenantId").asText())
                .isEqualTo(graph.tenant.directory().tenantId());
        assertThat(told.path("resource").asText()).isEqualTo(resource);
        assertThat(told.path("resourceData").path("id").asText()).isEqualTo(message.restId());
        assertThat(told.path("resourceData").path("@odata.type").asText()).isEqualTo("#Microsoft.Graph.Message");
        assertThat(subscriber.server.asked().get(2).target()).isEqualTo("/notify?tenant=a%20b");
    }

    @Test
    void changesAndRemovalsAreToldOfTheSubscribedFolderOnly() {
        SandboxMessage before = graph.deliver("Was there before");
        subscribeInbox();

        graph.mailbox.setRead(before.number(), true);
        graph.mailbox.edit(before.number(), "Edited");
        graph.mailbox.move(before.number(), graph.mailbox.wellKnownFolder("archive"));
        graph.mailbox.edit(before.number(), "Edited again, elsewhere");

        assertThat(changeTypes(settled())).containsExactlyInAnyOrder("updated", "updated", "deleted");
    }

    @Test
    void wholeMailboxHearsOfAMoveTwiceAndAsksOnlyForWhatItWants() {
        subscribe(
                "users/" + graph.user.objectId() + "/messages", "created,deleted", "Prefer", "IdType=\"ImmutableId\"");
        SandboxMessage message = graph.deliver("On the move");

        graph.mailbox.setRead(message.number(), true);
        graph.mailbox.move(message.number(), graph.mailbox.wellKnownFolder("archive"));

        List<JsonNode> told = settled();
        assertThat(changeTypes(told)).containsExactlyInAnyOrder("created", "deleted", "created");
        assertThat(told)
                .extracting(one -> one.path("resourceData").path("id").asText())
                .containsOnly(message.immutableId());
    }

    @Test
    void filterChoosesWhatIsTold() {
        subscribe("me/messages?$filter=isRead%20eq%20true", "created,updated");
        SandboxMessage message = graph.deliver("Unread");

        graph.mailbox.setRead(message.number(), true);

        assertThat(changeTypes(settled())).containsExactly("updated");
    }

    @Test
    void manyChangesComeTogetherInValue() {
        subscribeInbox();

        control("mailboxes/burst", "{\"mailbox\":\"" + graph.user.objectId() + "\",\"count\":300}");

        assertThat(settled()).hasSize(300);
        assertThat(subscriber.calls()).hasSizeLessThan(100);
    }

    @Test
    void refusedNotificationsAreSentAgain() {
        subscribeInbox();
        control("subscriptions/delivery", "{\"retryMs\":1}");
        subscriber.server.then(ScriptedHttpServer.status(503, "text/plain", ""));
        subscriber.server.then(ScriptedHttpServer.status(503, "text/plain", ""));

        graph.deliver("Third time lucky");

        settled();
        assertThat(subscriber.calls()).hasSize(3);
        assertThat(count("delivered")).isEqualTo(1);
        assertThat(count("failedCalls")).isEqualTo(2);
    }

    @Test
    void afterFourHoursTheyAreLostAndTheSubscriberHearsSo() {
        subscribeInbox();
        control("subscriptions/delivery", "{\"retryMs\":1}");
        subscriber.server.then(exchange -> {
            clock.advance(Duration.ofHours(4));
            exchange.sendResponseHeaders(500, -1);
        });

        graph.deliver("Too late");

        await().atMost(PATIENCE).until(() -> subscriber.calls().size() == 2);
        assertThat(count("lost")).isEqualTo(1);
        assertThat(subscriber.notifications().get(1).path("lifecycleEvent").asText())
                .isEqualTo("missed");
    }

    @Test
    void unwellAddressMissesTenMinutesAndIsToldSo() {
        subscribeInbox();
        control("subscriptions/delivery", "{\"retryMs\":1}");
        for (int time = 1; time <= 10; time++) {
            subscriber.server.then(ScriptedHttpServer.status(500, "text/plain", ""));
        }
        graph.deliver("Tried eleven times");
        settled();

        graph.deliver("Dropped");
        clock.advance(Duration.ofMinutes(10));
        graph.deliver("Well again");

        assertThat(settled())
                .extracting(one -> one.path("lifecycleEvent").asText())
                .containsOnlyOnce("missed");
        assertThat(count("lost")).isEqualTo(1);
        assertThat(count("delivered")).isEqualTo(3);
    }

    @Test
    void everythingCanBeLostRowF43() {
        subscribeInbox();
        control("subscriptions/delivery", "{\"lost\":true}");
        graph.deliver("Nobody hears of it");
        control("subscriptions/delivery", "{}");

        graph.deliver("Heard");

        assertThat(settled()).hasSize(1);
        assertThat(count("lost")).isEqualTo(1);
    }

    @Test
    void notificationsComeDelayedDoubledAndOutOfOrderRowF40() {
        subscribeInbox();
        control("subscriptions/delivery", "{\"delayMs\":300,\"copies\":2,\"reversed\":true}");

        SandboxMessage first = graph.deliver("First");
        SandboxMessage second = graph.deliver("Second");

        assertThat(settled())
                .extracting(one -> one.path("resourceData").path("id").asText())
                .containsExactlyInAnyOrder(first.restId(), first.restId(), second.restId(), second.restId());
        assertThat(subscriber
                        .calls()
                        .get(0)
                        .get(subscriber.calls().get(0).size() - 1)
                        .path("resourceData")
                        .path("id")
                        .asText())
                .as("the oldest of a group comes last")
                .isEqualTo(first.restId());
    }

    @Test
    void lifecycleEventsGoToTheirOwnAddressRowF42() {
        String id = subscribeInbox();

        control("subscriptions/lifecycle", "{\"id\":\"" + id + "\",\"event\":\"missed\"}");
        control("subscriptions/lifecycle", "{\"event\":\"subscriptionRemoved\"}");

        List<JsonNode> told = settled();
        assertThat(told)
                .extracting(one -> one.path("lifecycleEvent").asText())
                .containsExactlyInAnyOrder("missed", "subscriptionRemoved");
        assertThat(told).allSatisfy(one -> {
            assertThat(one.path("subscriptionId").asText()).isEqualTo(id);
            assertThat(one.path("clientState").asText()).isEqualTo("s3cret");
            assertThat(one.has("changeType")).isFalse();
        });
        assertThat(subscriber.server.asked().get(2).target()).isEqualTo("/lifecycle");
        assertThat(graph.get("/v1.0/subscriptions/" + id).status()).isEqualTo(404);
    }

    @Test
    void pausedSubscriptionWaitsForReauthorization() {
        String id = subscribeInbox();
        control("subscriptions/lifecycle", "{\"event\":\"reauthorizationRequired\",\"pause\":true}");
        graph.deliver("Not told");
        graph.send(graph.request("/v1.0/subscriptions/" + id + "/reauthorize")
                .header("Authorization", "Bearer " + graph.token())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());

        graph.deliver("Told");

        assertThat(changeTypes(settled())).containsExactlyInAnyOrder("", "created");
        assertThat(count("lost")).isEqualTo(1);
    }

    @Test
    void forgedNotificationsComeOnDemandRowF41() {
        String id = subscribeInbox();

        JsonNode answer = control("subscriptions/forge", "{\"id\":\"" + id + "\",\"count\":3}");
        control("subscriptions/forge", "{\"id\":\"" + id + "\",\"clientState\":null,\"subscriptionId\":\"unknown\"}");

        List<JsonNode> forged = subscriber.notifications();
        assertThat(answer.path("status").asInt()).isEqualTo(202);
        assertThat(forged).hasSize(4);
        assertThat(forged.get(0).path("clientState").asText()).isEqualTo("s3crex");
        assertThat(forged.get(3).has("clientState")).isFalse();
        assertThat(forged.get(3).path("subscriptionId").asText()).isEqualTo("unknown");
    }

    @Test
    void expiredSubscriptionHearsNothing() {
        subscribeInbox();
        clock.advance(Duration.ofDays(7));

        graph.deliver("Nobody subscribes");

        assertThat(settled()).isEmpty();
        assertThat(graph.get("/sandbox/control/subscriptions").json().path("subscriptions"))
                .isEmpty();
    }
}
