package org.mailcaravan.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.mailcaravan.mailbox.Mailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slice of delivering one mailbox's messages to one sink, in order. A message that failed three times while the sink takes the one behind it steps aside; when
 * the sink takes neither, it is down and the order is kept.
 */
final class DeliveryTask {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryTask.class);

    private static final Duration SLICE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMinutes(5);
    private static final Duration WAIT_FOR_ROUTE = Duration.ofSeconds(10);
    private static final int HEAD = 50;
    private static final int FAILURES_IN_LINE = 3;

    private final Mailboxes mailboxes;
    private final Deliveries deliveries;
    private final Backoff backoff;
    private final Duration retryFor;
    private final Consumer<Deliveries.Queue> nudge;
    private final Clock clock;
    private final Map<String, SinkDispatch.DeliveryHandler> handlers = new ConcurrentHashMap<>();

    /** @param nudge called with the queue that has something new */
    DeliveryTask(
            Mailboxes mailboxes,
            Deliveries deliveries,
            Backoff backoff,
            Duration retryFor,
            Consumer<Deliveries.Queue> nudge,
            Clock clock) {
        this.mailboxes = mailboxes;
        this.deliveries = deliveries;
        this.backoff = backoff;
        this.retryFor = retryFor;
        this.nudge = nudge;
        this.clock = clock;
    }

    SinkDispatch.Registration register(String sink, boolean fromStart, SinkDispatch.DeliveryHandler handler) {
        if (handlers.putIfAbsent(sink, handler) != null) {
            throw new IllegalStateException(
                    "sink " + sink + " is already served by another route; sink names are unique");
        }
        deliveries.subscribe(sink, fromStart);
        return () -> handlers.remove(sink, handler);
    }

    /** @return when to go on; empty if nothing is owed */
    Optional<Instant> slice(Deliveries.Queue queue) {
        SinkDispatch.DeliveryHandler handler = handlers.get(queue.sink());
        if (handler == null) {
            return Optional.of(clock.instant().plus(WAIT_FOR_ROUTE));
        }
        Optional<Instant> paused = deliveries.pausedUntil(queue.sink());
        return paused.isPresent()
                ? paused
                : mailboxes.find(queue.mailbox()).flatMap(mailbox -> serve(queue, mailbox, handler));
    }

    private Optional<Instant> serve(Deliveries.Queue queue, Mailbox mailbox, SinkDispatch.DeliveryHandler handler) {
        try {
            return new Line(queue, mailbox, handler).run();
        } catch (FencedOffException e) {
            LOG.info("{}; this one stops", e.getMessage());
            return deliveries.nextDue(queue);
        }
    }

    /** The queue during one slice. */
    private final class Line {
        private final Deliveries.Queue queue;
        private final Mailbox mailbox;
        private final SinkDispatch.DeliveryHandler handler;
        private final long fence;
        private final Instant end = clock.instant().plus(SLICE);
        /** A message that failed often enough; whether it steps aside is decided by what happens to the next one. */
        private Optional<Deliveries.Owed> blocked = Optional.empty();

        private Line(Deliveries.Queue queue, Mailbox mailbox, SinkDispatch.DeliveryHandler handler) {
            this.queue = queue;
            this.mailbox = mailbox;
            this.handler = handler;
            this.fence = deliveries.take(queue);
        }

        private Optional<Instant> run() {
            while (clock.instant().isBefore(end)) {
                List<Deliveries.Owed> head = deliveries.head(queue, HEAD);
                if (head.isEmpty() || !serve(head)) {
                    return deliveries.pausedUntil(queue.sink()).or(() -> deliveries.nextDue(queue));
                }
            }
            return Optional.of(clock.instant());
        }

        /** @return whether to look for more */
        private boolean serve(List<Deliveries.Owed> head) {
            for (Deliveries.Owed owed : head) {
                boolean waits = owed.nextAttemptAt().isAfter(clock.instant());
                if (waits || !attempt(owed)) {
                    return false;
                }
            }
            return blocked.isEmpty();
        }

        /** @return whether the line may go on behind this message */
        private boolean attempt(Deliveries.Owed owed) {
            deliveries.beginAttempt(queue, fence, owed.key());
            DeliveryOutcome outcome = offer(owed);
            switch (outcome.kind()) {
                case DELIVERED -> {
                    settle(owed, Settlement.DELIVERED, Optional.empty());
                    return passed();
                }
                case FILTERED -> {
                    settle(owed, Settlement.FILTERED, Optional.of(outcome.reason()));
                    return passed();
                }
                case PERMANENT -> {
                    park(owed, outcome.reason());
                    return passed();
                }
                case SINK_MISCONFIGURED -> {
                    LOG.error("sink {} pauses for {} min: {}", queue.sink(), PAUSE.toMinutes(), outcome.reason());
                    deliveries.pause(queue, fence, owed.key(), PAUSE, outcome.reason());
                    return false;
                }
                default -> {
                    return postpone(owed, outcome);
                }
            }
        }

        private void settle(Deliveries.Owed owed, Settlement settlement, Optional<String> reason) {
            if (deliveries.settle(queue, fence, owed.key(), settlement, reason)) {
                nudge.accept(new Deliveries.Queue(Deliveries.SETTLED, queue.mailbox()));
            }
        }

        private boolean passed() {
            blocked.ifPresent(stuck -> deliveries.stepAside(queue, fence, stuck.key()));
            blocked = Optional.empty();
            return true;
        }

        private boolean postpone(Deliveries.Owed owed, DeliveryOutcome outcome) {
            String reason = outcome.reason();
            Instant firstAttempt = owed.firstAttemptAt().orElse(clock.instant());
            if (clock.instant().isAfter(firstAttempt.plus(retryFor))) {
                park(owed, "retried for " + retryFor.toHours() + " h, last: " + reason);
                return true;
            }
            int attempts = owed.attempts() + 1;
            Duration own = backoff.after(attempts);
            Duration wait = outcome.retryAfter()
                    .filter(asked -> asked.compareTo(own) > 0)
                    .orElse(own);
            LOG.warn(
                    "sink {}: message {} attempt {} failed, again in {} s: {}",
                    queue.sink(),
                    owed.key(),
                    attempts,
                    wait.toSeconds(),
                    reason);
            deliveries.postpone(queue, fence, owed.key(), wait, reason);
            if (owed.aside()) {
                return true;
            }
            boolean probeNext = blocked.isEmpty() && attempts >= FAILURES_IN_LINE;
            blocked = probeNext ? Optional.of(owed) : blocked;
            return probeNext;
        }

        private void park(Deliveries.Owed owed, String reason) {
            LOG.error("sink {}: message {} is parked: {}", queue.sink(), owed.key(), reason);
            settle(owed, Settlement.DEAD, Optional.of(reason));
        }

        private Optional<SettledMessage> settled(Deliveries.Owed owed) {
            return queue.sink().equals(Deliveries.SETTLED)
                    ? Optional.of(deliveries.settled(owed.key()))
                    : Optional.empty();
        }

        private DeliveryOutcome offer(Deliveries.Owed owed) {
            try {
                return handler.deliver(new PendingDelivery(
                        owed.key(),
                        queue.sink(),
                        mailbox,
                        owed.attempts() + 1,
                        owed.event(),
                        owed.mime(),
                        owed.json(),
                        settled(owed)));
            } catch (Exception e) {
                return new DeliveryOutcome(DeliveryOutcome.Kind.RETRY, Failures.name(e));
            }
        }
    }
}
