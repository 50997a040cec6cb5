package org.mailcaravan.ews;

import java.io.IOException;
import java.util.Optional;

/** Whether EWS can be reached, learnt from the requests that are made anyway. A refusal is an answer, and so is a SOAP fault. Thread-safe. */
final class EwsReach {
    /** One lost request is everyday life. */
    static final int MISSES_THAT_COUNT = 3;

    private int misses;
    private String reason = "";

    synchronized void answered(int status) {
        if (status == 502 || status == 504) {
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
    }

    /** Why it is out of reach, if so. */
    synchronized Optional<String> trouble() {
        return misses < MISSES_THAT_COUNT
                ? Optional.empty()
                : Optional.of(
                        "the last " + misses + " requests to Exchange Web Services got no answer (" + reason + ")");
    }
}
