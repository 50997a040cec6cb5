package org.mailcaravan.sandbox.graph;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sandbox.SandboxServer;

/**
 * One request as Graph reads it.
 *
 * @param root absolute address of the version, for example {@code https://host/v1.0}
 * @param raw path under the root and query, byte for byte as received
 * @param options query options by name without {@code $}, in lower case, decoded
 * @param ifMatch the etag that a change is meant for
 */
record GraphRequest(
        String method, String root, String raw, Map<String, String> options, Prefer prefer, Optional<String> ifMatch) {

    static GraphRequest of(HttpExchange exchange) {
        URI uri = exchange.getRequestURI();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String below = uri.getRawPath()
                .substring(
                        Math.min(GraphHandler.PREFIX.length(), uri.getRawPath().length()));
        return new GraphRequest(
                exchange.getRequestMethod(),
                SandboxServer.baseUrl(exchange) + GraphHandler.PREFIX,
                (below.startsWith("/") ? below : "/" + below) + query,
                options(uri.getRawQuery()),
                Prefer.parse(exchange.getRequestHeaders().getOrDefault("Prefer", List.of())),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-Match")));
    }

    String rawPath() {
        return raw.split("\\?", 2)[0];
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    private static Map<String, String> options(@Nullable String rawQuery) {
        Map<String, String> options = new LinkedHashMap<>();
        if (rawQuery == null) {
            return options;
        }
        for (String pair : rawQuery.split("&")) {
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]).replaceFirst("^\\$", "").toLowerCase(Locale.ROOT);
            options.put(name, parts.length < 2 ? "" : decoded(parts[1]));
        }
        return options;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw GraphError.of(400, "RequestBroker--ParseUri", "The query holds a broken percent escape.");
        }
    }
}
