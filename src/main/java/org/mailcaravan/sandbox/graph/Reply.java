package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What an operation answers when nothing is wrong. */
final class Reply {
    private static final String JSON_TYPE =
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    private static final long CHUNKED = 0;
    private static final long NONE = -1;

    private final int status;
    private final Map<String, String> headers;
    private final Optional<ObjectNode> json;
    private final Optional<Content> content;

    /** Writes a body. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Reply(int status, Map<String, String> headers, Optional<ObjectNode> json, Optional<Content> content) {
        this.status = status;
        this.headers = headers;
        this.json = json;
        this.content = content;
    }

    static Reply ok(ObjectNode json) {
        return json(200, json);
    }

    static Reply created(ObjectNode json) {
        return json(201, json);
    }

    /** @param status 202 or 204 */
    static Reply empty(int status) {
        return new Reply(status, Map.of(), Optional.empty(), Optional.empty());
    }

    /** Bytes made while they are sent, so that their number is not known beforehand. */
    static Reply streamed(String contentType, Content content) {
        return new Reply(200, Map.of("Content-Type", contentType), Optional.empty(), Optional.of(content));
    }

    private static Reply json(int status, ObjectNode json) {
        return json(status, Map.of("Content-Type", JSON_TYPE), json);
    }

    /** Written while it is sent, as the service does: the bytes of attachments may be more than the heap holds several times. */
    private static Reply json(int status, Map<String, String> headers, ObjectNode json) {
        return new Reply(status, headers, Optional.of(json), Optional.of(out -> JSON.writeValue(out, json)));
    }

    /** The same with its JSON changed; what is not JSON stays as it is. */
    Reply changed(UnaryOperator<ObjectNode> change) {
        return json.map(now -> json(status, headers, change.apply(now))).orElse(this);
    }

    Reply with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, json, content);
    }

    /** @param beforeTheEnd called before the client can know that it has all: it may then ask anew at once */
    void sendTo(HttpExchange exchange, Runnable beforeTheEnd) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (content.isEmpty()) {
            beforeTheEnd.run();
            exchange.sendResponseHeaders(status, NONE);
            return;
        }
        exchange.sendResponseHeaders(status, CHUNKED);
        HeldBackStream body = new HeldBackStream(exchange.getResponseBody());
        content.get().writeTo(body);
        beforeTheEnd.run();
        body.close(); // sends the last bytes: not to be done after a failure
    }
}
