package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.ingest.FencedOffException;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.ingest.Mailboxes;
import org.mailcaravan.ingest.Subscription;
import org.mailcaravan.ingest.Subscription.State;
import org.mailcaravan.ingest.Subscriptions;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.ScriptedHttpServer.Answer;
import org.mailcaravan.testing.ScriptedHttpServer.Asked;

/** Row F42 and the subscription's whole life, on a settable clock, before a Graph that answers by script. */
class MailboxSubscriptionsTest {
    private static final URI URL = URI.create("https://mail.contoso.example/graph/notifications");
    private static final Duration WEEK = Duration.ofDays(7);

    private final GraphFixture graph = new GraphFixture();
    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final Transactions transactions = new Transactions(dataSource);
    private final Mailboxes mailboxes = new Mailboxes(transactions, graph.clock);
    private final Subscriptions subscriptions = new Subscriptions(transactions, graph.clock);
    private final NotificationInbox inbox = new NotificationInbox(subscriptions, ids -> {});
    private final MailboxSubscriptions watch =
            new MailboxSubscriptions(URL, () -> graph.source, subscriptions, inbox, new Random(7), graph.clock);

    @BeforeEach
    void connect() {
        mailboxes.save(graph.mailbox);
    }

    @AfterEach
    void close() {
        inbox.close();
        graph.close();
        dataSource.close();
    }

    private MailboxWatch.Watched keep() {
        return watch.keep(graph.mailbox, fence());
    }

    private long fence() {
        String sql = "select fence from mailbox where mailbox_id = ?";
        return transactions
                .call(c -> Sql.first(c, row -> row.getLong(1), sql, graph.mailbox.id()))
                .orElseThrow();
    }

    private Subscription stored() {
        return subscriptions.find(graph.mailbox.id()).orElseThrow();
    }

    private Instant now() {
        return graph.clock.instant();
    }

    private Answer made(String id, Duration life) {
        return exchange -> ScriptedHttpServer.status(
                        201,
                        "application/json",
                        "{\"id\":\"" + id + "\",\"expirationDateTime\":\"" + now().plus(life) + "\"}")
                .to(exchange);
    }

    private Answer renewed(String id, Duration life) {
        return exchange -> ScriptedHttpServer.json(
                        "{\"id\":\"" + id + "\",\"expirationDateTime\":\"" + now().plus(life) + "\"}")
                .to(exchange);
    }

    private static Answer deleted() {
        return ScriptedHttpServer.status(204, "text/plain", "");
    }

    private List<String> asked() {
        return graph.server.asked().stream()
                .map(asked -> asked.method() + " " + asked.target().substring("/v1.0".length()))
                .toList();
    }

    private JsonNode body(int index) throws Exception {
        return new ObjectMapper().readTree(graph.server.asked().get(index).body());
    }

    /** Makes the first one and moves the clock to where it is to be renewed. */
    private void subscribeAndWaitUntilDue() {
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        assertThat(keep().announced()).isTrue();
        graph.clock.set(stored().due());
    }

    @Test
    void oneSubscriptionWatchesTheWholeMailboxForNewMail() throws Exception {
        graph.server.then(made("sub-1", Duration.ofDays(6)));

        MailboxWatch.Watched watched = keep();

        assertThat(watched.announced()).isTrue();
        Asked create = graph.server.asked().get(0);
        assertThat(asked()).containsExactly("POST /subscriptions");
        assertThat(create.header("Prefer")).contains("IdType=\"ImmutableId\"");
        JsonNode wish = body(0);
        assertThat(wish.path("resource").asText()).isEqualTo("users/oid/messages");
        assertThat(wish.path("changeType").asText()).isEqualTo("created");
        assertThat(wish.path("notificationUrl").asText()).isEqualTo(URL.toString());
        assertThat(wish.path("lifecycleNotificationUrl").asText()).isEqualTo(URL.toString());
        Instant expires = Instant.parse(wish.path("expirationDateTime").asText());
        assertThat(expires).isBetween(now().plus(WEEK).minus(Duration.ofHours(13)), now().plus(WEEK));
        assertThat(keep()).isEqualTo(watched);
        assertThat(asked()).as("nothing to do until it is due").hasSize(1);
    }

