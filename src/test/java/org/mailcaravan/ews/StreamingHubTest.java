package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Streaming notifications as hints: what is heard wakes a mailbox, and losing all of it only makes mailboxes be polled. */
final class StreamingHubTest {
    private StreamingFixture streaming = new StreamingFixture();

    @AfterEach
    void close() {
        streaming.close();
    }

    private StreamingFixture.Hanging connection(int number) {
        await().atMost(StreamingFixture.SOON).until(() -> streaming.connections.size() > number);
        return streaming.connections.get(number);
    }

    private StreamingFixture.Hanging heard(Mailbox mailbox, int number) {
        StreamingFixture.Hanging connection = connection(number).sends(StreamingFixture.alive());
        awaitAnnounced(mailbox, true);
        return connection;
    }

    private void awaitAnnounced(Mailbox mailbox, boolean announced) {
        await().atMost(StreamingFixture.SOON)
                .until(() -> streaming.keep(mailbox).announced() == announced);
    }

    private void awaitWoken(Mailbox... mailboxes) {
        for (Mailbox mailbox : mailboxes) {
            await().atMost(StreamingFixture.SOON).until(() -> streaming.woken.contains(mailbox.id()));
        }
    }

    @Test
    void eventsWakeTheirMailboxAndHeartbeatsDoNot() {
        Mailbox mailbox = StreamingFixture.owners();
        assertThat(streaming.keep(mailbox).announced()).isFalse();
        StreamingFixture.Hanging connection = heard(mailbox, 0);

        connection.sends(StreamingFixture.event("subscription-1", "StatusEvent"));
        connection.sends(StreamingFixture.event("unknown", "NewMailEvent"));
        assertThat(streaming.woken).isEmpty();
        connection.sends(StreamingFixture.event("subscription-1", "NewMailEvent"));

        awaitWoken(mailbox);
        assertThat(streaming.woken).containsOnly(mailbox.id());
        assertThat(streaming.asked("Subscribe")).isEqualTo(1);
    }

    @Test
    void mailboxesOfOneGrantShareOneConnectionOneAnchorAndOneCookie() {
        CredentialId grant = CredentialId.random();
        List<Mailbox> mailboxes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            mailboxes.add(StreamingFixture.mailbox(grant, Access.APPLICATION));
        }
        mailboxes.forEach(streaming::keep);

        await().atMost(StreamingFixture.SOON)
                .until(() -> streaming.connections.stream().anyMatch(one -> one.subscriptions.size() == 30));
        StreamingFixture.Hanging last = streaming.connections.get(streaming.connections.size() - 1);
        last.sends(StreamingFixture.alive() + StreamingFixture.event("subscription-7", "MovedEvent"));

