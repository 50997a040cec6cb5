package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What an operation answers when nothing is wrong. */
final class Reply {
    private static final String JSON_TYPE =
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long CHUNKED = 0;
    private static final long NONE = -1;

    private final int status;
    private final Map<String, String> headers;
    private final long length;
    private final Content content;

    /** Writes a body. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Reply(int status, Map<String, String> headers, long length, Content content) {
        this.status = status;
        this.headers = headers;
        this.length = length;
        this.content = content;
    }

    static Reply ok(JsonNode json) {
        return json(200, json);
    }

    static Reply created(JsonNode json) {
        return json(201, json);
    }

    /** @param status 202 or 204 */
    static Reply empty(int status) {
        return new Reply(status, Map.of(), NONE, out -> {});
    }

    /** Bytes made while they are sent, so that their number is not known beforehand. */
    static Reply streamed(String contentType, Content content) {
        return new Reply(200, Map.of("Content-Type", contentType), CHUNKED, content);
    }

    private static Reply json(int status, JsonNode json) {
        byte[] body = bytes(json);
        return new Reply(status, Map.of("Content-Type", JSON_TYPE), body.length, out -> out.write(body));
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The same with its JSON changed; what is not JSON stays as it is. */
    Reply changed(UnaryOperator<ObjectNode> change) {
        if (!JSON_TYPE.equals(headers.get("Content-Type"))) {
            return this;
        }
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            content.writeTo(body);
            byte[] changed = bytes(change.apply((ObjectNode) JSON.readTree(body.toByteArray())));
            return new Reply(status, headers, changed.length, out -> out.write(changed));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    Reply with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, length, content);
    }

    /** @param beforeTheEnd called before the client can know that it has all: it may then ask anew at once */
    void sendTo(HttpExchange exchange, Runnable beforeTheEnd) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (length == NONE) {
            beforeTheEnd.run();
            exchange.sendResponseHeaders(status, NONE);
            return;
        }
        exchange.sendResponseHeaders(status, length);
        HeldBackStream body = new HeldBackStream(exchange.getResponseBody());
        content.writeTo(body);
        beforeTheEnd.run();
        body.close(); // sends the last bytes: not to be done after a failure
    }
}
