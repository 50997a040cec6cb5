package org.mailcaravan.sandbox.ews;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/**
 * The streaming subscriptions and the connections that tell them. A subscription that nobody listened to for 30 minutes is gone. Mailboxes call in under their
 * own lock, so nothing here calls a mailbox under this one's. Thread-safe.
 */
final class Subscriptions {
    static final Problem NOT_FOUND = new Problem("ErrorSubscriptionNotFound", "The subscription wasn't found.");

    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final Problem DENIED =
            new Problem("ErrorSubscriptionAccessDenied", "Only its creator can use a subscription.");

    private final Clock clock;
    private final Map<String, Subscription> known = new LinkedHashMap<>();
    private final Set<StreamConnection> streams = new LinkedHashSet<>();
    private final Set<UUID> heard = ConcurrentHashMap.newKeySet();
    private StreamingRules rules = StreamingRules.EXCHANGE;

    Subscriptions(Clock clock) {
        this.clock = clock;
    }

    synchronized void rules(StreamingRules next) {
        rules = next;
    }

    synchronized StreamingRules rules() {
        return rules;
    }

    /** @param most of them for one account */
    Outcome<String> add(Subscription.Wish wish, int most) {
        if (heard.add(wish.mailbox().ownerId())) {
            wish.mailbox().onEvent(event -> publish(wish.mailbox(), Notice.of(wish.mailbox(), event)));
        }
        return added(wish, most);
    }

    private synchronized Outcome<String> added(Subscription.Wish wish, int most) {
        expire();
        long held = known.values().stream()
                .filter(one -> one.wish().account().equals(wish.account()))
                .count();
        if (held >= most) {
            return Outcome.failed(new Problem(
                    "ErrorExceededSubscriptionCount",
                    "You have exceeded the available subscriptions for your account. Remove unnecessary subscriptions"
                            + " and try your request again."));
        }
        String id = id(wish.server());
        known.put(id, new Subscription(id, wish, clock.instant()));
        return Outcome.of(id);
    }

    /** As Exchange's: base64 that begins with the server's name. */
    private static String id(String server) {
        byte[] name = (server.toLowerCase(Locale.ROOT) + ".caravan.example" + UUID.randomUUID())
                .getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(name);
    }

    private synchronized void publish(SandboxMailbox mailbox, List<Notice> notices) {
        expire();
        if (rules.lost()) {
            return;
        }
        for (Subscription one : known.values()) {
            notices.stream().filter(notice -> one.wants(mailbox, notice)).forEach(one::add);
        }
        notifyAll();
    }

    private void expire() {
        Instant limit = clock.instant().minus(LIFE);
        known.values().removeIf(one -> one.idleSince().filter(limit::isAfter).isPresent());
    }

    private Outcome<Subscription> find(String id, String creator, String server) {
        Optional<Subscription> found = Optional.ofNullable(known.get(id))
                .filter(one -> one.wish().server().equals(server));
        return found.map(one ->
                        one.wish().creator().equals(creator) ? Outcome.of(one) : Outcome.<Subscription>failed(DENIED))
                .orElseGet(() -> Outcome.failed(NOT_FOUND));
    }

    synchronized Outcome<String> remove(String id, String creator, String server) {
        expire();
        Outcome<Subscription> found = find(id, creator, server);
        found.value().ifPresent(this::end);
        return found.value().map(one -> Outcome.of(one.id())).orElseGet(found::recast);
    }

    /** Those that a stream cannot have, with why. */
    synchronized Map<String, Problem> refused(Collection<String> ids, String creator, String server) {
        expire();
        Map<String, Problem> refused = new LinkedHashMap<>();
        for (String id : ids) {
            find(id, creator, server).problem().ifPresent(problem -> refused.put(id, problem));
        }
        return refused;
    }

    /**
     * Begins a stream; connections that had one of the subscriptions lose it.
     *
     * @param ids none of them refused
     * @param most streams of one account
     * @throws EwsFault ErrorExceededConnectionCount if there are too many
     */
    synchronized StreamConnection open(UUID account, Collection<String> ids, int minutes, int most) throws EwsFault {
        long life = rules.minute().multipliedBy(minutes).toNanos();
        StreamConnection stream = new StreamConnection(account, System.nanoTime() + life);
        List<Subscription> wanted = ids.stream()
                .distinct()
                .flatMap(id -> Optional.ofNullable(known.get(id)).stream())
                .toList();
        wanted.forEach(one -> one.stream().ifPresent(holder -> holder.giveUp(one)));
        notifyAll();
        long open = streams.stream()
                .filter(one -> one.account().equals(account) && one.ending().isEmpty())
                .count();
        if (open >= most) {
            wanted.forEach(one -> one.detach(clock.instant()));
            throw EwsThrottle.tooManyConnections();
        }
        wanted.forEach(one -> one.attach(stream));
        stream.subscriptions().addAll(wanted);
        streams.add(stream);
        return stream;
    }

