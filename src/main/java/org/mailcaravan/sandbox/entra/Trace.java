package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What support would ask for.
 *
 * @param sent the caller's {@code client-request-id}, which becomes the correlation id and is echoed
 */
record Trace(String traceId, String correlationId, Optional<String> sent, Instant at) {
    private static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    static Trace of(HttpExchange exchange, Instant now) {
        Optional<String> sent = Optional.ofNullable(exchange.getRequestHeaders().getFirst("client-request-id"))
                .filter(id -> id.matches(GUID));
        return new Trace(
                UUID.randomUUID().toString(),
                sent.orElseGet(() -> UUID.randomUUID().toString()),
                sent,
                now);
    }

    String timestamp() {
        return FORMAT.format(at);
    }

    /** {@code error_description}: the message, then Trace ID, Correlation ID and Timestamp on lines of their own. */
    String describe(AuthorityException failure) {
        return String.join(
                "\r\n",
                failure.getMessage(),
                "Trace ID: " + traceId,
                "Correlation ID: " + correlationId,
                "Timestamp: " + timestamp());
    }

    /** The token endpoint's error JSON. */
    Map<String, Object> json(AuthorityException failure) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", failure.error());
        body.put("error_description", describe(failure));
        body.put("error_codes", List.of(failure.code()));
        body.put("timestamp", timestamp());
        body.put("trace_id", traceId);
        body.put("correlation_id", correlationId);
        body.put("error_uri", errorUri(failure));
        failure.suberror().ifPresent(value -> body.put("suberror", value));
        failure.claims().ifPresent(value -> body.put("claims", value));
        return body;
    }

    static String errorUri(AuthorityException failure) {
        return "https://login.microsoftonline.com/error?code=" + failure.code();
    }
}
