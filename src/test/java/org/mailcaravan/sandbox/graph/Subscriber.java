package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Somebody's notification URL: passes the handshake, accepts every notification and remembers it. */
final class Subscriber implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOKEN = Pattern.compile("[?&]validationToken=([^&]*)");

    final ScriptedHttpServer server = new ScriptedHttpServer().otherwise(Subscriber::behaveWell);

    String url() {
        return server.url() + "/notify?tenant=a%20b";
    }

    String lifecycleUrl() {
        return server.url() + "/lifecycle";
    }

    static void behaveWell(HttpExchange exchange) throws IOException {
        Matcher token = TOKEN.matcher(exchange.getRequestURI().toString());
        if (token.find()) {
            String echoed = URLDecoder.decode(token.group(1), StandardCharsets.UTF_8);
            ScriptedHttpServer.status(200, "text/plain", echoed).to(exchange);
        } else {
            exchange.sendResponseHeaders(202, -1);
        }
    }

    /** The notifications of each call, handshakes left out. */
    List<List<JsonNode>> calls() {
        List<List<JsonNode>> calls = new ArrayList<>();
        for (ScriptedHttpServer.Asked asked : server.asked()) {
            if (!asked.target().contains("validationToken=")) {
                List<JsonNode> call = new ArrayList<>();
                parsed(asked.body()).path("value").forEach(call::add);
                calls.add(call);
            }
        }
        return calls;
    }

    List<JsonNode> notifications() {
        return calls().stream().flatMap(List::stream).toList();
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
