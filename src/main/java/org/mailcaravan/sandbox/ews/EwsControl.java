package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.mailcaravan.sandbox.ControlApi;
import org.mailcaravan.sandbox.mail.ClientPolicy;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** The control operations on streaming, limits, policy, sites and Autodiscover; docs/sandbox.md describes each. */
final class EwsControl {
    private static final Map<String, Object> DONE = Map.of();

    private final SandboxMailboxes mailboxes;
    private final EwsHandler online;
    private final EwsHandler onPremises;
    private final EwsPolicy policy;
    private final Map<UUID, Autodiscover.Plan> plans;

    EwsControl(
            SandboxMailboxes mailboxes,
            EwsHandler online,
            EwsHandler onPremises,
            EwsPolicy policy,
            Map<UUID, Autodiscover.Plan> plans) {
        this.mailboxes = mailboxes;
        this.online = online;
        this.onPremises = onPremises;
        this.policy = policy;
        this.plans = plans;
    }

    void addTo(ControlApi control) {
        control.operation("ews/invalidate-sync-states", this::invalidate);
        control.reading(
                "ews/subscriptions", input -> site(input).subscriptions().told(whose(input)));
        control.operation(
                "ews/subscriptions/end",
                input -> Map.of("ended", site(input).subscriptions().end(whose(input))));
        control.operation("ews/streaming", this::streaming);
        control.operation("ews/streaming/drop", this::drop);
        control.operation("ews/limits", this::limits);
        control.reading("ews/throttling", input -> throttling(site(input)));
        control.operation("ews/policy", this::policy);
        control.operation("ews/mailbox", this::mailbox);
        control.operation("ews/autodiscover", this::autodiscover);
    }

    private EwsHandler site(JsonNode input) {
        return input.path("onPremises").asBoolean(false) ? onPremises : online;
    }

    private Object invalidate(JsonNode input) {
        SandboxMailbox mailbox = named(input);
        online.invalidateSyncStates(mailbox);
        onPremises.invalidateSyncStates(mailbox);
        return DONE;
    }

    private Object streaming(JsonNode input) {
        StreamingRules usual = StreamingRules.EXCHANGE;
        StreamingRules next = new StreamingRules(
                Duration.ofMillis(
                        input.path("heartbeatMs").asLong(usual.heartbeat().toMillis())),
                Duration.ofMillis(input.path("minuteMs").asLong(usual.minute().toMillis())),
                input.path("pieceBytes").asInt(usual.pieceBytes()),
                input.path("lost").asBoolean(usual.lost()),
                input.path("gzip").asBoolean(usual.gzip()));
        online.subscriptions().rules(next);
        onPremises.subscriptions().rules(next);
        return DONE;
    }

    private Object drop(JsonNode input) {
        StreamConnection.Kind how = switch (input.path("how").asText("cut")) {
            case "cut" -> StreamConnection.Kind.CUT;
            case "cut-inside" -> StreamConnection.Kind.CUT_INSIDE;
            case "close" -> StreamConnection.Kind.CLOSED;
            default -> throw new IllegalArgumentException("how is cut, cut-inside or close");
        };
        return Map.of("dropped", site(input).subscriptions().drop(whose(input), how));
    }

    private Object limits(JsonNode input) {
        EwsThrottle throttle = site(input).throttle();
        EwsLimits usual = throttle.usual();
        throttle.limit(new EwsLimits(
                input.path("concurrent").asInt(usual.concurrent()),
                input.path("subscriptions").asInt(usual.subscriptions()),
                input.path("streams").asInt(usual.streams()),
                input.path("requests").asLong(usual.budget()),
                Duration.ofSeconds(
                        input.path("requestsSeconds").asLong(usual.window().toSeconds())),
                one(
                        EwsLimits.Busy.class,
                        input.path("busy").asText("fault"),
                        "busy is fault, response, internal or unavailable"),
                Duration.ofMillis(input.path("graceMs").asLong(usual.grace().toMillis()))));
        return DONE;
    }

    private static Object throttling(EwsHandler site) {
        List<Map<String, Object>> told = new ArrayList<>();
        Map<UUID, EwsThrottle.Counts> counts = site.throttle().counts();
        counts.forEach((account, count) -> told.add(Map.of(
                "mailbox", account.toString(),
                "requests", count.requests(),
                "throttled", count.throttled(),
                "mostAtOnce", count.mostAtOnce(),
                "early", count.early())));
        return Map.of(
                "mailboxes", told,
                "throttled",
                        counts.values().stream()
                                .mapToLong(EwsThrottle.Counts::throttled)
                                .sum(),
                "mostAtOnce",
                        counts.values().stream()
                                .mapToInt(EwsThrottle.Counts::mostAtOnce)
                                .max()
                                .orElse(0),
                "early",
                        counts.values().stream()
                                .mapToLong(EwsThrottle.Counts::early)
                                .sum());
    }

    private Object policy(JsonNode input) {
        ClientPolicy.Mode mode = one(
                ClientPolicy.Mode.class,
                input.path("clients").asText("none"),
                "clients is none, enforce-allow-list or enforce-block-list");
        policy.set(
                new EwsPolicy.Organisation(
                        flag(input, "enabled"),
                        list(input, "allowedAppIds"),
                        input.path("passing").asDouble(0)),
                new ClientPolicy(mode, list(input, "agents").orElse(List.of())));
        return DONE;
    }

    private Object mailbox(JsonNode input) {
        SandboxMailbox mailbox = named(input);
        if (input.has("enabled")) {
            policy.setMailbox(mailbox.ownerId(), flag(input, "enabled"));
        }
        if (input.has("onPremises")) {
            mailboxes.setOnPremises(mailbox, input.path("onPremises").asBoolean());
        }
        return DONE;
    }

    private Object autodiscover(JsonNode input) {
        plans.put(named(input).ownerId(), new Autodiscover.Plan(text(input, "redirect"), text(input, "url")));
        return DONE;
    }

    private SandboxMailbox named(JsonNode input) {
        return mailboxes
                .find(input.path("mailbox").asText(""))
                .orElseThrow(() ->
                        new IllegalArgumentException("mailbox must be a user's object id or user principal name"));
    }

    /** The mailbox named; without a name all. */
    private Predicate<SandboxMailbox> whose(JsonNode input) {
        return input.has("mailbox") ? named(input)::equals : mailbox -> true;
    }

    private static Optional<Boolean> flag(JsonNode input, String name) {
        return Optional.of(input.path(name)).filter(JsonNode::isBoolean).map(JsonNode::asBoolean);
    }

    private static Optional<String> text(JsonNode input, String name) {
        return Optional.of(input.path(name)).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    private static Optional<List<String>> list(JsonNode input, String name) {
        return Optional.of(input.path(name))
                .filter(JsonNode::isArray)
                .map(array -> StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    private static <E extends Enum<E>> E one(Class<E> type, String name, String remedy) {
        String constant = name.replace('-', '_').toUpperCase(Locale.ROOT);
        return Arrays.stream(type.getEnumConstants())
                .filter(known -> known.name().equals(constant))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(remedy));
    }
}
