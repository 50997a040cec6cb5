package org.mailcaravan.sandbox.entra;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes the authority's answers with the headers that each of them carries. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static void json(HttpExchange exchange, Trace trace, int status, Object value) throws IOException {
        send(exchange, trace, status, "application/json; charset=utf-8", JSON.writeValueAsBytes(value));
    }

    static void failure(HttpExchange exchange, Trace trace, AuthorityException failure) throws IOException {
        json(exchange, trace, failure.status(), trace.json(failure));
    }

    static void page(HttpExchange exchange, Trace trace, int status, String html) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", Html.CONTENT_SECURITY_POLICY);
        headers.set("X-Frame-Options", "DENY");
        send(exchange, trace, status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    static void redirect(HttpExchange exchange, Trace trace, String location) throws IOException {
        common(exchange.getResponseHeaders(), trace);
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    private static void send(HttpExchange exchange, Trace trace, int status, String type, byte[] body)
            throws IOException {
        common(exchange.getResponseHeaders(), trace);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void common(Headers headers, Trace trace) {
        headers.set("Cache-Control", "no-store, no-cache");
        headers.set("Pragma", "no-cache");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("x-ms-request-id", trace.traceId());
        trace.sent().ifPresent(id -> headers.set("client-request-id", id));
    }
}