        awaitWoken(mailboxes.get(6));
        assertThat(streaming.hub.connections()).isEqualTo(1);
        assertThat(streaming.anchors())
                .containsOnlyKeys(mailboxes.get(0).address().value());
        assertThat(last.asked.header("Cookie")).isEqualTo("X-BackEndOverrideCookie=server~7");
        assertThat(last.asked.header("X-PreferServerAffinity")).isEqualTo("true");
        assertThat(last.asked.header("Accept-Encoding")).isEmpty();
    }

    @Test
    void connectionsAndSubscriptionsAreBounded() {
        CredentialId grant = CredentialId.random();
        URI at = URI.create(streaming.server.url() + "/EWS/Exchange.asmx");
        int places = StreamingHub.MOST_GROUPS_OF_GRANT * StreamingGroup.MOST_MAILBOXES;
        for (int i = 0; i < places; i++) {
            streaming.hub.place(StreamingFixture.mailbox(grant, Access.APPLICATION), at);
        }

        assertThat(streaming.keep(StreamingFixture.mailbox(grant, Access.APPLICATION)))
                .isEqualTo(MailboxWatch.Watched.NOT);
        assertThat(streaming.hub.connections()).isEqualTo(StreamingHub.MOST_GROUPS_OF_GRANT);
        assertThat(streaming.server.asked()).isEmpty();
    }

    @Test
    void aDelegateHasNoSubscription() {
        assertThat(streaming.keep(StreamingFixture.mailbox(CredentialId.random(), Access.DELEGATE)))
                .isEqualTo(MailboxWatch.Watched.NOT);
        assertThat(streaming.server.asked()).isEmpty();
    }

    @Test
    void aConnectionThatIsClosedAsPlannedIsMadeAgainAtOnceWithTheSameSubscriptions() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        StreamingFixture.Hanging first = heard(mailbox, 0);
        streaming.clock.advance(Duration.ofMinutes(25));

        first.sends(StreamingFixture.closed()).ends();

        assertThat(heard(mailbox, 1).subscriptions).containsExactly("subscription-1");
        assertThat(streaming.woken).isEmpty();
        assertThat(streaming.asked("Subscribe")).isEqualTo(1);
    }

    @Test
    void aConnectionThatBreaksWakesItsMailboxesSoThatTheyArePolledAndIsMadeAgain() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);

        heard(mailbox, 0).ends();

        awaitWoken(mailbox);
        connection(1);
        awaitAnnounced(mailbox, false);
        heard(mailbox, 1);
    }

    @Test
    void aServerThatOnlyOpensAndClosesIsNotAskedInAHotLoop() { // F21
        streaming.close();
        streaming = new StreamingFixture(Duration.ofSeconds(30), Duration.ofHours(1));
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);

        connection(0)
                .sends(StreamingFixture.alive() + StreamingFixture.closed())
                .ends();

        awaitWoken(mailbox); // told to be polled, for the next connection is far away
        assertThat(streaming.keep(mailbox).announced()).isFalse();
        assertThat(streaming.connections).hasSize(1);
    }

    @Test
    void pausesGrowToFiveMinutes() {
        Duration first = Duration.ofSeconds(2);

        assertThat(StreamingGroup.pause(first, 1)).isEqualTo(first);
        assertThat(StreamingGroup.pause(first, 3)).isEqualTo(Duration.ofSeconds(8));
        assertThat(StreamingGroup.pause(first, 1000)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aSilentConnectionIsGivenUp() {
        streaming.close();
        streaming = new StreamingFixture(Duration.ofMillis(300), Duration.ofMillis(10));
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);

        connection(0);

        connection(1);
        assertThat(streaming.hub.connections()).isEqualTo(1);
    }

    @Test
    void aLostSubscriptionIsReplacedByTheNextReadingWhichIsNow() { // F42
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        StreamingFixture.Hanging first = heard(mailbox, 0);

        first.sends(StreamingFixture.lost("subscription-1")).ends();

        awaitWoken(mailbox);
        assertThat(streaming.keep(mailbox).announced()).isFalse();
        assertThat(connection(1).subscriptions).containsExactly("subscription-2");
        assertThat(streaming.asked("Subscribe")).isEqualTo(2);
    }

    @Test
    void whoLosesSubscriptionsAgainAndAgainWaits() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        connection(0).sends(StreamingFixture.lost("subscription-1")).ends();
        awaitWoken(mailbox);
        streaming.keep(mailbox);
        streaming.woken.clear();
        connection(1).sends(StreamingFixture.lost("subscription-2")).ends();
        awaitWoken(mailbox);

        MailboxWatch.Watched watched = streaming.keep(mailbox);

        assertThat(watched.next()).hasValueSatisfying(next -> assertThat(next).isAfter(EwsFixture.NOW.plusSeconds(29)));
        assertThat(streaming.asked("Subscribe")).isEqualTo(2);
        streaming.clock.advance(Duration.ofMinutes(1));
        streaming.keep(mailbox);
        assertThat(streaming.asked("Subscribe")).isEqualTo(3);
    }

    @Test
    void aRefusedSubscriptionIsAskedForLaterAsExchangeSays() { // F30
        streaming.server.then(EwsAnswers.fault(
                500,
                "ErrorServerBusy",
                "<t:MessageXml xmlns:t=\"" + Namespaces.TYPES
                        + "\"><t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml>"));
        Mailbox mailbox = StreamingFixture.owners();

        MailboxWatch.Watched watched = streaming.keep(mailbox);
        streaming.keep(mailbox);

        assertThat(watched).isEqualTo(new MailboxWatch.Watched(false, Optional.of(EwsFixture.NOW.plusMillis(297_749))));
        assertThat(streaming.asked("Subscribe")).isEqualTo(1);
    }

    @Test
    void aRefusedTokenIsReplacedBeforeTheNextConnection() { // F29
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        StreamingFixture.Hanging first = heard(mailbox, 0);
        streaming.server.then(
                ScriptedHttpServer.status(401, "text/plain", "", "WWW-Authenticate", "Bearer error=\"invalid_token\""));

        first.ends();

        assertThat(connection(1).asked.header("Authorization")).isEqualTo("Bearer token-1");
        assertThat(streaming.tokens.refused).hasSize(1);
    }

    @Test
    void brokenAnswersEndTheConnectionAndNothingElse() { // F32, S39
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);

        heard(mailbox, 0).sends("<!DOCTYPE x SYSTEM \"" + streaming.server.url() + "/x.dtd\"><x/>");

        awaitWoken(mailbox);
        heard(mailbox, 1);
        assertThat(streaming.server.asked())
                .allSatisfy(asked -> assertThat(asked.target()).isEqualTo("/EWS/Exchange.asmx"));
    }

    @Test
    void aMailboxThatIsDisconnectedIsUnsubscribedAndLeavesTheConnection() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        heard(mailbox, 0);

        streaming.hub.end(mailbox);
        streaming.hub.end(mailbox);

        await().atMost(StreamingFixture.SOON).until(() -> streaming.hub.connections() == 0);
        assertThat(streaming.asked("Unsubscribe")).isEqualTo(1);
    }

    @Test
    void whatOtherReplicasDisconnectedIsNotAskedForAgain() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        StreamingFixture.Hanging first = heard(mailbox, 0);
        streaming.disconnected.add(mailbox.id());

        first.ends();

        await().atMost(StreamingFixture.SOON).until(() -> streaming.hub.connections() == 0);
        assertThat(streaming.connections).hasSize(1);
    }

    @Test
    void aMailboxConnectedWithAnotherGrantMovesToAnotherConnection() {
        Mailbox mailbox = StreamingFixture.owners();
        streaming.keep(mailbox);
        heard(mailbox, 0);
        Mailbox again = new Mailbox(
                mailbox.id(),
                mailbox.tenant(),
                mailbox.objectId(),
                mailbox.address(),
                CredentialId.random(),
                mailbox.protocol(),
                mailbox.access(),
                mailbox.folders(),
                mailbox.deliverFrom());

        streaming.keep(again);

        assertThat(connection(1).subscriptions).containsExactly("subscription-2");
        await().atMost(StreamingFixture.SOON).until(() -> streaming.hub.connections() == 1);
    }
}
