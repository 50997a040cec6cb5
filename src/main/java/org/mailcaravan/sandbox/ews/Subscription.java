package org.mailcaravan.sandbox.ews;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** A streaming subscription. Guarded by the lock of {@link Subscriptions}. */
final class Subscription {
    private final String id;
    private final Wish wish;
    private final Deque<Notice> waiting = new ArrayDeque<>();
    private Instant idleSince;
    private Optional<StreamConnection> stream = Optional.empty();

    /**
     * What somebody wants to hear.
     *
     * @param creator who may use it: the application, for a user's token the user
     * @param server on which it lives
     * @param account whose limits it counts for
     * @param folders ids; empty means all
     */
    record Wish(
            String creator,
            String server,
            UUID account,
            SandboxMailbox mailbox,
            Set<EventType> types,
            Set<String> folders) {}

    Subscription(String id, Wish wish, Instant now) {
        this.id = id;
        this.wish = wish;
        this.idleSince = now;
    }

    String id() {
        return id;
    }

    Wish wish() {
        return wish;
    }

    boolean wants(SandboxMailbox mailbox, Notice notice) {
        return mailbox.equals(wish.mailbox())
                && wish.types().contains(notice.type())
                && (wish.folders().isEmpty() || notice.concerns(wish.folders()));
    }

    void add(Notice notice) {
        waiting.add(notice);
    }

    int waiting() {
        return waiting.size();
    }

    List<Notice> take() {
        List<Notice> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    Optional<StreamConnection> stream() {
        return stream;
    }

    void attach(StreamConnection to) {
        stream = Optional.of(to);
    }

    void detach(Instant now) {
        stream = Optional.empty();
        idleSince = now;
    }

    /** Since when nobody listens; empty while somebody does. */
    Optional<Instant> idleSince() {
        return stream.isPresent() ? Optional.empty() : Optional.of(idleSince);
    }
}
