package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.sandbox.Latency;
import org.mailcaravan.sandbox.RequestLog;

/** {@code /v1.0/subscriptions}: checks tokens, counts, offers each request to the fault plan, then lets {@link SubscriptionService} do it. Thread-safe. */
final class SubscriptionHandler implements HttpHandler {
    static final String PREFIX = GraphHandler.PREFIX + "/subscriptions";

    private final GraphHandler graph;
    private final GraphHandler.Tenant tenant;
    private final SubscriptionService service;
    private final MailboxAccess access;
    private final Latency latency;

    SubscriptionHandler(GraphHandler graph, GraphHandler.Tenant tenant, SubscriptionService service, Latency latency) {
        this.graph = graph;
        this.tenant = tenant;
        this.service = service;
        this.access = new MailboxAccess(tenant.mailboxes(), tenant.directory());
        this.latency = latency;
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

        boolean takesJson() {
            return this == CREATE || this == RENEW;
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
        GraphHandler.identify(exchange);
        try {
            Asked asked = counted(exchange);
            String kind = asked.action().kind();
            if (!tenant.faults().intercept(exchange, kind, mailbox(asked))) {
                latency.pause();
                answer(asked).sendTo(exchange, () -> {});
            }
        } catch (GraphError error) {
            graph.sendError(exchange, error);
        }
    }

    private Asked counted(HttpExchange exchange) throws IOException {
        String[] path = path(exchange);
        Action action = Action.of(exchange.getRequestMethod(), path);
        try {
            Caller caller = Caller.of(exchange, tenant.tokens());
            JsonNode wish =
                    action.takesJson() ? RequestBody.read(exchange).json() : JsonNodeFactory.instance.objectNode();
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

    private Reply answer(Asked asked) {
        Caller caller = asked.caller();
        GraphRequest request = asked.request();
        return switch (asked.action()) {
            case LIST -> Reply.ok(service.list(caller, request));
            case CREATE -> Reply.created(service.create(caller, asked.wish(), request));
            case GET -> Reply.ok(SubscriptionView.one(service.own(caller, asked.id()), request.root()));
            case RENEW -> Reply.ok(service.renew(caller, asked.id(), asked.wish(), request));
            case DELETE -> {
                service.delete(caller, asked.id());
                yield Reply.empty(204);
            }
            case REAUTHORIZE -> {
                service.reauthorize(caller, asked.id());
                yield Reply.empty(204);
            }
            case UNKNOWN -> throw GraphError.badRequest("Resource not found for the segment.");
        };
    }
}
