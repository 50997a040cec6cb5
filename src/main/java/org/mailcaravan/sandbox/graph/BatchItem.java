package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * One request of a {@code $batch}.
 *
 * @param uri path with version, and query
 * @param dependsOn ids of those that must have succeeded before
 */
record BatchItem(
        String id, String method, URI uri, Map<String, String> headers, JsonNode body, List<String> dependsOn) {
    private static final int MOST = 20;

    BatchItem {
        headers = Map.copyOf(headers);
        dependsOn = List.copyOf(dependsOn);
    }

    /**
     * The items of an envelope by id, each after those it depends on.
     *
     * @throws GraphError 400 if the envelope makes no sense
     */
    static Map<String, BatchItem> read(JsonNode envelope) {
        JsonNode requests = envelope.path("requests");
        if (!requests.isArray() || requests.isEmpty()) {
            throw GraphError.badRequest("Invalid batch payload format.");
        }
        if (requests.size() > MOST) {
            throw GraphError.of(
                    400, "MaximumValueExceeded", "Number of batch request steps exceeds the maximum value of 20.");
        }
        Map<String, BatchItem> items = new LinkedHashMap<>();
        for (JsonNode request : requests) {
            BatchItem item = item(request);
            if (!items.keySet().containsAll(item.dependsOn) || items.put(item.id, item) != null) {
                throw GraphError.badRequest(
                        "Each request needs an id of its own, and depends only on requests that stand before it.");
            }
        }
        return items;
    }

    private static BatchItem item(JsonNode request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        List<String> dependsOn = StreamSupport.stream(request.path("dependsOn").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return new BatchItem(
                text(request, "id"),
                text(request, "method").toUpperCase(Locale.ROOT),
                uri(text(request, "url")),
                headers,
                request.path("body"),
                dependsOn);
    }

    private static String text(JsonNode request, String name) {
        return MessageJson.text(request, name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> GraphError.badRequest("Each request of a batch needs " + name + "."));
    }

    /** Relative to the version's root, with or without a slash in front. */
    private static URI uri(String url) {
        try {
            URI relative = new URI(url.startsWith("/") ? url : "/" + url);
            if (relative.getRawAuthority() == null && !url.contains("://")) {
                return URI.create(GraphHandler.PREFIX + relative);
            }
        } catch (URISyntaxException unreadable) {
            // told below, as is an absolute one
        }
        throw GraphError.badRequest("The url of a request in a batch is relative to the version's root.");
    }

    /**
     * The body as it would have come by itself: JSON, text, or bytes that stand in base64 here.
     *
     * @throws GraphError 400 without a content type, or if it is no base64
     */
    byte[] bytes() {
        if (body.isMissingNode() || body.isNull()) {
            return new byte[0];
        }
        String type = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Content-Type"))
                .map(header -> header.getValue().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElseThrow(() -> GraphError.badRequest("A body in a batch needs a Content-Type header of its own."));
        if (type.startsWith("application/json")) {
            return body.toString().getBytes(StandardCharsets.UTF_8);
        }
        return type.startsWith("text/") ? body.asText().getBytes(StandardCharsets.UTF_8) : decoded();
    }

    private byte[] decoded() {
        try {
            return Base64.getDecoder().decode(body.asText());
        } catch (IllegalArgumentException notBase64) {
            throw GraphError.badRequest("A body that is neither JSON nor text stands in base64.");
        }
    }
}
