package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** How Graph answers: with its ids in the head, JSON, and errors in its shape. */
final class GraphAnswers {
    static final String JSON_TYPE =
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;

    GraphAnswers(Clock clock) {
        this.clock = clock;
    }

    /** The headers that every answer has; call it first. */
    static void identify(HttpExchange exchange) {
        String requestId = UUID.randomUUID().toString();
        String clientId = exchange.getRequestHeaders().getFirst("client-request-id");
        exchange.getResponseHeaders().set("request-id", requestId);
        exchange.getResponseHeaders().set("client-request-id", clientId == null ? requestId : clientId);
        exchange.getResponseHeaders()
                .set("x-ms-ags-diagnostic", "{\"ServerInfo\":{\"DataCenter\":\"Sandbox\",\"Slice\":\"E\"}}");
    }

    void send(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
        send(exchange, status, JSON_TYPE, answer);
    }

    static void noContent(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
    }

    void send(HttpExchange exchange, GraphError error) throws IOException {
        ObjectNode answer = json.createObjectNode();
        ObjectNode inner = answer.putObject("error")
                .put("code", error.code())
                .put("message", error.getMessage())
                .putObject("innerError");
        inner.put(
                "date",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
        inner.put("request-id", exchange.getResponseHeaders().getFirst("request-id"));
        inner.put("client-request-id", exchange.getResponseHeaders().getFirst("client-request-id"));
        error.headers().forEach(exchange.getResponseHeaders()::set);
        send(exchange, error.status(), "application/json", answer);
    }

    private void send(HttpExchange exchange, int status, String type, ObjectNode answer) throws IOException {
        byte[] body = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
