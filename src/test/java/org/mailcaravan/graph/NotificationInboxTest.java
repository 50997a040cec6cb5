package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.graph.ChangeNotification.Event;
import org.mailcaravan.ingest.Subscription;

/** What happens between hearing and waking, counted. */
class NotificationInboxTest {
    private final NotificationFixture fixture = new NotificationFixture();
    private final NotificationInbox inbox = fixture.inbox;

    @AfterEach
    void close() {
        inbox.close();
    }

    private static ChangeNotification heard(String id, String clientState) {
        return new ChangeNotification(id, ChangeNotification.hash(clientState), Event.CHANGE);
    }

    @Test
    void floodForOneMailboxCostsOneWakeForAllThatCameWhileTheLastOneWasUnderWay() throws Exception { // F39
        Subscription one = fixture.subscribed("one", "secret");
        inbox.learn(one);
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        fixture.database = () -> {
            underWay.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> goOn.getCount() == 0);
        };
        inbox.hear(List.of(heard("one", "secret")));
        underWay.await();
        IntStream.range(0, 5_000).forEach(i -> inbox.hear(List.of(heard("one", "secret"))));
        goOn.countDown();
        fixture.database = () -> {};
        Subscription last = fixture.subscribed("last", "secret");
        inbox.learn(last);
        inbox.hear(List.of(heard("last", "secret")));
        fixture.awaitWoken(last);

        // the first one, and one for all others
        assertThat(fixture.wakes(one)).isLessThanOrEqualTo(2).isPositive();
    }

    @Test
    void subscriptionOfAnotherReplicaIsFoundOnceItIsNamed() {
        Subscription other = fixture.subscribed("of another replica", "secret");
        inbox.hear(List.of(heard("of another replica", "secret")));
        fixture.awaitWoken(other);
    }

    @Test
    void strangersAreRememberedUpToALimit() {
        fixture.database = () -> {
            throw new IllegalStateException("down");
        };
        inbox.hear(IntStream.range(0, 5 * NotificationInbox.MOST_STRANGERS)
                .mapToObj(i -> heard("stranger-" + i, "x"))
                .toList());
        Subscription known = fixture.subscribed("known", "secret");
        inbox.learn(known);
        inbox.hear(List.of(heard("known", "secret")));
        fixture.database = () -> {};

        fixture.awaitWoken(known);
        assertThat(fixture.wakes).hasSize(1);
    }

    @Test
    void lateOnesOfAnEarlierSubscriptionStillWakeItsMailbox() { // F40: late, after deletion
        Subscription old = fixture.subscribed("old", "secret");
        inbox.learn(old);
        fixture.stored.clear();
        inbox.hear(List.of(heard("old", "secret")));
        fixture.awaitWoken(old);
    }

    @Test
    void closedInboxLosesHintsQuietly() {
        inbox.close();
        assertThat(inbox.hear(List.of(heard("x", "y")))).isFalse();
    }
}
