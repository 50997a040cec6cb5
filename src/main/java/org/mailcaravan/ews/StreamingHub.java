package org.mailcaravan.ews;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.mailcaravan.http.HttpListener;
import org.mailcaravan.http.HttpStream;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.ThrottledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of new mail by streaming notifications: one subscription per mailbox, made by the mailbox's own task before it is read, and one hanging connection per group
 * of up to 200 mailboxes of one grant. Two threads serve all of them; the bytes come on threads of the HTTP client. What is heard is a hint. Everything here is lost
 * with the process and made anew by the next readings. Thread-safe.
 */
final class StreamingHub implements MailboxWatch, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamingHub.class);

    /** HangingConnectionLimit of Exchange Online. */
    static final int MOST_GROUPS_OF_GRANT = 10;

    private static final int MOST_GROUPS = 1_000;
    private static final Set<String> LOSSES =
            Set.of("ErrorSubscriptionNotFound", "ErrorExpiredSubscription", "ErrorInvalidSubscription");
    private static final int LONGEST_CONNECTION_MINUTES = 30;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LONGEST_RETRY = Duration.ofHours(6);

    private final Surroundings surroundings;
    private final Times times;
    private final Consumer<Collection<MailboxId>> wake;
    private final RandomGenerator random;
    private final Clock clock;
    private final List<StreamingGroup> groups = new ArrayList<>();
    private final Map<MailboxId, StreamingGroup> places = new HashMap<>();
    private final Set<MailboxId> toWake = new HashSet<>();
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2, work -> {
        Thread thread = new Thread(work, "ews-streaming");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param client asked for each time: the source behind it is made when the routes start
     * @param wanted whether a mailbox is still connected and read through EWS
     */
    record Surroundings(Supplier<EwsClient> client, Predicate<Mailbox> wanted) {}

    /**
     * @param answer deadline of Subscribe
     * @param silence how long a connection may be silent; heartbeats come more often
     * @param gather how long mailboxes that were just subscribed wait for others before their connection is made
     * @param flush how long events wait for others before their mailboxes are woken
     * @param pause after the first failure of a connection; doubled by each that follows
     */
    record Times(Duration answer, Duration silence, Duration gather, Duration flush, Duration pause) {
        static final Times USUAL = new Times(
                Duration.ofSeconds(20),
                Duration.ofMinutes(3),
                Duration.ofSeconds(2),
                Duration.ofMillis(250),
                Duration.ofSeconds(2));
    }

    /** @param wake pulls the reading of mailboxes forward; called by threads of ours */
    StreamingHub(
            Surroundings surroundings,
            Times times,
            Consumer<Collection<MailboxId>> wake,
            RandomGenerator random,
            Clock clock) {
        this.surroundings = surroundings;
        this.times = times;
        this.wake = wake;
        this.random = random;
        this.clock = clock;
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        threads.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Watched keep(Mailbox mailbox, long fence) {
        if (mailbox.access() == Access.DELEGATE) {
            return Watched.NOT; // Exchange makes streaming subscriptions for the caller's own mailbox only
        }
        Optional<Place> place = address(mailbox).flatMap(at -> place(mailbox, at));
        place.filter(this::mayTry).ifPresent(this::subscribe);
        return place.map(this::watched).orElse(Watched.NOT);
    }

    private Optional<URI> address(Mailbox mailbox) {
        try {
            return Optional.of(surroundings.client().get().address(mailbox));
        } catch (MailSourceException e) {
            return Optional.empty(); // who reads the mailbox says why
        }
    }

    record Place(StreamingGroup group, StreamingGroup.Member member) {}

    /** Where the mailbox has its place, or gets one; one that was connected anew with another grant, or is another server's now, moves. */
    synchronized Optional<Place> place(Mailbox mailbox, URI address) {
        StreamingGroup known = places.get(mailbox.id());
        if (known != null && !known.isFor(mailbox, address)) {
            leave(mailbox.id());
            known = null;
        }
        Optional<StreamingGroup> group = Optional.ofNullable(known).or(() -> room(mailbox, address));
        group.ifPresent(there -> places.put(mailbox.id(), there));
        return group.map(there -> new Place(there, there.add(mailbox, clock.instant())));
    }

    private Optional<StreamingGroup> room(Mailbox mailbox, URI address) {
        Optional<StreamingGroup> room = groups.stream()
                .filter(group -> group.hasRoomFor(mailbox, address))
                .findFirst();
        return room.or(() -> another(mailbox, address));
    }

    private Optional<StreamingGroup> another(Mailbox mailbox, URI address) {
        CredentialId grant = mailbox.credential();
        long ofGrant = groups.stream()
                .filter(group -> group.credential().equals(grant))
                .count();
        if (groups.size() >= MOST_GROUPS || ofGrant >= MOST_GROUPS_OF_GRANT) {
            return Optional.empty();
        }
        StreamingGroup made = new StreamingGroup(mailbox, address);
        groups.add(made);
        return Optional.of(made);
    }

    private synchronized boolean mayTry(Place place) {
        return place.member().mayTry(clock.instant());
    }

    private synchronized Watched watched(Place place) {
        boolean subscribed = place.member().subscription().isPresent();
        return new Watched(
                place.group().hears(place.member()),
                subscribed ? Optional.empty() : Optional.of(place.member().retryAt()));
    }

    private void subscribe(Place place) {
        Mailbox mailbox = place.member().mailbox();
        try {
            EwsRequest request =
                    EwsRequest.subscribe(mailbox).near(place.group().affinity());
            String id = surroundings.client().get().call(mailbox, request, times.answer(), new SubscriptionReader());
            synchronized (this) {
                place.member().subscribed(id);
                connectIn(place.group(), times.gather());
            }
        } catch (RefusedException e) {
            failed(place, e.refusal().backOff(), e.refusal().words());
        } catch (MailSourceException e) {
            Optional<Duration> asked =
                    e instanceof ThrottledException throttled ? throttled.retryAfter() : Optional.empty();
            failed(place, asked, e.getMessage());
        }
    }

    private synchronized void failed(Place place, Optional<Duration> asked, String reason) {
        Duration ours = spread(retry(place.member().failures()));
        Duration wait = asked.filter(longer -> longer.compareTo(ours) > 0).orElse(ours);
        place.member().failed(clock.instant().plus(wait));
        LOG.warn(
                "mailbox {}: no streaming notifications, it is polled; asked for again in {} s: {}",
                place.member().mailbox().id(),
                wait.toSeconds(),
                reason);
    }

    private static Duration retry(int failures) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 20));
        return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
    }

    /** Half of it random: those that failed together do not come back together. */
    private Duration spread(Duration whole) {
        return Duration.ofMillis(whole.toMillis() / 2 + random.nextLong(whole.toMillis() / 2 + 1));
    }

    /** Ends the subscription at Exchange, as well as that goes: the mailbox is about to be disconnected. */
    @Override
    public void end(Mailbox mailbox) {
        Optional<String> subscription;
        Affinity affinity;
        synchronized (this) {
            StreamingGroup group = places.get(mailbox.id());
            if (group == null) {
                return;
            }
            affinity = group.affinity();
            subscription = leave(mailbox.id());
        }
        subscription.ifPresent(id -> unsubscribe(mailbox, id, affinity));
    }

    private Optional<String> leave(MailboxId mailbox) {
        StreamingGroup group = places.remove(mailbox);
        Optional<String> subscription = group.remove(mailbox).flatMap(StreamingGroup.Member::subscription);
        connectIn(group, times.gather());
        return subscription;
    }

    private void unsubscribe(Mailbox mailbox, String id, Affinity affinity) {
        try {
            EwsRequest request = EwsRequest.unsubscribe(mailbox, id).near(affinity);
            surroundings.client().get().call(mailbox, request, times.answer(), (xml, requestId) -> id);
        } catch (RefusedException | MailSourceException e) {
            LOG.debug("mailbox {}: its subscription ends by itself within half an hour", mailbox.id());
        }
    }

    /** The server holds these subscriptions no more. */
    private static boolean isLoss(EwsRefusal refusal) {
        return LOSSES.contains(refusal.code());
    }

    /** Called with the lock held. */
    private void connectIn(StreamingGroup group, Duration wait) {
        if (group.plan()) {
            run(() -> connect(group), wait);
        }
    }

    private void run(Runnable work, Duration wait) {
        try {
            threads.schedule(guarded(work), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("streaming notifications have ended");
        }
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("streaming notifications: {}; mailboxes are polled meanwhile", e.getMessage(), e);
            }
        };
    }

    /** Makes the one connection of a group, with all its subscriptions, in place of the one before. */
    private void connect(StreamingGroup group) {
        dropUnwanted(group);
        long number;
        int failures;
        List<StreamingGroup.Member> members;
        synchronized (this) {
            number = group.begin(clock.instant());
            failures = group.failures();
            members = group.subscribed();
            if (group.isEmpty()) {
                groups.remove(group);
            }
        }
        if (members.isEmpty()) {
            return;
        }
        Mailbox speaker =
                members.get(failures % members.size()).mailbox(); // one that may not speak must not silence all
        Connection connection = new Connection(group, speaker, number);
        try {
            EwsRequest request = request(speaker, members).near(group.affinity());
            HttpStream stream =
                    surroundings.client().get().stream(speaker, request, times.silence(), connection::heardWith);
            synchronized (this) {
                group.began(number, stream);
            }
        } catch (MailSourceException e) {
            connection.over(e.getMessage(), Optional.empty(), false);
        }
    }

    /** Not all of them end at the same time. */
    private EwsRequest request(Mailbox speaker, List<StreamingGroup.Member> members) {
        List<String> ids = members.stream()
                .map(member -> member.subscription().orElseThrow())
                .toList();
        int minutes = LONGEST_CONNECTION_MINUTES - random.nextInt(LONGEST_CONNECTION_MINUTES / 3);
        return EwsRequest.getStreamingEvents(speaker, ids, minutes);
    }

    private void dropUnwanted(StreamingGroup group) {
        List<Mailbox> members;
        synchronized (this) {
            members = group.subscribed().stream()
                    .map(StreamingGroup.Member::mailbox)
                    .toList();
        }
        for (Mailbox mailbox : members) {
            if (!surroundings.wanted().test(mailbox)) {
                synchronized (this) {
                    places.remove(mailbox.id());
                    group.remove(mailbox.id());
                }
            }
        }
    }

    private void wakeSoon(Collection<MailboxId> mailboxes) {
        boolean first;
        synchronized (toWake) {
            first = toWake.isEmpty();
            toWake.addAll(mailboxes);
        }
        if (first && !mailboxes.isEmpty()) {
            run(this::flush, times.flush());
        }
    }

    private void flush() {
        List<MailboxId> mailboxes;
        synchronized (toWake) {
            mailboxes = List.copyOf(toWake);
            toWake.clear();
        }
        wake.accept(mailboxes);
    }

    /** How many connections there are, or are being made; for tests and health. */
    synchronized int connections() {
        return groups.size();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        synchronized (this) {
            groups.forEach(group -> group.begin(clock.instant()));
            groups.clear();
            places.clear();
        }
    }

    /** One hanging answer. */
    private final class Connection {
        private final StreamingGroup group;
        private final Mailbox speaker;
        private final long number;

        private Connection(StreamingGroup group, Mailbox speaker, long number) {
            this.group = group;
            this.speaker = speaker;
            this.number = number;
        }

        private HttpListener heardWith(AccessToken token) {
            return new Hearing(this, token);
        }

        private void heard(StreamedEvents events) {
            Set<MailboxId> affected = new HashSet<>();
            synchronized (StreamingHub.this) {
                if (!group.isCurrent(number)) {
                    return;
                }
                affected.addAll(group.ofSubscriptions(events.changed()));
                affected.addAll(lost(events));
                if (events.refusal().isEmpty()) {
                    group.heard(clock.instant());
                }
            }
            wakeSoon(affected);
        }

        /** The first loss is mended at once, by the next reading; who loses again and again waits. */
        private Set<MailboxId> lost(StreamedEvents events) {
            boolean all = events.lost().isEmpty()
                    && events.refusal().filter(StreamingHub::isLoss).isPresent();
            Set<MailboxId> losers = all ? group.mailboxes() : group.ofSubscriptions(events.lost());
            for (MailboxId id : losers) {
                StreamingGroup.Member member = group.member(id);
                Duration wait = member.failures() == 0 ? Duration.ZERO : spread(retry(member.failures() - 1));
                member.failed(clock.instant().plus(wait));
            }
            return losers;
        }

        /** Whose events nobody hears now is polled from its next reading on, which is now. */
        private void over(String reason, Optional<Duration> asked, boolean closed) {
            Set<MailboxId> deaf = Set.of();
            synchronized (StreamingHub.this) {
                if (!group.isCurrent(number)) {
                    return;
                }
                boolean asPlanned = closed && group.lasts(clock.instant());
                boolean heard = group.fellSilent();
                Duration wait = asPlanned ? Duration.ZERO : asked.orElse(pause());
                if (!asPlanned) {
                    deaf = heard ? group.mailboxes() : Set.of();
                    LOG.info("streaming notifications again in {} s: {}", wait.toSeconds(), reason);
                }
                connectIn(group, wait);
            }
            wakeSoon(deaf);
        }

        private Duration pause() {
            return spread(StreamingGroup.pause(times.pause(), group.failed()));
        }
    }

    /** What is heard of one hanging answer, piece by piece; called by one thread at a time. */
    private final class Hearing implements HttpListener {
        private final Connection connection;
        private final AccessToken token;
        private final EnvelopeCutter cutter = new EnvelopeCutter();
        private Optional<HttpRefusal> refused = Optional.empty();
        private Optional<EwsRefusal> refusal = Optional.empty();
        private boolean closed;

        private Hearing(Connection connection, AccessToken token) {
            this.connection = connection;
            this.token = token;
        }

        @Override
        public void opened(int status, HttpHeaders headers) {
            connection.group.affinity().learn(headers);
            if (status == 401) {
                run(() -> surroundings.client().get().refused(connection.speaker, token, headers), Duration.ZERO);
            }
            if (status != 200) {
                refused = Optional.of(new HttpRefusal(
                        status, headers, connection.speaker.access(), EwsClient.requestId(headers, "unknown")));
            }
        }

        /** The bodies of refusals are looked at for SOAP faults only. */
        @Override
        public void received(ByteBuffer bytes) throws IOException {
            cutter.feed(bytes, this::envelope);
        }

        private void envelope(byte[] bytes) throws IOException {
            StreamedEvents events = StreamedEvents.read(bytes, "streaming");
            refusal = refusal.or(events::refusal);
            closed |= events.closed();
            connection.heard(events);
        }

        @Override
        public void ended(Optional<IOException> broken) {
            Optional<Duration> asked = refusal.flatMap(EwsRefusal::backOff);
            boolean wellClosed = closed && refused.isEmpty() && refusal.isEmpty();
            String reason = refusal.map(EwsRefusal::words)
                    .or(() -> refused.map(
                            status -> status.toException(clock.instant()).getMessage()))
                    .or(() -> broken.map(Throwable::getMessage))
                    .orElse("the connection ended");
            connection.over(reason, asked, wellClosed);
        }
    }
}
