package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.mailcaravan.sandbox.ControlApi;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** The control operations {@code subscriptions…}; docs/sandbox.md describes each. */
final class SubscriptionOperations {
    private static final Set<String> EVENTS = Set.of("missed", "subscriptionRemoved", "reauthorizationRequired");
    private static final Map<String, Object> DONE = Map.of();
    private static final int LARGEST_FORGERY = 1000;

    private final SubscriptionService service;
    private final SandboxMailboxes mailboxes;

    SubscriptionOperations(SubscriptionService service, SandboxMailboxes mailboxes) {
        this.service = service;
        this.mailboxes = mailboxes;
    }

    void addTo(ControlApi control) {
        control.reading("subscriptions", this::tell);
        control.operation("subscriptions/delivery", this::delivery);
        control.operation("subscriptions/lifecycle", this::lifecycle);
        control.operation("subscriptions/end", this::end);
        control.operation("subscriptions/renewals", this::renewals);
        control.operation("subscriptions/rules", this::rules);
        control.operation("subscriptions/forge", this::forge);
    }

    private Object tell(JsonNode input) {
        return Map.of(
                "subscriptions",
                meant(input).stream().map(SubscriptionOperations::told).toList(),
                "notifications",
                service.notifier().counts());
    }

    private static Map<String, Object> told(Subscription one) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", one.id());
        told.put("clientId", one.creator().appId());
        told.put("mailbox", one.watched().mailbox().toString());
        told.put("resource", one.watched().resource());
        told.put("changeType", String.join(",", one.watched().changeTypes()));
        told.put("notificationUrl", one.target().notificationUrl().toString());
        told.put(
                "lifecycleNotificationUrl",
                one.target().lifecycleUrl().map(URI::toString).orElse(""));
        told.put("expires", one.expires().toString());
        told.put("paused", one.paused());
        return told;
    }

    private Object delivery(JsonNode input) {
        service.notifier()
                .plan(new NotificationPlan(
                        input.path("lost").asBoolean(false),
                        Duration.ofMillis(input.path("delayMs").asLong(0)),
                        input.path("copies").asInt(1),
                        input.path("reversed").asBoolean(false),
                        Duration.ofMillis(input.path("retryMs").asLong(1000))));
        return DONE;
    }

    private Object lifecycle(JsonNode input) {
        String event = input.path("event").asText("");
        if (!EVENTS.contains(event)) {
            throw new IllegalArgumentException("event is missed, subscriptionRemoved or reauthorizationRequired");
        }
        List<Subscription> meant = meant(input);
        meant.forEach(one -> happens(one, event, input.path("pause").asBoolean(false)));
        return Map.of("subscriptions", meant.size());
    }

    private void happens(Subscription one, String event, boolean pause) {
        if (event.equals("subscriptionRemoved")) {
            service.subscriptions().remove(one.id());
        } else if (event.equals("reauthorizationRequired") && pause) {
            service.subscriptions().change(one.id(), subscription -> subscription.paused(true));
        }
        service.notifier().lifecycle(one, event);
    }

    private Object end(JsonNode input) {
        List<Subscription> meant = meant(input);
        meant.forEach(one -> service.subscriptions().remove(one.id()));
        return Map.of("subscriptions", meant.size());
    }

    private Object renewals(JsonNode input) {
        int status = input.path("status").asInt(503);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status is 400 to 599");
        }
        boolean refused = input.path("refused").asBoolean(true);
        service.refuseRenewals(refused ? OptionalInt.of(status) : OptionalInt.empty());
        return DONE;
    }

    private Object rules(JsonNode input) {
        SubscriptionRules microsofts = SubscriptionRules.MICROSOFTS;
        service.rules(new SubscriptionRules(
                input.path("perMailbox").asInt(microsofts.perMailbox()),
                input.path("longestMinutes").asInt(microsofts.longestMinutes())));
        return DONE;
    }

    /** Without a {@code clientState} one that is wrong in its last character; null leaves it out. */
    private Object forge(JsonNode input) {
        Subscription one = service.subscriptions()
                .find(input.path("id").asText(""))
                .orElseThrow(
                        () -> new IllegalArgumentException("id is missing: which subscription's address is called"));
        int count = input.path("count").asInt(1);
        if (count < 1 || count > LARGEST_FORGERY) {
            throw new IllegalArgumentException("count must lie between 1 and " + LARGEST_FORGERY);
        }
        List<Endpoint.Notice> forged = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            forged.add(new Endpoint.Notice(one, forged(one, input)));
        }
        return Map.of("status", service.notifier().callNow(one.target().notificationUrl(), forged));
    }

    private ObjectNode forged(Subscription one, JsonNode input) {
        ObjectNode json = service.view()
                .change(
                        one,
                        input.path("changeType").asText("created"),
                        input.path("messageId").asText("AAMkForged="),
                        "CQAAAA==");
        json.put("subscriptionId", input.path("subscriptionId").asText(one.id()));
        if (!input.has("clientState")) {
            json.put("clientState", wrong(one.target().clientState().orElse("")));
        } else if (input.get("clientState").isNull()) {
            json.remove("clientState");
        } else {
            json.put("clientState", input.get("clientState").asText());
        }
        return json;
    }

    private static String wrong(String clientState) {
        return clientState.isEmpty()
                ? "forged"
                : clientState.substring(0, clientState.length() - 1) + (clientState.endsWith("x") ? "y" : "x");
    }

    /** Those that {@code id} or {@code mailbox} names, all if there is neither. */
    private List<Subscription> meant(JsonNode input) {
        Optional<String> id = Optional.ofNullable(input.get("id")).map(JsonNode::asText);
        if (id.isPresent()) {
            return List.of(service.subscriptions()
                    .find(id.get())
                    .orElseThrow(() -> new IllegalArgumentException("No subscription has this id, or it has expired")));
        }
        Optional<SandboxMailbox> mailbox = Optional.ofNullable(input.get("mailbox"))
                .map(JsonNode::asText)
                .map(name -> mailboxes
                        .find(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "mailbox is unknown: give a user's object id or user principal name")));
        return mailbox.map(known -> service.subscriptions().ofMailbox(known.ownerId()))
                .orElseGet(service.subscriptions()::all);
    }
}
