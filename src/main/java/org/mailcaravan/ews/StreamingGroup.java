package org.mailcaravan.ews;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.http.HttpStream;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;

/**
 * Mailboxes of one grant whose events come through one connection. What is known of them at present; who connects is {@link StreamingHub}. Guarded by the hub's lock.
 */
final class StreamingGroup {
    /** As many as GetStreamingEvents takes. */
    static final int MOST_MAILBOXES = 200;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration PROVED = Duration.ofMinutes(1);

    private final CredentialId credential;
    private final URI address;
    private final Affinity affinity;
    private final Map<MailboxId, Member> members = new LinkedHashMap<>();
    private Optional<HttpStream> stream = Optional.empty();
    private boolean live;
    private boolean planned;
    private int failures;
    private Instant begunAt = Instant.EPOCH;
    /** Tells the connection of now from those before it. */
    private long generation;

    /** A mailbox, and the name of its subscription. */
    static final class Member {
        private final Mailbox mailbox;
        private Optional<String> subscription = Optional.empty();
        private Instant retryAt;
        private int failures;

        private Member(Mailbox mailbox, Instant now) {
            this.mailbox = mailbox;
            this.retryAt = now;
        }

        Mailbox mailbox() {
            return mailbox;
        }

        Optional<String> subscription() {
            return subscription;
        }

        int failures() {
            return failures;
        }

        boolean mayTry(Instant now) {
            return subscription.isEmpty() && !now.isBefore(retryAt);
        }

        Instant retryAt() {
            return retryAt;
        }

        void subscribed(String id) {
            subscription = Optional.of(id);
        }

        /** There is none, and none is asked for before the given time. */
        void failed(Instant again) {
            subscription = Optional.empty();
            failures++;
            retryAt = again;
        }
    }

    StreamingGroup(Mailbox first, URI address) {
        this.address = address;
        this.credential = first.credential();
        this.affinity = new Affinity(first.address().value());
    }

    boolean hasRoomFor(Mailbox mailbox, URI at) {
        return isFor(mailbox, at) && members.size() < MOST_MAILBOXES;
    }

    boolean isFor(Mailbox mailbox, URI at) {
        return credential.equals(mailbox.credential()) && address.equals(at);
    }

    Member add(Mailbox mailbox, Instant now) {
        return members.computeIfAbsent(mailbox.id(), id -> new Member(mailbox, now));
    }

    Optional<Member> remove(MailboxId mailbox) {
        return Optional.ofNullable(members.remove(mailbox));
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    Affinity affinity() {
        return affinity;
    }

    CredentialId credential() {
        return credential;
    }

    List<Member> subscribed() {
        return members.values().stream()
                .filter(member -> member.subscription.isPresent())
                .toList();
    }

    Set<MailboxId> mailboxes() {
        return new LinkedHashSet<>(members.keySet());
    }

    /** Whose subscriptions these are. */
    Set<MailboxId> ofSubscriptions(Set<String> ids) {
        return members.values().stream()
                .filter(member -> member.subscription.filter(ids::contains).isPresent())
                .map(member -> member.mailbox.id())
                .collect(Collectors.toSet());
    }

    Member member(MailboxId mailbox) {
        return members.get(mailbox);
    }

    /** Whether events of the mailbox are heard at present. */
    boolean hears(Member member) {
        return live && member.subscription.isPresent();
    }

    /** @return whether nobody planned it yet */
    boolean plan() {
        boolean first = !planned;
        planned = true;
        return first;
    }

    /** The connection before this one is not heard any more. @return the number of the new one */
    long begin(Instant now) {
        begunAt = now;
        planned = false;
        live = false;
        stream.ifPresent(HttpStream::close);
        stream = Optional.empty();
        return ++generation;
    }

    void began(long number, HttpStream connection) {
        if (number == generation) {
            stream = Optional.of(connection);
        } else {
            connection.close();
        }
    }

    boolean isCurrent(long number) {
        return number == generation;
    }

    void heard(Instant now) {
        live = true;
        if (lasts(now)) {
            failures = 0;
            members.values().forEach(member -> member.failures = 0);
        }
    }

    /** Whether the connection of now has proved itself: one that comes and goes is no better than none. */
    boolean lasts(Instant now) {
        return Duration.between(begunAt, now).compareTo(PROVED) >= 0;
    }

    int failures() {
        return failures;
    }

    /** @return whether it was heard before */
    boolean fellSilent() {
        boolean before = live;
        live = false;
        stream = Optional.empty();
        return before;
    }

    int failed() {
        return ++failures;
    }

    /** Exponential up to five minutes; who calls adds chance to it. */
    static Duration pause(Duration first, int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}
