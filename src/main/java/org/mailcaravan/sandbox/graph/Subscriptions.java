package org.mailcaravan.sandbox.graph;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The tenant's subscriptions. One whose time has come is gone, by the sandbox's clock. Thread-safe. */
final class Subscriptions {
    private final Clock clock;
    private final Map<String, Subscription> byId = new LinkedHashMap<>();

    Subscriptions(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param quota subscriptions per mailbox over all apps; Microsoft: 1,000
     * @throws GraphError 403 above it
     */
    synchronized void add(Subscription subscription, int quota) {
        if (ofMailbox(subscription.watched().mailbox()).size() >= quota) {
            throw GraphError.of(
                    403, "ExtensionError", "The mailbox has reached its limit of " + quota + " active subscriptions.");
        }
        byId.put(subscription.id(), subscription);
    }

    /** All that live, in order of creation. */
    synchronized List<Subscription> all() {
        return matching(any -> true);
    }

    synchronized List<Subscription> ofMailbox(UUID mailbox) {
        return matching(one -> one.watched().mailbox().equals(mailbox));
    }

    synchronized List<Subscription> of(Subscription.Creator creator) {
        return matching(one -> one.creator().equals(creator));
    }

    synchronized Optional<Subscription> find(String id) {
        return matching(one -> one.id().equals(id)).stream().findFirst();
    }

    /** Replaces one that lives; empty if there is none of that id. */
    synchronized Optional<Subscription> change(String id, UnaryOperator<Subscription> how) {
        Optional<Subscription> changed = find(id).map(how);
        changed.ifPresent(subscription -> byId.put(id, subscription));
        return changed;
    }

    synchronized void remove(String id) {
        byId.remove(id);
    }

    private List<Subscription> matching(Predicate<Subscription> wanted) {
        byId.values().removeIf(one -> !one.expires().isAfter(clock.instant()));
        return byId.values().stream().filter(wanted).toList();
    }
}
