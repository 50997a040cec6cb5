package org.mailcaravan.sandbox.graph;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts requests in progress per app and mailbox (Outlook's MailboxConcurrency limit). Thread-safe. */
final class ConcurrencyGate {
    private static final int RETRY_AFTER_SECONDS = 1;

    private final int limit;
    private final Map<Place, Integer> inProgress = new ConcurrentHashMap<>();

    private record Place(String appId, String mailbox) {}

    /** @param limit requests at once, 0 for no limit */
    ConcurrencyGate(int limit) {
        this.limit = limit;
    }

    /** A request in progress; releasing twice is once. */
    final class Permit {
        private final Place place;
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Permit(Place place) {
            this.place = place;
        }

        void release() {
            if (held.compareAndSet(true, false)) {
                inProgress.computeIfPresent(place, (key, count) -> count > 1 ? count - 1 : null);
            }
        }
    }

    /**
     * @param mailbox object id of the owner
     * @throws GraphError 429 when too many are in progress
     */
    Permit enter(String appId, String mailbox) {
        Place place = new Place(appId, mailbox);
        int now = inProgress.merge(place, 1, Integer::sum);
        Permit permit = new Permit(place);
        if (limit > 0 && now > limit) {
            permit.release();
            throw GraphError.throttled(RETRY_AFTER_SECONDS);
        }
        return permit;
    }
}
