package org.mailcaravan.sandbox.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One hanging GetStreamingEvents. Guarded by the lock of {@link Subscriptions}. */
final class StreamConnection {
    private final UUID account;
    private final long closesAtNanos;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private Optional<Kind> ending = Optional.empty();

    /** What a stream has to say next. */
    enum Kind {
        EVENTS,
        HEARTBEAT,
        /** Some subscriptions are no more. */
        LOST,
        /** Its time is over. */
        CLOSED,
        /** The connection breaks between two envelopes. */
        CUT,
        /** The connection breaks inside an envelope. */
        CUT_INSIDE
    }

    /**
     * One turn of a stream.
     *
     * @param notices by subscription; without notices in a heartbeat
     * @param lost subscriptions
     */
    record Next(Kind kind, Map<String, List<Notice>> notices, List<String> lost) {}

    StreamConnection(UUID account, long closesAtNanos) {
        this.account = account;
        this.closesAtNanos = closesAtNanos;
    }

    UUID account() {
        return account;
    }

    long closesAtNanos() {
        return closesAtNanos;
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** A subscription goes to another connection; without any this one is over. */
    void giveUp(Subscription subscription) {
        subscriptions.remove(subscription);
        if (subscriptions.isEmpty()) {
            end(Kind.CLOSED);
        }
    }

    void lose(Subscription subscription) {
        subscriptions.remove(subscription);
        lost.add(subscription.id());
    }

    List<String> lost() {
        return lost;
    }

    void end(Kind how) {
        ending = Optional.of(how);
    }

    Optional<Kind> ending() {
        return ending;
    }
}
