package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.testing.SettableClock;

/** F21: a host that is out of reach is left alone, and tried again by one request at a time. */
class HostReachTest {
    private final SettableClock clock = new SettableClock(GraphFixture.NOW);
    private final HostReach reach =
            new HostReach("graph.microsoft.com", clock, new SplittableRandom(1), GraphMeters.none());

    @Test
    void aFewLostRequestsChangeNothing() {
        for (int i = 1; i < HostReach.MISSES_THAT_PART; i++) {
            reach.missed(new IOException());
        }
        assertThatCode(reach::require).doesNotThrowAnyException();
    }

    @Test
    void afterManyNothingIsSentForAWhileAndThenOneRequest() {
        part();
        assertThatThrownBy(reach::require)
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("graph.microsoft.com is left alone");

        clock.advance(HostReach.LONGEST_WAIT);

        assertThatCode(reach::require).doesNotThrowAnyException();
        assertThatThrownBy(reach::require).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aProbeThatIsAnsweredOpensTheWayForAll() {
        part();
        clock.advance(HostReach.LONGEST_WAIT);
        reach.require();
        reach.answered(404);

        assertThatCode(reach::require).doesNotThrowAnyException();
        assertThat(reach.trouble()).isEmpty();
    }

    @Test
    void serverFaultsCountAsMissesAndThrottlingDoesNot() {
        for (int i = 0; i < HostReach.MISSES_THAT_PART; i++) {
            reach.answered(List.of(500, 502, 504).get(i % 3));
        }
        assertThatThrownBy(reach::require).isInstanceOf(MailSourceUnavailableException.class);
        assertThat(reach.trouble().orElseThrow()).contains("status 500");

        reach.answered(503);
        assertThatCode(reach::require).doesNotThrowAnyException();
    }

    /** Thousands of mailboxes that ask all the time cause less than a request a second, and later one in many seconds. */
    @Test
    void howeverManyAskAHostThatIsDownHearsLittle() {
        part();
        int sent = 0;
        for (int tenths = 0; tenths < 10 * 600; tenths++) {
            clock.advance(Duration.ofMillis(100));
            sent += tries(50);
        }
        assertThat(sent).isBetween(600 / 30 - 1, 150);
    }

    private int tries(int mailboxes) {
        int sent = 0;
        for (int i = 0; i < mailboxes; i++) {
            try {
                reach.require();
                reach.missed(new ConnectException());
                sent++;
            } catch (MailSourceUnavailableException e) {
                // not sent
            }
        }
        return sent;
    }

    private void part() {
        List<IOException> faults =
                List.of(new ConnectException(), new UnknownHostException(), new SSLHandshakeException("x"));
        for (int i = 0; i < HostReach.MISSES_THAT_PART; i++) {
            reach.missed(faults.get(i % 3));
        }
    }
}
