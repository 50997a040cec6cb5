package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An address that is called: what waits for it, and whether it is well. Microsoft measures the share of failures over ten minutes; here ten failures in a
 * row are the drop state, in which new notifications are thrown away for ten minutes. Thread-safe.
 */
final class Endpoint {
    private static final int UNWELL_AFTER = 10;
    private static final Duration DROPPED_FOR = Duration.ofMinutes(10);
    private static final int LARGEST_GROUP = 1000;

    /** A notification and the subscription it is for. */
    record Notice(Subscription subscription, ObjectNode json) {}

    private final URI address;
    private final List<Notice> waiting = new ArrayList<>();
    private final Map<String, Subscription> missed = new LinkedHashMap<>();
    private int failures;
    private Instant droppedUntil = Instant.MIN;

    Endpoint(URI address) {
        this.address = address;
    }

    URI address() {
        return address;
    }

    /** Adds a notice; answers whether it is the first that waits, so that somebody must come for it. */
    synchronized boolean add(Notice notice) {
        waiting.add(notice);
        return waiting.size() == 1;
    }

    /** The notices of the next call, oldest first; what is left behind stays. */
    synchronized List<Notice> take(boolean reversed) {
        List<Notice> next = waiting.subList(0, Math.min(LARGEST_GROUP, waiting.size()));
        List<Notice> group = new ArrayList<>(next);
        next.clear();
        if (reversed) {
            Collections.reverse(group);
        }
        return group;
    }

    /** Whether a notification is thrown away now; remembers for whom. */
    synchronized boolean drops(Subscription subscription, Instant now) {
        boolean drops = now.isBefore(droppedUntil);
        if (drops) {
            missed.put(subscription.id(), subscription);
        }
        return drops;
    }

    /** Those who missed something while the address was unwell, told once, when it is well again. */
    synchronized List<Subscription> takeMissed(Instant now) {
        if (now.isBefore(droppedUntil)) {
            return List.of();
        }
        List<Subscription> all = List.copyOf(missed.values());
        missed.clear();
        return all;
    }

    synchronized void called(boolean accepted, Instant now) {
        failures = accepted ? 0 : failures + 1;
        if (failures >= UNWELL_AFTER) {
            failures = 0;
            droppedUntil = now.plus(DROPPED_FOR);
        }
    }
}
