package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

/** The rules of {@code /subscriptions}, over HTTP. */
class GraphSubscriptionTest {
    private static final String PATH = "/v1.0/subscriptions";
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults(), clock);
    private final Subscriber subscriber = new Subscriber();

    @AfterEach
    void close() {
        graph.close();
        subscriber.close();
    }

    private ObjectNode wish() {
        return new ObjectMapper()
                .createObjectNode()
                .put("changeType", "created,updated")
                .put("notificationUrl", subscriber.url())
                .put("resource", "me/mailFolders('inbox')/messages")
                .put("clientState", "s3cret")
                .put("expirationDateTime", NOW.plus(Duration.ofHours(3)).toString());
    }

    private Answer call(String token, String method, String path, String body) {
        return graph.send(graph.request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** A new one each time: tests move the clock past its end. */
    private String token() {
        return graph.token(graph.user, Permission.MAIL_READ);
    }

    private Answer get(String path) {
        return graph.getAs(token(), path);
    }

    private Answer create(ObjectNode wish) {
        return call(token(), "POST", PATH, wish.toString());
    }

    private String created() {
        return create(wish()).json().path("id").asText();
    }

    private Answer renew(String id, Duration ahead) {
        return call(
                token(),
                "PATCH",
                PATH + "/" + id,
                "{\"expirationDateTime\":\"" + clock.instant().plus(ahead) + "\"}");
    }

    private Answer control(String operation, String json) {
        Answer answer = graph.send(graph.request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer;
    }

    private String application(Permission... roles) {
        return graph.tenant
                .authority()
                .appOnlyToken(graph.tenant.directory().appOnlyRegistration(), Permission.GRAPH, Set.of(roles));
    }

    @Test
    void subscriptionIsMadeReadRenewedReauthorizedAndDeleted() {
        Answer made = create(wish());
        String one = PATH + "/" + made.json().path("id").asText();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("clientState").asText()).isEqualTo("s3cret");
        assertThat(made.json().path("applicationId").asText())
                .isEqualTo(graph.tenant.directory().demoRegistration().clientId());
        assertThat(made.json().path("creatorId").asText()).isEqualTo(graph.user.objectId());
        assertThat(made.json().path("expirationDateTime").asText()).isEqualTo("2026-11-24T11:00:00Z");
        assertThat(get(one).json().path("clientState").isNull()).isTrue();
        assertThat(get(PATH).json().path("value")).hasSize(1);

        Answer renewed = renew(made.json().path("id").asText(), Duration.ofDays(6));

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.json().path("expirationDateTime").asText()).isEqualTo("2026-11-30T08:00:00Z");
        assertThat(call(token(), "POST", one + "/reauthorize", "").status()).isEqualTo(204);
        assertThat(call(token(), "DELETE", one, "").status()).isEqualTo(204);
        assertThat(get(one).status()).isEqualTo(404);
        assertThat(call(token(), "DELETE", one, "").code()).isEqualTo("ResourceNotFound");
        assertThat(graph.tenant.log().byMailbox().get(graph.user.objectId()))
                .containsEntry("graph:subscriptions/create", 1L)
                .containsEntry("graph:subscriptions/renew", 1L)
                .containsEntry("graph:subscriptions/reauthorize", 1L);
    }

    @Test
    void handshakeKeepsTheQueryAndSendsADecodableToken() {
        create(wish().put("lifecycleNotificationUrl", subscriber.lifecycleUrl()));

        assertThat(subscriber.server.asked()).hasSize(2).allSatisfy(asked -> {
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(asked.body()).isEmpty();
        });
        assertThat(subscriber.server.asked().get(0).target())
                .startsWith("/notify?tenant=a%20b&validationToken=Validation%3A+");
        assertThat(subscriber.server.asked().get(1).target()).startsWith("/lifecycle?validationToken=");
    }

    @ParameterizedTest
    @CsvSource({"200, text/plain, wrong", "404, text/plain, ''", "200, text/html, ''"})
    void addressThatDoesNotEchoTheTokenIsRefused(int status, String type, String body) {
        subscriber.server.then(ScriptedHttpServer.status(status, type, body));

        Answer refused = create(wish());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("InvalidRequest");
        assertThat(refused.json().path("error").path("message").asText())
                .startsWith("Subscription validation request failed. ");
        assertThat(get(PATH).json().path("value")).isEmpty();
    }

    @Test
    void addressWhereNobodyAnswersIsRefused() {
        subscriber.close();

        assertThat(create(wish()).code()).isEqualTo("InvalidRequest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "changeType | created,renamed | InvalidRequest",
                "changeType | created,created | InvalidRequest",
                "notificationUrl | http://mail.example/notify | InvalidRequest",
                "notificationUrl | https://user@mail.example/ | InvalidRequest",
                "lifecycleNotificationUrl | ftp://localhost/ | InvalidRequest",
                "resource | me/events | InvalidRequest",
                "resource | users/nobody@caravan.example/messages | ErrorInvalidUser",
                "resource | me/mailFolders('nowhere')/messages | ErrorItemNotFound",
                "expirationDateTime | tomorrow | InvalidRequest",
                "expirationDateTime | 2026-11-24T07:59:59Z | InvalidRequest",
                "expirationDateTime | 2026-12-01T08:00:01Z | ExtensionError",
                "latestSupportedTlsVersion | v9 | InvalidRequest"
            })
    void wrongWishIsRefused(String field, String value, String code) {
        Answer refused = create(wish().put(field, value));

        assertThat(refused.status()).isBetween(400, 404);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(subscriber.server.asked())
                .as("refused before anybody is called")
                .isEmpty();
    }

    @Test
    void longestIsAWeekOrWhatTheRulesSayAndTheRefusalNamesTheMinutes() {
        assertThat(create(wish().put("expirationDateTime", "2026-12-01T08:00:00Z"))
                        .status())
                .isEqualTo(201);
        control("subscriptions/rules", "{\"longestMinutes\":4230}");

        Answer refused = create(wish().put("expirationDateTime", "2026-12-01T08:00:00Z"));

        assertThat(refused.json().path("error").path("message").asText())
                .contains("can only be 4230 minutes in the future");
    }

    @Test
    void lessThanFortyFiveMinutesAreLifted() {
        Answer made = create(wish().put("expirationDateTime", "2026-11-24T08:01:00Z"));

        assertThat(made.json().path("expirationDateTime").asText()).isEqualTo("2026-11-24T08:45:00Z");
    }

    @Test
    void clientStateHasAtMost128Characters() {
        assertThat(create(wish().put("clientState", "x".repeat(128))).status()).isEqualTo(201);
        assertThat(create(wish().put("clientState", "x".repeat(129))).status()).isEqualTo(400);
    }

    @Test
    void delegateIsRefusedForAnothersMailboxAndAnApplicationIsNot() {
        SandboxUser other = graph.tenant.directory().users().get(1);
        graph.tenant.directory().setDelegate(other.objectId(), graph.user.objectId(), true);
        ObjectNode theirs = wish().put("resource", "users/" + other.objectId() + "/messages");
        String delegate = graph.token(graph.user, Permission.MAIL_READ, Permission.MAIL_READ_SHARED);

        assertThat(graph.getAs(delegate, "/v1.0/users/" + other.objectId() + "/messages")
                        .status())
                .isEqualTo(200);
        assertThat(call(delegate, "POST", PATH, theirs.toString()).code()).isEqualTo("ErrorAccessDenied");
        assertThat(call(application(), "POST", PATH, theirs.toString()).status())
                .isEqualTo(403);
        assertThat(call(application(Permission.MAIL_READ_ROLE), "POST", PATH, theirs.toString())
                        .status())
                .isEqualTo(201);
        assertThat(call(application(Permission.MAIL_READ_ROLE), "POST", PATH, wish().toString())
                        .status())
                .as("an application has no me")
                .isEqualTo(400);
    }

    @Test
    void othersSubscriptionsAreInvisible() {
        String mine = PATH + "/" + created();
        String application = application(Permission.MAIL_READ_ROLE);

        assertThat(graph.getAs(application, PATH).json().path("value")).isEmpty();
        assertThat(graph.getAs(application, mine).status()).isEqualTo(404);
        assertThat(call(application, "DELETE", mine, "").status()).isEqualTo(404);
        assertThat(get(mine).status()).isEqualTo(200);
    }

    @Test
    void mailboxHasAQuota() {
        control("subscriptions/rules", "{\"perMailbox\":2}");
        created();
        created();

        assertThat(create(wish()).status()).isEqualTo(403);
        clock.advance(Duration.ofHours(3));
        assertThat(create(wish().put("expirationDateTime", "2026-11-25T08:00:00Z"))
                        .status())
                .as("expired ones do not count")
                .isEqualTo(201);
    }

    @Test
    void itExpiresByTheSandboxsClock() {
        String id = created();
        clock.advance(Duration.ofHours(3).minusSeconds(1));
        assertThat(get(PATH + "/" + id).status()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(1));

        assertThat(get(PATH + "/" + id).status()).isEqualTo(404);
        assertThat(renew(id, Duration.ofHours(1)).status()).isEqualTo(404);
    }

    @Test
    void renewalsAreRefusedAndEndsComeAsToldRowF42() {
        String id = created();
        control("subscriptions/renewals", "{\"status\":403}");
        assertThat(renew(id, Duration.ofHours(5)).status()).isEqualTo(403);
        assertThat(call(token(), "POST", PATH + "/" + id + "/reauthorize", "").status())
                .isEqualTo(403);

        control("subscriptions/renewals", "{\"refused\":false}");
        assertThat(renew(id, Duration.ofHours(5)).status()).isEqualTo(200);
        control("subscriptions/end", "{\"id\":\"" + id + "\"}");

        assertThat(renew(id, Duration.ofHours(5)).status()).isEqualTo(404);
    }

    @Test
    void onlyTheExpiryCanBeChanged() {
        Answer refused =
                call(token(), "PATCH", PATH + "/" + created(), "{\"lifecycleNotificationUrl\":\"https://a.example/\"}");

        assertThat(refused.status()).isEqualTo(400);
    }

    @Test
    void plannedFaultsStrikeSubscriptionsToo() {
        control("faults", "{\"kind\":\"graph:subscriptions/create\",\"fault\":{\"type\":\"answer\",\"status\":504}}");

        assertThat(create(wish()).status()).isEqualTo(504);
        assertThat(create(wish()).status()).isEqualTo(201);
    }

    @Test
    void badTokenAndBadJsonAreRefused() {
        assertThat(call("nonsense", "POST", PATH, wish().toString()).status()).isEqualTo(401);
        assertThat(call(token(), "POST", PATH, "{").code()).isEqualTo("BadRequest");
        assertThat(call(token(), "PUT", PATH, "{}").status()).isEqualTo(400);
    }
}
