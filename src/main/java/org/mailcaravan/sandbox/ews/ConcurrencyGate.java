package org.mailcaravan.sandbox.ews;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Counts the requests under way per mailbox. Thread-safe. */
final class ConcurrencyGate {
    private final int limit;
    private final Map<UUID, Integer> underWay = new HashMap<>();

    ConcurrencyGate(int limit) {
        this.limit = limit;
    }

    /** @throws EwsFault ErrorExceededConnectionCount when too many are under way */
    synchronized void enter(UUID mailbox) throws EwsFault {
        int now = underWay.getOrDefault(mailbox, 0);
        if (now >= limit) {
            throw new EwsFault(
                    "ErrorExceededConnectionCount",
                    "You have exceeded the available concurrent connections for your account. Try again once your"
                            + " other requests have completed.");
        }
        underWay.put(mailbox, now + 1);
    }

    synchronized void leave(UUID mailbox) {
        underWay.computeIfPresent(mailbox, (id, count) -> count == 1 ? null : count - 1);
    }
}