    @Test
    void onlyTheHashOfTheSecretIsStored() throws Exception { // S34
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        keep();

        String secret = body(0).path("clientState").asText();
        assertThat(secret).matches("[A-Za-z0-9_-]{43}");
        assertThat(stored().clientStateHash()).isEqualTo(ChangeNotification.hash(secret));
        List<String> texts = new ArrayList<>();
        transactions.run(c -> Sql.list(
                c,
                row -> {
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        texts.add(String.valueOf(row.getString(i)));
                    }
                    return 0;
                },
                "select * from subscription"));
        assertThat(texts).isNotEmpty().noneMatch(text -> text.contains(secret));
    }

    @Test
    void itIsRenewedDaysAheadOfItsEndAndNotAllAtTheSameTime() throws Exception {
        subscribeAndWaitUntilDue();
        Instant end = stored().expires().orElseThrow();
        assertThat(Duration.between(now(), end)).isBetween(Duration.ofHours(35), Duration.ofDays(3));
        graph.server.then(renewed("sub-1", Duration.ofDays(6)));

        assertThat(keep().announced()).isTrue();

        assertThat(asked()).containsExactly("POST /subscriptions", "PATCH /subscriptions/sub-1");
        assertThat(body(1).fieldNames()).toIterable().containsExactly("expirationDateTime");
        assertThat(stored().expires().orElseThrow()).isAfter(end);
        assertThat(stored().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void renewingThatFailsForDaysEndsInPollingAndThenInANewOne() { // F42
        subscribeAndWaitUntilDue();
        Instant end = stored().expires().orElseThrow();
        graph.server.otherwise(GraphFixture.refused(503, "serviceNotAvailable"));
        int tries = 0;
        while (now().isBefore(end)) {
            MailboxWatch.Watched watched = keep();
            assertThat(watched.announced()).as("it lives until its end").isTrue();
            assertThat(watched.next().orElseThrow()).isAfter(now());
            graph.clock.set(watched.next().orElseThrow());
            tries++;
        }
        assertThat(tries).as("with back-off").isBetween(5, 60);
        assertThat(keep().announced()).as("polled meanwhile").isFalse();

        graph.clock.set(stored().due());
        graph.server
                .then(GraphFixture.refused(404, "ResourceNotFound"))
                .then(ScriptedHttpServer.json("{\"value\":[]}"))
                .then(made("sub-2", Duration.ofDays(6)));
        assertThat(keep().announced()).isTrue();
        assertThat(stored().id()).hasValue("sub-2");
        assertThat(stored().failures()).isZero();
        assertThat(stored().reason()).isEmpty();
    }

    @Test
    void oneThatIsGoneIsMadeAnewWithoutLeavingOrphans() { // F42, F40
        subscribeAndWaitUntilDue();
        String own = "{\"id\":\"orphan\",\"resource\":\"Users/OID/messages\",\"notificationUrl\":\"" + URL + "\"}";
        String foreign =
                "{\"id\":\"foreign\",\"resource\":\"users/oid/messages\",\"notificationUrl\":\"https://other.example/\"}";
        String other =
                "{\"id\":\"other\",\"resource\":\"users/somebody/messages\",\"notificationUrl\":\"" + URL + "\"}";
        graph.server
                .then(GraphFixture.refused(404, "ResourceNotFound"))
                .then(ScriptedHttpServer.json("{\"value\":[" + foreign + "," + other + "],\"@odata.nextLink\":\""
                        + graph.root + "/subscriptions?$skiptoken=1\"}"))
                .then(ScriptedHttpServer.json("{\"value\":[" + own + "]}"))
                .then(deleted())
                .then(made("sub-2", Duration.ofDays(6)));

        assertThat(keep().announced()).isTrue();

        assertThat(asked().subList(1, 6))
                .containsExactly(
                        "PATCH /subscriptions/sub-1",
                        "GET /subscriptions",
                        "GET /subscriptions?$skiptoken=1",
                        "DELETE /subscriptions/orphan",
                        "POST /subscriptions");
    }

    @Test
    void answerThatWasLostLeavesNoOrphanBehind() {
        graph.server.then(ScriptedHttpServer.cut("application/json", "{\"id\":"));
        assertThat(keep().announced()).isFalse();
        assertThat(stored().state()).isEqualTo(State.CREATING);
        graph.clock.set(stored().due());
        String own = "{\"id\":\"lost\",\"resource\":\"users/oid/messages\",\"notificationUrl\":\"" + URL + "\"}";
        graph.server
                .then(ScriptedHttpServer.json("{\"value\":[" + own + "]}"))
                .then(deleted())
                .then(made("sub-2", Duration.ofDays(6)));

        assertThat(keep().announced()).isTrue();
        assertThat(asked().subList(1, 4))
                .containsExactly("GET /subscriptions", "DELETE /subscriptions/lost", "POST /subscriptions");
    }

    @Test
    void shorterLimitThatIsNamedIsTaken() throws Exception {
        graph.server
                .then(ScriptedHttpServer.status(
                        400,
                        "application/json",
                        "{\"error\":{\"code\":\"ExtensionError\",\"message\":\"Subscription expiration can only be 4230"
                                + " minutes in the future.\"}}"))
                .then(made("sub-1", Duration.ofMinutes(4229)));

        assertThat(keep().announced()).isTrue();
        Instant asked = Instant.parse(body(1).path("expirationDateTime").asText());
        assertThat(asked).isEqualTo(now().plus(Duration.ofMinutes(4229)));
    }

    @Test
    void refusedOnesArePolledAndAskedForAgainNextDay() {
        graph.server.then(GraphFixture.refused(403, "quotaLimitReached"));
        MailboxWatch.Watched watched = keep();

        assertThat(watched.announced()).isFalse();
        assertThat(Duration.between(now(), watched.next().orElseThrow()))
                .isBetween(Duration.ofHours(12), Duration.ofHours(24));
        assertThat(stored().reason().orElseThrow()).contains("403 quotaLimitReached");
        assertThat(keep()).isEqualTo(watched);
        assertThat(asked()).hasSize(1);
        graph.clock.advance(Duration.ofDays(1));
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        assertThat(keep().announced()).isTrue();
        assertThat(asked()).as("nothing was made, so nothing is searched for").hasSize(2);
    }

    @Test
    void addressThatGraphCannotReachIsToldWithItsRemedyAndTriedLessAndLessOften() {
        graph.server.otherwise(GraphFixture.refused(400, "InvalidRequest"));
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Duration wait = Duration.between(now(), keep().next().orElseThrow());
            waits.add(wait);
            graph.clock.advance(wait);
        }
        assertThat(waits.get(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(waits.get(11)).isBetween(Duration.ofHours(3), Duration.ofHours(6));
        assertThat(stored().reason().orElseThrow()).contains("public.base-url", "docs/notifications.md");
    }

    @Test
    void throttledOnesWaitAsTheyAreTold() {
        graph.server.then(GraphFixture.refused(429, "TooManyRequests", "Retry-After", "300"));
        assertThat(keep().next()).hasValue(now().plusSeconds(300));
    }

    @Test
    void sharedMailboxOfADelegateIsPolledAndNotAskedFor() {
        Mailbox own = graph.mailbox;
        Mailbox shared = new Mailbox(
                own.id(),
                own.tenant(),
                own.objectId(),
                own.address(),
                own.credential(),
                own.protocol(),
                Access.DELEGATE,
                own.folders(),
                Optional.empty());
        assertThat(watch.keep(shared, fence())).isEqualTo(MailboxWatch.Watched.NOT);
        assertThat(asked()).isEmpty();
    }

    @Test
    void reauthorizationShowsAFreshToken() { // F42
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        keep();
        subscriptions.renewSoon("sub-1");
        assertThat(stored().announces(now())).isTrue();
        graph.server.then(renewed("sub-1", Duration.ofDays(6)));

        assertThat(keep().announced()).isTrue();

        assertThat(asked()).containsExactly("POST /subscriptions", "PATCH /subscriptions/sub-1");
        List<String> shown = graph.server.asked().stream()
                .map(asked -> asked.header("Authorization"))
                .toList();
        assertThat(shown.get(1)).isNotEqualTo(shown.get(0));
        assertThat(stored().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void removedOneIsMadeAnewAtOnce() { // F42
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        keep();
        subscriptions.ended("sub-1");
        assertThat(stored().announces(now())).isFalse();
        graph.server.then(made("sub-2", Duration.ofDays(6)));

        assertThat(keep().announced()).isTrue();
        assertThat(stored().id()).hasValue("sub-2");
        subscriptions.ended("sub-1");
        assertThat(stored().id()).as("a late event of the old one").hasValue("sub-2");
    }

    @Test
    void taskThatLostTheMailboxMeanwhileLeavesNoSubscription() { // F05, F44
        long fence = fence();
        graph.server
                .then(exchange -> {
                    mailboxes.remove(graph.mailbox.id(), MailboxDirectory.Mail.KEEP);
                    made("too-late", Duration.ofDays(6)).to(exchange);
                })
                .then(deleted());

        assertThatThrownBy(() -> watch.keep(graph.mailbox, fence)).isInstanceOf(FencedOffException.class);

        assertThat(asked()).containsExactly("POST /subscriptions", "DELETE /subscriptions/too-late");
        assertThat(subscriptions.find(graph.mailbox.id())).isEmpty();
    }

    @Test
    void disconnectingEndsItAtGraphIfThatIsPossible() {
        graph.server.then(made("sub-1", Duration.ofDays(6)));
        keep();
        graph.server.then(deleted());
        watch.end(graph.mailbox);
        assertThat(asked()).endsWith("DELETE /subscriptions/sub-1");

        graph.server.then(GraphFixture.refused(503, "serviceNotAvailable"));
        watch.end(graph.mailbox);
        mailboxes.remove(graph.mailbox.id(), MailboxDirectory.Mail.KEEP);
        assertThat(subscriptions.find(graph.mailbox.id())).isEmpty();
    }

    @Test
    void hashIsThatOfTheText() {
        assertThat(ChangeNotification.hash("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
                .hasSize(64)
                .isEqualTo(ChangeNotification.hash(
                        new String("abc".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
    }
}
