package org.mailcaravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The door: listeners, routing, planned faults, counters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxServerTest {
    private static final String BODY = "0123456789".repeat(20);

    private final Faults faults = new Faults();
    private final RequestLog log = new RequestLog();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private SandboxServer server;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        server = SandboxServer.open(0, OptionalInt.of(0), folder.resolve("ca/ca.pem"), Clock.systemUTC());
        server.mount("/mail", answering(false));
        server.mount("/chunked", answering(true));
        server.mount("/mail/inner", exchange -> exchange.sendResponseHeaders(204, -1));
        server.mount("/broken", exchange -> {
            throw new IllegalStateException("bug");
        });
        server.start();
    }

    @AfterAll
    void close() {
        server.close();
    }

    @BeforeEach
    void forget() {
        faults.clear();
        log.reset();
    }

    private HttpHandler answering(boolean chunked) {
        return exchange -> {
            String kind = "mail:" + exchange.getRequestURI().getPath();
            log.count(exchange, kind, "m1");
            if (faults.intercept(exchange, kind, "m1")) {
                return;
            }
            byte[] body = BODY.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, chunked ? 0 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        };
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(server.httpUrl() + path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static SSLContext trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void httpsServesTheSameHandlersToThoseWhoTrustTheCaFile() throws Exception {
        HttpClient trusting = HttpClient.newBuilder()
                .sslContext(trusting(server.caCertificate()))
                .build();
        String https = server.httpsUrl().orElseThrow().toString();

        for (String url : new String[] {https, https.replace("localhost", "127.0.0.1")}) {
            assertThat(trusting.send(request(url + "/mail"), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo(BODY);
        }
        assertThatThrownBy(() -> client.send(request(https + "/mail"), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void longestPrefixOfWholeSegmentsWinsWhateverItsCase() throws Exception {
        assertThat(get("/mail/inner/x").statusCode()).isEqualTo(204);
        assertThat(get("/MAIL/other").statusCode()).isEqualTo(200);
        assertThat(get("/mailbox").statusCode()).isEqualTo(404);
    }

    @Test
    void handlerThatThrowsMakesA500AndTheServerLivesOn() throws Exception {
        assertThat(get("/broken").statusCode()).isEqualTo(500);
        assertThat(get("/mail").statusCode()).isEqualTo(200);
    }

    @Test
    void takenPortIsNamedTogetherWithTheRemedy() {
        int taken = server.httpUrl().getPort();

        assertThatThrownBy(
                        () -> SandboxServer.open(taken, OptionalInt.empty(), Path.of("unused.pem"), Clock.systemUTC()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + taken)
                .hasMessageContaining("choose another port");
    }

    @Test
    void requestsAndBytesAreCounted() throws Exception {
        get("/mail");
        get("/mail");

        assertThat(log.byKind()).containsEntry("mail:/mail", 2L);
        assertThat(log.byMailbox()).containsEntry("m1", Map.of("mail:/mail", 2L));
        assertThat(log.bytesByKind()).containsEntry("mail:/mail", 2L * BODY.length());
    }

    @Test
    void faultsStrikeTheRightMailboxAfterSkipAndForTimes() throws Exception {
        Faults.Fault busy = Faults.answer(429, Map.of("Retry-After", "7"), "application/json", "{}");
        faults.add(new Faults.Rule("mail:", Optional.of("other"), 0, 9, busy));
        faults.add(new Faults.Rule("mail:", Optional.of("m1"), 1, 2, busy));

        assertThat(get("/mail").statusCode()).isEqualTo(200);
        assertThat(get("/mail").headers().firstValue("Retry-After")).hasValue("7");
        assertThat(get("/mail").statusCode()).isEqualTo(429);
        assertThat(get("/mail").statusCode()).isEqualTo(200);
    }

    @Test
    void cutBodyReachesTheClientAsABrokenConnection() throws Exception {
        for (String path : new String[] {"/mail", "/chunked"}) {
            faults.add(Faults.Rule.next(1, "mail:", Faults.cutBody(50)));
            assertThatThrownBy(() -> get(path)).as(path).isInstanceOf(IOException.class);
            assertThat(get(path).body()).isEqualTo(BODY);
        }
    }

    @Test
    void hangUpClosesWithoutAnAnswer() {
        faults.add(Faults.Rule.always("mail:", Faults.hangUp()));

        assertThatThrownBy(() -> get("/mail")).isInstanceOf(IOException.class);
    }

    @Test
    void stallsAndDripsDelayButDeliverEverything() throws Exception {
        faults.add(Faults.Rule.next(1, "mail:", Faults.stallHead(Duration.ofMillis(80))));
        faults.add(Faults.Rule.next(1, "mail:", Faults.stallBody(10, Duration.ofMillis(80))));
        faults.add(Faults.Rule.next(1, "mail:", Faults.drip(50, Duration.ofMillis(20))));

        for (int call = 0; call < 3; call++) {
            long start = System.nanoTime();
            assertThat(get("/mail").body()).isEqualTo(BODY);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(70));
        }
    }
}
