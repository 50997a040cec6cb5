package org.mailcaravan.graph;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mailcaravan.ingest.Subscription;
import org.mailcaravan.ingest.Subscriptions;
import org.mailcaravan.mailbox.MailboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where notifications end: it remembers which mailboxes to wake and which names to look up, and one thread takes that to the database, four times a second at
 * most. So a thousand notifications of a mailbox cost as much as four, forged ones cost one query for all of them, and whoever notifies never waits for a
 * statement. What is remembered is bounded and may be lost: it is a hint. Thread-safe.
 */
final class NotificationInbox implements AutoCloseable {
    static final int MOST_STRANGERS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(NotificationInbox.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("org.mailcaravan.audit");
    private static final int MOST_KNOWN = 100_000;
    private static final Duration BETWEEN_FLUSHES = Duration.ofMillis(250);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);
    private static final String NOBODY = "-";
    /** Compared with when the name is unknown, so that this takes as long. */
    private static final String NOBODYS_HASH = ChangeNotification.hash("");

    private final Function<Collection<String>, List<Subscription>> lookUp;
    private final Lifecycle lifecycle;
    private final Consumer<Collection<MailboxId>> wake;
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private final Set<MailboxId> toWake = ConcurrentHashMap.newKeySet();
    private final Set<ChangeNotification> strangers = ConcurrentHashMap.newKeySet();
    private final Set<ChangeNotification> events = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, NotificationInbox::thread);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Pulse pulse = new Pulse(() -> submit(Duration.ZERO));
    private volatile long lastFlush = System.nanoTime() - BETWEEN_FLUSHES.toNanos();
    private long lastComplaint = System.nanoTime() - BETWEEN_COMPLAINTS.toNanos();

    private record Known(MailboxId mailbox, String clientStateHash) {}

    /** What the server says about a subscription itself. */
    interface Lifecycle {
        void renewSoon(String subscription);

        void ended(String subscription);
    }

    /** @param wake pulls the reading of mailboxes forward */
    NotificationInbox(Subscriptions subscriptions, Consumer<Collection<MailboxId>> wake) {
        this(
                subscriptions::find,
                new Lifecycle() {
                    @Override
                    public void renewSoon(String subscription) {
                        subscriptions.renewSoon(subscription);
                    }

                    @Override
                    public void ended(String subscription) {
                        subscriptions.ended(subscription);
                    }
                },
                wake);
    }

    NotificationInbox(
            Function<Collection<String>, List<Subscription>> lookUp,
            Lifecycle lifecycle,
            Consumer<Collection<MailboxId>> wake) {
        this.lookUp = lookUp;
        this.lifecycle = lifecycle;
        this.wake = wake;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "mail-notifications");
        thread.setDaemon(true);
        return thread;
    }

    /** A subscription that was just made: its notifications need not be looked up. */
    void learn(Subscription subscription) {
        subscription.id().ifPresent(id -> {
            synchronized (known) {
                known.put(id, new Known(subscription.mailbox(), subscription.clientStateHash()));
            }
        });
    }

    /** @return false: the database does not answer, so the sender had better come again */
    boolean hear(List<ChangeNotification> heard) {
        heard.forEach(this::sort);
        if (pending()) {
            flushSoon();
        }
        return pulse.beats();
    }

    /** Valid, forged and unknown ones take the same way up to a set in memory. */
    private void sort(ChangeNotification heard) {
        Optional<Known> one = known(heard.subscription());
        boolean genuine = heard.carries(one.map(Known::clientStateHash).orElse(NOBODYS_HASH));
        if (one.isEmpty()) {
            keepStranger(heard);
        } else if (genuine) {
            take(one.get(), heard);
        } else {
            refused.increment();
        }
    }

    private Optional<Known> known(String id) {
        synchronized (known) {
            return Optional.ofNullable(known.get(id));
        }
    }

    private void keepStranger(ChangeNotification heard) {
        if (strangers.size() < MOST_STRANGERS) {
            strangers.add(heard);
        } else {
            refused.increment();
        }
    }

    private void take(Known one, ChangeNotification heard) {
        switch (heard.event()) {
            case REAUTHORIZATION_REQUIRED, SUBSCRIPTION_REMOVED -> events.add(heard);
            case CHANGE, MISSED, OTHER -> {}
        }
        toWake.add(one.mailbox());
    }

    private boolean pending() {
        return !toWake.isEmpty() || !strangers.isEmpty() || !events.isEmpty();
    }

    private void flushSoon() {
        if (scheduled.compareAndSet(false, true)) {
            long wait = lastFlush + BETWEEN_FLUSHES.toNanos() - System.nanoTime();
            submit(Duration.ofNanos(Math.max(0, wait)));
        }
    }

    private void submit(Duration wait) {
        try {
            thread.schedule(this::flush, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed; the hint is lost");
        }
    }

    private void flush() {
        lastFlush = System.nanoTime();
        scheduled.set(false);
        try {
            resolveStrangers();
            applyEvents();
            wakeAll();
            pulse.answered();
        } catch (RuntimeException e) {
            LOG.warn("notified mailboxes cannot be woken now, again in a second: {}", e.getMessage());
            pulse.failed();
            if (pending() && scheduled.compareAndSet(false, true)) {
                submit(AFTER_FAILURE);
            }
        }
        complain();
    }

    /** One query for all names that are not known yet; also the question whether the database answers, so there is always one. */
    private void resolveStrangers() {
        Set<ChangeNotification> asked = new HashSet<>(strangers);
        Set<String> ids = asked.stream().map(ChangeNotification::subscription).collect(Collectors.toSet());
        lookUp.apply(ids.isEmpty() ? Set.of(NOBODY) : ids).forEach(this::learn);
        strangers.removeAll(asked);
        for (ChangeNotification heard : asked) {
            known(heard.subscription())
                    .filter(one -> heard.carries(one.clientStateHash()))
                    .ifPresentOrElse(one -> take(one, heard), refused::increment);
        }
    }

    private void applyEvents() {
        for (Iterator<ChangeNotification> each = events.iterator(); each.hasNext(); each.remove()) {
            ChangeNotification heard = each.next();
            if (heard.event() == ChangeNotification.Event.SUBSCRIPTION_REMOVED) {
                lifecycle.ended(heard.subscription());
            } else {
                lifecycle.renewSoon(heard.subscription());
            }
        }
    }

    /** What is heard meanwhile is kept for the next time. */
    private void wakeAll() {
        Set<MailboxId> now = new HashSet<>(toWake);
        toWake.removeAll(now);
        try {
            wake.accept(now);
        } catch (RuntimeException e) {
            toWake.addAll(now);
            throw e;
        }
    }

    private void complain() {
        long now = System.nanoTime();
        if (refused.sum() > 0 && now - lastComplaint >= BETWEEN_COMPLAINTS.toNanos()) {
            lastComplaint = now;
            AUDIT.warn(
                    "{} change notifications refused: unknown subscription or wrong clientState; nothing was done for them",
                    refused.sumThenReset());
        }
    }

    /** What is not flushed is lost; the next look into the mailboxes finds what it was about. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
