package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.SandboxUser;

/** Mail that is announced, by a sandbox that really calls back; nobody would look into a mailbox for an hour otherwise. */
class NotificationJourneyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static JourneyFixture journey;
    private static int nextUser;

    @BeforeAll
    static void start() throws Exception {
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(0, 9), (tenant, settings) -> {
            settings.put("mail.notifications", "on");
            settings.put("ews.streaming", "true");
            settings.put("mail.poll-interval", "1h");
            settings.put("mail.poll-interval-idle", "1h");
            settings.put("mail.poll-interval-notified", "1h");
            return tenant.demoRegistration();
        });
    }

    @AfterAll
    static void stop() {
        journey.close();
    }

    @AfterEach
    void faithfulAgain() throws Exception {
        journey.control("subscriptions/delivery", Map.of());
    }

    /** A mailbox of its own for each test, connected, read to its end, and announced. */
    private static SandboxUser connected() throws Exception {
        SandboxUser user = journey.user(nextUser++);
        journey.burst(user, 1);
        journey.connect(user, "graph");
        journey.awaitDelivered(user, 1);
        await().atMost(Duration.ofSeconds(60)).until(() -> subscriptions(user).size() == 1);
        return user;
    }

    private static JsonNode subscriptions(SandboxUser user) throws Exception {
        return journey.control("subscriptions", Map.of("mailbox", user.userPrincipalName()))
                .path("subscriptions");
    }

    private static String subscription(SandboxUser user) throws Exception {
        return subscriptions(user).path(0).path("id").asText();
    }

    private static JsonNode status(SandboxUser user) {
        JsonNode mailboxes = journey.settings()
                .management()
                .call("mailboxes", JSON.createObjectNode().put("addresses", true));
        for (JsonNode one : mailboxes.path("mailboxes")) {
            if (one.path("address").asText().equalsIgnoreCase(user.userPrincipalName())) {
                return one;
            }
        }
        return JSON.missingNode();
    }

    @Test
    void mailIsDeliveredWithoutWaitingForTheNextLook() throws Exception {
        SandboxUser user = connected();
        for (int mail = 2; mail <= 4; mail++) {
            journey.burst(user, 1);
            journey.awaitDelivered(user, mail);
        }
        assertThat(Instant.parse(status(user).path("announcedUntil").asText()))
                .isBetween(Instant.now().plus(Duration.ofDays(6)), Instant.now().plus(Duration.ofDays(7)));
    }

    @Test
    void mailThatEwsStreamsIsDeliveredWithoutWaitingForTheNextLook() throws Exception {
        SandboxUser user = journey.user(nextUser++);
        journey.burst(user, 1);
        journey.connect(user, "ews");
        journey.awaitDelivered(user, 1);
        await("a stream of EWS")
                .atMost(Duration.ofSeconds(60))
                .until(() -> journey.control("ews/subscriptions", Map.of("mailbox", user.userPrincipalName()))
                        .path("subscriptions")
                        .path(0)
                        .path("connected")
                        .asBoolean());
        for (int mail = 2; mail <= 4; mail++) {
            journey.burst(user, 1);
            journey.awaitDelivered(user, mail);
        }
    }

    @Test
    void doubledAndReversedNotificationsDeliverEachMailOnce() throws Exception { // F40
        SandboxUser user = connected();
        journey.control("subscriptions/delivery", Map.of("copies", 10, "reversed", true, "delayMs", 200));
        journey.burst(user, 20);
        journey.awaitDelivered(user, 21);
        assertThat(new HashSet<>(journey.numbers(user))).hasSize(21);
    }

    @Test
    void forgedNotificationsCauseNoRequest() throws Exception { // F41
        SandboxUser user = connected();
        Map<String, Long> before = journey.requests(user);
        JsonNode answer = journey.control("subscriptions/forge", Map.of("id", subscription(user), "count", 1000));
        assertThat(answer.path("status").asInt()).isEqualTo(202);
        SandboxUser other = connected();
        journey.burst(other, 1);
        journey.awaitDelivered(other, 2);
        assertThat(journey.requests(user)).isEqualTo(before);
    }

    @Test
    void missedEventFindsWhatWasLost() throws Exception { // F42
        SandboxUser user = connected();
        journey.control("subscriptions/delivery", Map.of("lost", true));
        journey.burst(user, 3);
        journey.control("subscriptions/lifecycle", Map.of("event", "missed", "mailbox", user.userPrincipalName()));
        journey.awaitDelivered(user, 4);
    }

    @Test
    void removedSubscriptionIsReplacedAndWhatCameMeanwhileIsFound() throws Exception { // F42
        SandboxUser user = connected();
        String first = subscription(user);
        journey.control("subscriptions/delivery", Map.of("lost", true));
        journey.burst(user, 2);
        journey.control("subscriptions/delivery", Map.of());
        journey.control(
                "subscriptions/lifecycle", Map.of("event", "subscriptionRemoved", "mailbox", user.userPrincipalName()));
        journey.awaitDelivered(user, 3);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(subscription(user)).isNotEmpty().isNotEqualTo(first));
        journey.burst(user, 1);
        journey.awaitDelivered(user, 4);
    }

    @Test
    void reauthorizationIsAnsweredAndAnnouncingGoesOn() throws Exception { // F42
        SandboxUser user = connected();
        journey.control(
                "subscriptions/lifecycle",
                Map.of("event", "reauthorizationRequired", "mailbox", user.userPrincipalName(), "pause", true));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !subscriptions(user).path(0).path("paused").asBoolean(true));
        journey.burst(user, 1);
        journey.awaitDelivered(user, 2);
    }

    @Test
    void disconnectingEndsTheSubscription() throws Exception {
        SandboxUser user = connected();
        journey.settings()
                .management()
                .call(
                        "disconnect",
                        JSON.createObjectNode()
                                .put("mailbox", status(user).path("id").asText()));
        assertThat(subscriptions(user)).isEmpty();
    }

    @Test
    void sharedMailboxOfADelegateIsPolled(@TempDir Path other) throws Exception {
        try (JourneyFixture polling = JourneyFixture.start(other, new JourneyFixture.Size(0, 3), (tenant, settings) -> {
            settings.put("mail.notifications", "on");
            return tenant.demoRegistration();
        })) {
            SandboxUser delegate = polling.user(0);
            SandboxUser shared = polling.user(1);
            polling.tenant().directory().setDelegate(shared.objectId(), delegate.objectId(), true);
            String link = polling.settings()
                    .management()
                    .call(
                            "ticket",
                            JSON.createObjectNode()
                                    .put("userLogin", delegate.userPrincipalName())
                                    .put("protocol", "graph")
                                    .put("mailbox", shared.userPrincipalName()))
                    .path("link")
                    .asText();
            new DemoBrowser(
                            polling.settings().publicBaseUrl(),
                            polling.settings().callbackPath(),
                            JourneyFixture.API_TOKEN)
                    .follow(URI.create(link), delegate.userPrincipalName());
            polling.burst(shared, 2);
            polling.awaitDelivered(shared, 2);
            polling.burst(shared, 1);
            polling.awaitDelivered(shared, 3);
            assertThat(polling.tenant().log().byMailbox().values())
                    .noneMatch(
                            kinds -> kinds.keySet().stream().anyMatch(kind -> kind.startsWith("graph:subscriptions")));
        }
    }

    /** F43 in small: the clock is not ours here, so the interval is short instead. */
    @Test
    void everyNotificationLostMeansLaterAndNothingElse(@TempDir Path other) throws Exception {
        try (JourneyFixture deaf = JourneyFixture.start(other, new JourneyFixture.Size(0, 2), (tenant, settings) -> {
            settings.put("mail.notifications", "on");
            settings.put("mail.poll-interval-notified", "2s");
            return tenant.demoRegistration();
        })) {
            SandboxUser user = deaf.user(0);
            deaf.connect(user, "graph");
            deaf.control("subscriptions/delivery", Map.of("lost", true));
            Set<Long> sent = new HashSet<>(deaf.burst(user, 5));
            sent.addAll(deaf.burst(user, 5));
            deaf.awaitDelivered(user, 10);
            assertThat(new HashSet<>(deaf.numbers(user))).isEqualTo(sent);
            assertThat(deaf.control("subscriptions", Map.of())
                            .path("notifications")
                            .path("delivered")
                            .asInt())
                    .isZero();
        }
    }
}
