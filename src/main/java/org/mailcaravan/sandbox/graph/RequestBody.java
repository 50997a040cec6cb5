package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a client sent: at most 4 MB, as Graph takes in one request (concepts/outlook-large-attachments.md). */
final class RequestBody {
    private static final int LARGEST = 4 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String contentType;
    private final byte[] bytes;

    private RequestBody(String contentType, byte[] bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** @throws GraphError 413 if it is too large */
    static RequestBody read(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw GraphError.of(
                    413,
                    "RequestBodyTooLarge",
                    "The request is larger than 4 MB. Send large attachments through createUploadSession.");
        }
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        return new RequestBody(type.toLowerCase(Locale.ROOT), bytes);
    }

    /** Whether it is a message as MIME in base64 rather than as JSON. */
    boolean isMime() {
        return contentType.startsWith("text/plain");
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Action parameters come in either case. */
    static Optional<JsonNode> named(JsonNode json, String name) {
        String capitalised = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return Stream.of(name, capitalised).filter(json::has).map(json::path).findFirst();
    }

    /** @throws GraphError 400 if it is no JSON object */
    JsonNode json() {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json != null && json.isObject() && contentType.startsWith("application/json")) {
                return json;
            }
        } catch (IOException notJson) {
            // told below, as is JSON of another form
        }
        throw GraphError.badRequest(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.");
    }
}
