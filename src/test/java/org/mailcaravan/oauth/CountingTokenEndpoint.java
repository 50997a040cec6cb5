package org.mailcaravan.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A token endpoint over HTTP that counts, rotates refresh tokens as Entra ID does (former ones stay good), and can let its caller die. */
final class CountingTokenEndpoint implements AutoCloseable {
    static final String FIRST = "refresh-0";
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger unknownGrants = new AtomicInteger();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private volatile Consumer<String> beforeAnswer = caller -> {};
    private volatile Consumer<String> afterAnswer = caller -> {};

    CountingTokenEndpoint() throws IOException {
        issued.add(FIRST);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    int requests() {
        return requests.get();
    }

    /** Requests with a refresh token that was never issued: a grant that was lost. */
    int unknownGrants() {
        return unknownGrants.get();
    }

    boolean issued(String refreshToken) {
        return issued.contains(refreshToken);
    }

    /** For the next request only: what happens before, and what after it is answered; it is told the caller's name. */
    void once(Consumer<String> before, Consumer<String> after) {
        beforeAnswer = before;
        afterAnswer = after;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            String caller = exchange.getRequestHeaders().getFirst("x-replica");
            Consumer<String> before = beforeAnswer;
            Consumer<String> after = afterAnswer;
            once(any -> {}, any -> {});
            int number = requests.incrementAndGet();
            String given = form.replaceAll("(?s).*\\brefresh_token=([a-z0-9-]+).*", "$1");
            unknownGrants.addAndGet(issued.contains(given) ? 0 : 1);
            issued.add("refresh-" + number);
            before.accept(caller);
            write(exchange, number);
            after.accept(caller);
        }
    }

    private static void write(HttpExchange exchange, int number) throws IOException {
        byte[] body = ("{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"access-" + number
                        + "\",\"refresh_token\":\"refresh-" + number + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
