package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mailcaravan.sandbox.ControlApi;
import org.mailcaravan.sandbox.Latency;

/** The control operations {@code graph/limits}, {@code graph/throttling} and {@code graph/latency}; docs/sandbox.md describes each. */
final class TrafficOperations {
    private final Throttle throttle;
    private final Latency latency;

    TrafficOperations(Throttle throttle, Latency latency) {
        this.throttle = throttle;
        this.latency = latency;
    }

    void addTo(ControlApi control) {
        control.operation("graph/limits", this::limits);
        control.reading("graph/throttling", input -> told());
        control.operation("graph/latency", input -> {
            latency.set(Duration.ofMillis(input.path("ms").asLong(0)));
            return Map.of();
        });
    }

    private Object limits(JsonNode input) {
        ThrottleLimits usual = throttle.usual();
        throttle.limit(new ThrottleLimits(
                input.path("concurrent").asInt(usual.concurrent()),
                input.path("requests").asLong(usual.requests()),
                Duration.ofSeconds(
                        input.path("requestsSeconds").asLong(usual.requestsIn().toSeconds())),
                input.path("uploadBytes").asLong(usual.uploadBytes()),
                Duration.ofSeconds(
                        input.path("uploadSeconds").asLong(usual.uploadIn().toSeconds())),
                Duration.ofMillis(input.path("graceMs").asLong(usual.grace().toMillis()))));
        return Map.of();
    }

    private Object told() {
        List<Map<String, Object>> mailboxes = new ArrayList<>();
        List<MailboxUsage.Counts> all = new ArrayList<>();
        throttle.forEach((place, usage) -> {
            MailboxUsage.Counts counts = usage.counts();
            all.add(counts);
            mailboxes.add(Map.of(
                    "clientId", place.appId(),
                    "mailbox", place.mailbox(),
                    "requests", counts.requests(),
                    "throttled", counts.throttled(),
                    "mostAtOnce", counts.mostAtOnce(),
                    "early", counts.early()));
        });
        return Map.of(
                "mailboxes", mailboxes,
                "throttled",
                        all.stream().mapToLong(MailboxUsage.Counts::throttled).sum(),
                "mostAtOnce",
                        all.stream()
                                .mapToInt(MailboxUsage.Counts::mostAtOnce)
                                .max()
                                .orElse(0),
                "early", all.stream().mapToLong(MailboxUsage.Counts::early).sum());
    }
}
