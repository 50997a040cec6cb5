package org.mailcaravan.graph;

import java.io.IOException;
import java.util.Optional;

/** Whether Graph can be reached, learnt from the requests that are made anyway. Thread-safe. */
final class GraphReach {
    /** One lost request is everyday life. */
    static final int MISSES_THAT_COUNT = 3;

    private int misses;
    private String reason = "";

    /** Any answer counts, a refusal too. */
    synchronized void answered() {
        misses = 0;
    }

    synchronized void missed(IOException e) {
        misses++;
        reason = e.getClass().getSimpleName();
    }

    /** Why it is out of reach, if so. */
    synchronized Optional<String> trouble() {
        return misses < MISSES_THAT_COUNT
                ? Optional.empty()
                : Optional.of("the last " + misses + " requests to Microsoft Graph got no answer (" + reason + ")");
    }
}
