package org.mailcaravan.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /sandbox/control/<operation>}: JSON in, JSON out. Reading operations answer GET; all others take POST with {@code Content-Type: application/json},
 * which no web page can send across origins. Only callers on this machine, naming it by its own name, are served. Thread-safe.
 */
public final class ControlApi {
    /** Where the operations live. */
    public static final String PATH = "/sandbox/control";

    /** One operation. */
    @FunctionalInterface
    public interface Operation {
        /**
         * Does it.
         *
         * @param input the request's JSON; an empty object if there was none
         * @return what Jackson can write; an empty map if there is nothing to say
         * @throws IllegalArgumentException if the input is wrong; its message becomes the 400's {@code error}
         */
        Object run(JsonNode input) throws IOException;
    }

    private record Known(boolean reading, Operation operation) {}

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Known> operations = new ConcurrentHashMap<>();

    /** Adds an operation that changes something ({@code POST}). */
    public void operation(String name, Operation operation) {
        operations.put(name, new Known(false, operation));
    }

    /** Adds an operation that only reads ({@code GET}, or {@code POST} with arguments). */
    public void reading(String name, Operation operation) {
        operations.put(name, new Known(true, operation));
    }

    /** The names of all operations, sorted. */
    SortedSet<String> names() {
        return new TreeSet<>(operations.keySet());
    }

    HttpHandler handler() {
        return this::handle;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Known known = operations.get(path.length() > PATH.length() ? path.substring(PATH.length() + 1) : "");
        if (!isLocal(exchange)) {
            answer(exchange, 403, error("The control API serves only callers on this machine, by the name localhost"));
        } else if (known == null) {
            answer(exchange, 404, error("No such operation; docs/sandbox.md lists them"));
        } else {
            run(exchange, known);
        }
    }

    private void run(HttpExchange exchange, Known known) throws IOException {
        Optional<String> refusal = refusal(exchange, known);
        if (refusal.isPresent()) {
            answer(exchange, 405, error(refusal.get()));
            return;
        }
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            JsonNode input = body.length == 0 ? json.createObjectNode() : json.readTree(body);
            answer(exchange, 200, known.operation().run(input));
        } catch (JsonProcessingException e) {
            answer(exchange, 400, error("The body is not JSON"));
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, error(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<String> refusal(HttpExchange exchange, Known known) {
        String method = exchange.getRequestMethod();
        if (known.reading() && method.equals("GET")) {
            return Optional.empty();
        }
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        return method.equals("POST") && type.startsWith("application/json")
                ? Optional.empty()
                : Optional.of("Use POST with Content-Type: application/json");
    }

    private static boolean isLocal(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("");
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && host.matches("(localhost|127\\.0\\.0\\.1)(:\\d+)?");
    }

    private static Map<String, String> error(String text) {
        return Map.of("error", text);
    }

    private void answer(HttpExchange exchange, int status, Object value) throws IOException {
        byte[] body = json.writeValueAsBytes(value);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
