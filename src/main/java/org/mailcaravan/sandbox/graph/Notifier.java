package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.sandbox.graph.Endpoint.Notice;

/**
 * Sends notifications: those for one address that come together in one call, again with growing pauses while the answer is not 2xx within three seconds,
 * and given up after four hours. Its one thread only plans; calls are asynchronous. Thread-safe.
 */
final class Notifier {
    private static final Duration GATHERED_FOR = Duration.ofMillis(30);
    private static final Duration TRIED_FOR = Duration.ofHours(4);

    private final ObjectMapper json = new ObjectMapper();
    private final Map<URI, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer;
    private final Callbacks callbacks;
    private final NotificationView view;
    private final Clock clock;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failedCalls = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile NotificationPlan plan = NotificationPlan.FAITHFUL;

    Notifier(Callbacks callbacks, NotificationView view, Clock clock) {
        this.callbacks = callbacks;
        this.view = view;
        this.clock = clock;
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sandbox-notifications");
            thread.setDaemon(true);
            return thread;
        });
    }

    void plan(NotificationPlan next) {
        plan = next;
    }

    /** Since the start: notifications that wait or are under way, were accepted or lost, and calls that failed. */
    Map<String, Long> counts() {
        return Map.of(
                "waiting", waiting.get(),
                "delivered", delivered.get(),
                "lost", lost.get(),
                "failedCalls", failedCalls.get());
    }

    /** A change notification, subject to the plan. Never waits. */
    void change(Subscription subscription, ObjectNode notification) {
        NotificationPlan now = plan;
        Endpoint endpoint = endpoint(subscription.target().notificationUrl());
        if (now.lost() || subscription.paused() || endpoint.drops(subscription, clock.instant())) {
            lost.incrementAndGet();
            return;
        }
        endpoint.takeMissed(clock.instant()).forEach(one -> lifecycle(one, "missed"));
        for (int copy = 0; copy < now.copies(); copy++) {
            send(endpoint, new Notice(subscription, notification), now.delay());
        }
    }

    /** A lifecycle notification, whatever the plan; nothing happens if the subscription names no address for it. */
    void lifecycle(Subscription subscription, String event) {
        subscription
                .target()
                .lifecycleUrl()
                .ifPresent(address -> send(
                        endpoint(address),
                        new Notice(subscription, view.lifecycle(subscription, event)),
                        Duration.ZERO));
    }

    void close() {
        timer.shutdownNow();
    }

    private Endpoint endpoint(URI address) {
        return endpoints.computeIfAbsent(address, Endpoint::new);
    }

    private void send(Endpoint endpoint, Notice notice, Duration delay) {
        waiting.incrementAndGet();
        if (endpoint.add(notice)) {
            later(delay.plus(GATHERED_FOR), () -> flush(endpoint));
        }
    }

    private void flush(Endpoint endpoint) {
        for (List<Notice> group = endpoint.take(plan.reversed());
                !group.isEmpty();
                group = endpoint.take(plan.reversed())) {
            call(endpoint, group, 0, clock.instant());
        }
    }

    private void call(Endpoint endpoint, List<Notice> group, int attempt, Instant first) {
        callbacks.notify(endpoint.address(), body(group)).thenAccept(status -> {
            boolean accepted = status >= 200 && status < 300;
            endpoint.called(accepted, clock.instant());
            if (accepted) {
                delivered.addAndGet(group.size());
                waiting.addAndGet(-group.size());
            } else {
                failedCalls.incrementAndGet();
                again(endpoint, group, attempt, first);
            }
        });
    }

    private void again(Endpoint endpoint, List<Notice> group, int attempt, Instant first) {
        if (clock.instant().isBefore(first.plus(TRIED_FOR))) {
            later(plan.pauseAfter(attempt), () -> call(endpoint, group, attempt + 1, first));
            return;
        }
        waiting.addAndGet(-group.size());
        lost.addAndGet(group.size());
        group.stream()
                .filter(notice -> notice.json().has("changeType"))
                .map(Notice::subscription)
                .distinct()
                .forEach(one -> lifecycle(one, "missed"));
    }

    private void later(Duration pause, Runnable task) {
        try {
            timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // the tenant has closed: nobody waits for this notification any more
        }
    }

    private byte[] body(List<Notice> group) {
        ObjectNode collection = json.createObjectNode();
        group.forEach(notice -> collection.withArray("value").add(notice.json()));
        try {
            return json.writeValueAsBytes(collection);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A JSON tree can be written", impossible);
        }
    }

    /** Sends notifications at once and once; answers the status, 0 if there was none in time. */
    int callNow(URI address, List<Notice> group) {
        return callbacks.notify(address, body(group)).join();
    }
}
