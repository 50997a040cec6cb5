package org.mailcaravan.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandbox's door: one HTTP listener for people and, if wanted, one HTTPS listener under a certificate authority made at start, for clients that refuse
 * http. Both listen on 127.0.0.1 only and serve the same handlers. The longest mounted prefix wins, compared without regard to case and by whole path
 * segments. A handler that throws makes a 500 (or a closed connection, if the head is already out) and never harms the server. Thread-safe.
 */
public final class SandboxServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxServer.class);
    private static final String LOOPBACK = "127.0.0.1";
    /** Connections that may wait to be accepted: hundreds of clients come at once. */
    private static final int BACKLOG = 1024;

    static {
        // without it each small answer on a kept connection waits for the peer's delayed acknowledgement (40 ms)
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // its default closes idle connections above 200 at once, under clients that are about to use them
        System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
    }

    private record Mounted(String prefix, HttpHandler handler) {
        boolean serves(String path) {
            return prefix.isEmpty() || path.equals(prefix) || path.startsWith(prefix + "/");
        }
    }

    private final Map<String, Mounted> mounted = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private final HttpServer http;
    private final Optional<HttpsServer> https;
    private final Path caCertificate;

    private SandboxServer(HttpServer http, Optional<HttpsServer> https, Path caCertificate) {
        this.http = http;
        this.https = https;
        this.caCertificate = caCertificate;
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sandbox-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        listeners().forEach(listener -> {
            listener.setExecutor(threads);
            listener.createContext("/", this::serve);
        });
    }

    /**
     * Takes the ports; nothing is answered before {@link #start()}.
     *
     * @param httpPort 0 takes a free one
     * @param httpsPort 0 takes a free one, empty opens no HTTPS listener
     * @param caFile where the generated authority's certificate is written as PEM (only with HTTPS)
     * @throws IOException if a port is taken or the file cannot be written; the message names the remedy
     */
    public static SandboxServer open(int httpPort, OptionalInt httpsPort, Path caFile, Clock clock) throws IOException {
        HttpServer http = HttpServer.create();
        bind(http, httpPort, "http");
        try {
            return new SandboxServer(http, openTls(httpsPort, caFile, clock), caFile);
        } catch (IOException e) {
            http.stop(0);
            throw e;
        }
    }

    private static Optional<HttpsServer> openTls(OptionalInt port, Path caFile, Clock clock) throws IOException {
        if (port.isEmpty()) {
            return Optional.empty();
        }
        HttpsServer https = HttpsServer.create();
        bind(https, port.getAsInt(), "https");
        try {
            GeneratedAuthority authority = GeneratedAuthority.generate(clock);
            authority.writeCertificate(caFile);
            https.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
        } catch (IOException e) {
            https.stop(0);
            throw e;
        }
        return Optional.of(https);
    }

    private static void bind(HttpServer server, int port, String scheme) throws IOException {
        try {
            server.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port), BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "The sandbox cannot listen on " + LOOPBACK + ":" + port + " (" + scheme + "): " + e.getMessage()
                            + ". Stop the program that uses port " + port
                            + ", or choose another port for the sandbox (0 takes a free one).",
                    e);
        }
    }

    /** Serves {@code handler} under a path; {@code ""} or {@code "/"} catches what nothing else serves. Mounting a prefix again replaces its handler. */
    public void mount(String pathPrefix, HttpHandler handler) {
        String prefix = pathPrefix.toLowerCase(Locale.ROOT).replaceAll("/+$", "");
        mounted.put(prefix, new Mounted(prefix, handler));
    }

    /** Begins to answer. */
    public void start() {
        listeners().forEach(HttpServer::start);
    }

    /** For example {@code http://127.0.0.1:8085}, without a trailing slash. */
    public URI httpUrl() {
        return URI.create("http://" + LOOPBACK + ":" + http.getAddress().getPort());
    }

    /** For example {@code https://localhost:8485}; empty without an HTTPS listener. */
    public Optional<URI> httpsUrl() {
        return https.map(
                server -> URI.create("https://localhost:" + server.getAddress().getPort()));
    }

    /** The PEM file with the generated authority's certificate; it exists only if there is an HTTPS listener. */
    public Path caCertificate() {
        return caCertificate;
    }

    /** The base URL by which the caller reached us, so that links and issuers in answers stay on the listener and name it uses. */
    public static URI baseUrl(HttpExchange exchange) {
        boolean tls = (exchange instanceof InnerExchange inner ? inner.outer() : exchange) instanceof HttpsExchange;
        int port = exchange.getLocalAddress().getPort();
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .map(value -> value.replaceAll(":\\d+$", "").toLowerCase(Locale.ROOT))
                .filter(List.of("localhost", LOOPBACK)::contains)
                .orElse(tls ? "localhost" : LOOPBACK);
        return URI.create((tls ? "https://" : "http://") + host + ":" + port);
    }

    private void serve(HttpExchange exchange) throws IOException {
        answer(exchange);
        exchange.close();
    }

    /**
     * Lets the handler answer that is mounted for the request's path; also for requests that came inside another.
     *
     * @throws IOException if the connection is to be closed without (the end of) an answer
     */
    public void answer(HttpExchange exchange) throws IOException {
        try {
            handlerFor(exchange.getRequestURI().getRawPath()).handle(exchange);
        } catch (ConnectionCutException e) {
            throw e; // the JDK's server closes the connection without finishing the answer
        } catch (IOException | RuntimeException | StackOverflowError e) {
            fail(exchange, e);
        }
    }

    private HttpHandler handlerFor(String rawPath) {
        String path = rawPath.toLowerCase(Locale.ROOT);
        return mounted.values().stream()
                .filter(candidate -> candidate.serves(path))
                .max(Comparator.comparingInt(candidate -> candidate.prefix().length()))
                .map(Mounted::handler)
                .orElse(exchange -> plain(exchange, 404, "Nothing is served here."));
    }

    private static void fail(HttpExchange exchange, Throwable failure) throws IOException {
        if (exchange.getResponseCode() != -1) {
            throw new ConnectionCutException(failure);
        }
        LOG.warn(
                "Sandbox handler failed on {} {}",
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                failure);
        plain(exchange, 500, "The sandbox failed on this request; its log says why.");
    }

    private static void plain(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private List<HttpServer> listeners() {
        return https.<List<HttpServer>>map(tls -> List.of(http, tls)).orElse(List.of(http));
    }

    /** Stops at once; requests under way are cut. */
    @Override
    public void close() {
        threads.shutdownNow();
        listeners().forEach(listener -> listener.stop(0));
    }
}
