package org.mailcaravan.graph;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.mailcaravan.mailbox.MailSourceUnavailableException;

/**
 * Whether one host can be reached, learnt from the requests that are made anyway. After many in a row that got no answer, or a server fault, nothing is sent
 * but one request now and then that finds out (row F21): thousands of mailboxes do not keep knocking. A throttling answer is an answer. Thread-safe.
 */
final class HostReach {
    /** One lost request is everyday life. */
    static final int MISSES_THAT_COUNT = 3;
    /** So many in a row, of whichever mailboxes, and it is left alone. */
    static final int MISSES_THAT_PART = 10;

    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 5;

    private final String host;
    private final Clock clock;
    private final RandomGenerator random;
    private final GraphMeters meters;
    private int misses;
    private String reason = "";
    private Instant nextTry = Instant.MIN;

    HostReach(String host, Clock clock, RandomGenerator random, GraphMeters meters) {
        this.host = host;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /** @throws MailSourceUnavailableException at once, and nothing may be sent, while the host is left alone */
    synchronized void require() {
        if (misses < MISSES_THAT_PART) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(nextTry)) {
            meters.withheld("unreachable");
            throw new MailSourceUnavailableException("Graph: " + host + " is left alone for a moment, because "
                    + trouble().orElse("it was out of reach"));
        }
        nextTry = now.plus(untilNextTry());
    }

    /** Any answer counts, a refusal too, unless the server says that it is broken. */
    synchronized void answered(int status) {
        if (status == 500 || status == 502 || status == 504) {
            miss("status " + status);
        } else {
            misses = 0;
        }
    }

    synchronized void missed(IOException e) {
        miss(e.getClass().getSimpleName());
    }

    private void miss(String why) {
        misses++;
        reason = why;
        if (misses == MISSES_THAT_PART) {
            nextTry = clock.instant().plus(untilNextTry());
        }
    }

    /** Capped exponential with full jitter. */
    private Duration untilNextTry() {
        int doublings = Math.min(misses - MISSES_THAT_PART + 1, MOST_DOUBLINGS);
        long most = Math.min(SHORTEST_WAIT.toMillis() << doublings, LONGEST_WAIT.toMillis());
        return Duration.ofMillis(Math.max(SHORTEST_WAIT.toMillis(), random.nextLong(most + 1)));
    }

    /** Why it is out of reach, if so. */
    synchronized Optional<String> trouble() {
        return misses < MISSES_THAT_COUNT
                ? Optional.empty()
                : Optional.of("the last " + misses + " requests to Microsoft Graph got no answer (" + reason + ")");
    }
}