    synchronized void close(StreamConnection stream) {
        streams.remove(stream);
        stream.subscriptions().stream()
                .filter(one -> one.stream().filter(stream::equals).isPresent())
                .forEach(one -> one.detach(clock.instant()));
    }

    /** Waits for what the stream has to say next. */
    synchronized StreamConnection.Next next(StreamConnection stream) throws InterruptedException {
        long heartbeatAt = System.nanoTime() + rules.heartbeat().toNanos();
        Optional<StreamConnection.Next> next = due(stream, heartbeatAt);
        while (next.isEmpty()) {
            long until = Math.min(heartbeatAt - System.nanoTime(), stream.closesAtNanos() - System.nanoTime());
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, until));
            next = due(stream, heartbeatAt);
        }
        return next.get();
    }

    private Optional<StreamConnection.Next> due(StreamConnection stream, long heartbeatAt) {
        if (stream.ending().isPresent()) {
            return Optional.of(next(stream.ending().get(), stream, Map.of()));
        }
        if (!stream.lost().isEmpty()) {
            return Optional.of(next(StreamConnection.Kind.LOST, stream, Map.of()));
        }
        Map<String, List<Notice>> notices = new LinkedHashMap<>();
        for (Subscription one : stream.subscriptions()) {
            if (one.waiting() > 0) {
                notices.put(one.id(), one.take());
            }
        }
        if (!notices.isEmpty()) {
            return Optional.of(next(StreamConnection.Kind.EVENTS, stream, notices));
        }
        long now = System.nanoTime();
        if (now - stream.closesAtNanos() >= 0) {
            return Optional.of(next(StreamConnection.Kind.CLOSED, stream, Map.of()));
        }
        return now - heartbeatAt >= 0
                ? Optional.of(next(StreamConnection.Kind.HEARTBEAT, stream, silence(stream)))
                : Optional.empty();
    }

    private static Map<String, List<Notice>> silence(StreamConnection stream) {
        Map<String, List<Notice>> silence = new LinkedHashMap<>();
        stream.subscriptions().forEach(one -> silence.put(one.id(), List.of()));
        return silence;
    }

    private static StreamConnection.Next next(
            StreamConnection.Kind kind, StreamConnection stream, Map<String, List<Notice>> notices) {
        return new StreamConnection.Next(kind, notices, List.copyOf(stream.lost()));
    }

    /** Ends subscriptions without a word to those who do not listen, as a move between servers does; answers how many. */
    synchronized int end(Predicate<SandboxMailbox> whose) {
        List<Subscription> ended = known.values().stream()
                .filter(one -> whose.test(one.wish().mailbox()))
                .toList();
        ended.forEach(this::end);
        return ended.size();
    }

    private void end(Subscription one) {
        known.remove(one.id());
        one.stream().ifPresent(stream -> stream.lose(one));
        notifyAll();
    }

    /** Ends the streams that tell of these mailboxes; answers how many. */
    synchronized int drop(Predicate<SandboxMailbox> whose, StreamConnection.Kind how) {
        List<StreamConnection> struck = streams.stream()
                .filter(stream -> stream.ending().isEmpty())
                .filter(stream -> stream.subscriptions().stream()
                        .anyMatch(one -> whose.test(one.wish().mailbox())))
                .toList();
        struck.forEach(stream -> stream.end(how));
        notifyAll();
        return struck.size();
    }

    /** For the control API: subscriptions and open streams. */
    synchronized Map<String, Object> told(Predicate<SandboxMailbox> whose) {
        expire();
        List<Map<String, Object>> told = new ArrayList<>();
        for (Subscription one : known.values()) {
            if (whose.test(one.wish().mailbox())) {
                told.add(Map.of(
                        "id", one.id(),
                        "mailbox", one.wish().mailbox().ownerId().toString(),
                        "server", one.wish().server(),
                        "waiting", one.waiting(),
                        "connected", one.stream().isPresent()));
            }
        }
        long open = streams.stream()
                .filter(stream -> stream.ending().isEmpty())
                .filter(stream -> stream.subscriptions().stream()
                        .anyMatch(one -> whose.test(one.wish().mailbox())))
                .count();
        return Map.of("subscriptions", told, "streams", open);
    }
}
