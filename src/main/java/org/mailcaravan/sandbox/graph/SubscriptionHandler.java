package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.sandbox.RequestLog;

/** {@code /v1.0/subscriptions}: checks tokens, counts, offers each request to the fault plan, then lets {@link SubscriptionService} do it. Thread-safe. */
final class SubscriptionHandler implements HttpHandler {
    static final String PREFIX = GraphHandler.PREFIX + "/subscriptions";

    private final ObjectMapper json = new ObjectMapper();
    private final GraphHandler.Tenant tenant;
    private final SubscriptionService service;
    private final MailboxAccess access;
    private final Latency latency;
    private final GraphAnswers answers;

    SubscriptionHandler(GraphHandler.Tenant tenant, SubscriptionService service, Latency latency, Clock clock) {
        this.tenant = tenant;
        this.service = service;
        this.access = new MailboxAccess(tenant.mailboxes(), tenant.directory());
        this.latency = latency;
        this.answers = new GraphAnswers(clock);
    }

    /** What can be asked; the name in lower case is the last part of the request's kind. */
    private enum Action {
        LIST,
        CREATE,
        GET,
        RENEW,
        DELETE,
        REAUTHORIZE,
        UNKNOWN;

        String kind() {
            return "graph:subscriptions/" + name().toLowerCase(Locale.ROOT);
        }

        static Action of(String method, String[] path) {
            return switch (method + path.length) {
                case "GET0" -> LIST;
                case "POST0" -> CREATE;
                case "GET1" -> GET;
                case "PATCH1" -> RENEW;
                case "DELETE1" -> DELETE;
                case "POST2" -> path[1].equalsIgnoreCase("reauthorize") ? REAUTHORIZE : UNKNOWN;
                default -> UNKNOWN;
            };
        }
    }

    /** @param id empty where none is named */
    private record Asked(Action action, String id, Caller caller, JsonNode wish, GraphRequest request) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        GraphAnswers.identify(exchange);
        try {
            Asked asked = counted(exchange);
            String kind = asked.action().kind();
            if (!tenant.faults().intercept(exchange, kind, mailbox(asked))) {
                latency.pause();
                answer(exchange, asked);
            }
        } catch (GraphError error) {
            answers.send(exchange, error);
        }
    }

    private Asked counted(HttpExchange exchange) throws IOException {
        String[] path = path(exchange);
        Action action = Action.of(exchange.getRequestMethod(), path);
        try {
            Caller caller = Caller.of(exchange, tenant.tokens());
            JsonNode wish = body(exchange);
            Asked asked = new Asked(action, path.length == 0 ? "" : path[0], caller, wish, GraphRequest.of(exchange));
            tenant.log().count(exchange, action.kind(), mailbox(asked));
            return asked;
        } catch (GraphError refused) {
            tenant.log().count(exchange, action.kind(), RequestLog.NO_MAILBOX);
            throw refused;
        }
    }

    private static String[] path(HttpExchange exchange) {
        String below = exchange.getRequestURI().getPath().substring(PREFIX.length());
        return below.replaceAll("^/+|/+$", "").isEmpty()
                ? new String[0]
                : below.replaceAll("^/+|/+$", "").split("/");
    }

    /** An object, empty if nothing was sent. */
    private JsonNode body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            JsonNode wish = body.length == 0 ? json.createObjectNode() : json.readTree(body);
            if (wish.isObject()) {
                return wish;
            }
        } catch (JsonProcessingException notJson) {
            // told below
        }
        throw GraphError.badRequest("Unable to read JSON request payload.");
    }

    /** For whose mailbox it counts, allowed or not. */
    private String mailbox(Asked asked) {
        Caller caller = asked.caller();
        if (asked.action() == Action.CREATE) {
            return wished(asked)
                    .map(path -> access.target(caller, Optional.of(path)))
                    .orElse(RequestLog.NO_MAILBOX);
        }
        return service.subscriptions()
                .find(asked.id())
                .map(one -> one.watched().mailbox().toString())
                .orElseGet(() -> access.target(caller, Optional.empty()));
    }

    private Optional<GraphPath> wished(Asked asked) {
        try {
            return Optional.of(service.path(asked.wish()));
        } catch (GraphError unreadable) {
            return Optional.empty();
        }
    }

    private void answer(HttpExchange exchange, Asked asked) throws IOException {
        Caller caller = asked.caller();
        GraphRequest request = asked.request();
        switch (asked.action()) {
            case LIST -> answers.send(exchange, 200, service.list(caller, request));
            case CREATE -> answers.send(exchange, 201, service.create(caller, asked.wish(), request));
            case GET ->
                answers.send(exchange, 200, SubscriptionView.one(service.own(caller, asked.id()), request.root()));
            case RENEW -> answers.send(exchange, 200, service.renew(caller, asked.id(), asked.wish(), request));
            case DELETE -> {
                service.delete(caller, asked.id());
                GraphAnswers.noContent(exchange);
            }
            case REAUTHORIZE -> {
                service.reauthorize(caller, asked.id());
                GraphAnswers.noContent(exchange);
            }
            case UNKNOWN -> throw GraphError.badRequest("Resource not found for the segment.");
        }
    }
}
