package org.mailcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.testing.ScriptedHttpServer;

class HttpGatewayTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ScriptedHttpServer server = new ScriptedHttpServer();
    private final HttpGateway http = new HttpGateway(Duration.ofSeconds(2));
    private final CountDownLatch testEnds = new CountDownLatch(1);

    @AfterEach
    void close() {
        testEnds.countDown();
        http.close();
        server.close();
    }

    @Test
    void theAnswerIsHandedOutAsItCame() throws IOException {
        server.then(ScriptedHttpServer.status(418, "text/plain", "short and stout", "X-Pot", "tea"));

        try (HttpGateway.Answer answer = http.send(request(), LONG)) {
            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.headers().firstValue("X-Pot")).contains("tea");
            assertThat(answer.body().readAllBytes()).asString().isEqualTo("short and stout");
        }
    }

    /** F21: nobody listens. */
    @Test
    void aRefusedConnectionIsAConnectException() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        HttpRequest toNobody = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();

        assertThatThrownBy(() -> http.send(toNobody, LONG)).isInstanceOf(ConnectException.class);
    }

    /** F21: the name does not resolve (the top-level domain is reserved, RFC 6761). */
    @Test
    void anUnknownHostIsAConnectException() {
        HttpRequest toNowhere =
                HttpRequest.newBuilder(URI.create("http://mail.invalid/")).build();

        assertThatThrownBy(() -> http.send(toNowhere, LONG)).isInstanceOf(ConnectException.class);
    }

    /** F22: the connection is made, the first byte never comes. */
    @Test
    void aServerThatNeverAnswersIsLeftAtTheDeadline() {
        server.then(exchange -> stall());

        assertInTime(() -> http.send(request(), SHORT), "no answer within 300 ms");
    }

    /** F22: the backlog is full, so the connection itself is never made. */
    @Test
    void aConnectionThatIsNeverAcceptedIsLeftAtTheDeadline() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
                Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            HttpRequest toFull = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + full.getLocalPort() + "/"))
                    .build();

            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertInTime(() -> http.send(toFull, SHORT), "no answer within 300 ms");
        }
    }

    /** F22: the body stalls after some bytes. */
    @Test
    void aStallingBodyEndsAtTheDeadline() throws IOException {
        server.then(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            stall();
        });

        assertInTime(() -> read(SHORT), "did not end in time");
    }

    /** F22: one byte now and then keeps no thread. */
    @Test
    void aDrippingBodyEndsAtTheDeadline() {
        server.then(this::drip);

        assertInTime(() -> read(SHORT), "did not end in time");
    }

    /** F22, at a fifth of its size: the same again and again leaves no thread and no alarm behind. */
    @Test
    void twoHundredDeadlinesLeakNoThread() throws IOException {
        server.otherwise(this::drip);
        assertThatThrownBy(() -> read(Duration.ofMillis(20))).isInstanceOf(HttpTimeoutException.class);
        long before = clientThreads();

        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> read(Duration.ofMillis(5))).isInstanceOf(HttpTimeoutException.class);
        }

        assertThat(clientThreads()).isLessThanOrEqualTo(before + 4);
    }

    /** F23: short Content-Length. */
    @Test
    void aBodyShorterThanPromisedIsAnError() {
        server.then(ScriptedHttpServer.cut("text/plain", "Subject: half a mess"));

        assertThatThrownBy(() -> read(LONG)).isInstanceOf(IOException.class);
    }

    /** F23: a cut chunk, and a last chunk that never comes. */
    @Test
    void aCutChunkIsAnError() throws IOException {
        assertThatThrownBy(() -> readRaw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> readRaw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"))
                .isInstanceOf(IOException.class);
    }

    /** F23: without framing a cut looks like an end. */
    @Test
    void aBodyThatEndsWithItsConnectionIsAnError() {
        assertThatThrownBy(() -> readRaw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nSubject: whole?"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be told from a cut");
    }

    @Test
    void aGzipBodyIsHandedOutDecoded() throws IOException {
        server.then(gzip(zipped("hello"), 0));

        assertThat(read(LONG)).asString().isEqualTo("hello");
    }

    /** F23: cut gzip, in the data, in the trailer and behind a first member. */
    @Test
    void aCutGzipBodyIsAnError() throws IOException {
        byte[] whole = zipped("hello, this is a body of some length");
        for (int length : new int[] {5, whole.length / 2, whole.length - 9, whole.length - 1}) {
            server.then(gzip(Arrays.copyOf(whole, length), 0));
            assertThatThrownBy(() -> read(LONG))
                    .as("cut after %s", length)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
        }
        server.then(gzip(whole, 100));
        assertThatThrownBy(() -> read(LONG)).isInstanceOf(IOException.class);
    }

    @Test
    void bytesBehindAGzipBodyAreAnError() throws IOException {
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(zipped("first"));
        twice.write(new byte[70_000]);
        server.then(gzip(twice.toByteArray(), 0));

        assertThatThrownBy(() -> read(LONG)).isInstanceOf(IOException.class);
    }

    @Test
    void anUnknownContentEncodingKeepsTheStatusReadable() throws IOException {
        server.then(ScriptedHttpServer.status(429, "text/plain", "???", "Content-Encoding", "br"));

        try (HttpGateway.Answer answer = http.send(request(), LONG)) {
            assertThat(answer.status()).isEqualTo(429);
            assertThatThrownBy(() -> answer.body().readAllBytes())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Content-Encoding");
        }
    }

    /** S44. */
    @Test
    void aRedirectIsNotFollowed() throws IOException {
        server.then(ScriptedHttpServer.status(302, "text/plain", "", "Location", server.url() + "/elsewhere"));

        try (HttpGateway.Answer answer = http.send(request(), LONG)) {
            assertThat(answer.status()).isEqualTo(302);
        }
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void anInterruptedCallerGetsItsInterruptBack() {
        server.then(exchange -> stall());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> http.send(request(), LONG)).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aClosedGatewaySaysSo() {
        http.close();
        server.then(ScriptedHttpServer.json("{}"));

        assertThatThrownBy(() -> http.send(request(), LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(server.url() + "/mail")).build();
    }

    private byte[] read(Duration deadline) throws IOException {
        try (HttpGateway.Answer answer = http.send(request(), deadline)) {
            return answer.body().readAllBytes();
        }
    }

    /** Answers the bytes as they are and closes the connection. */
    private void readRaw(String answer) throws IOException {
        try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerOnce(raw, answer));
            thread.start();
            HttpRequest toRaw = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + raw.getLocalPort() + "/"))
                    .build();
            try (HttpGateway.Answer got = http.send(toRaw, LONG)) {
                got.body().readAllBytes();
            }
        }
    }

    private static void answerOnce(ServerSocket raw, String answer) {
        try (Socket socket = raw.accept()) {
            byte[] request = new byte[4096];
            assertThat(socket.getInputStream().read(request)).isPositive();
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static ScriptedHttpServer.Answer gzip(byte[] body, int promisedTooMuch) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, body.length + promisedTooMuch);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush();
        };
    }

    private void drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try {
            while (!testEnds.await(20, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stall() {
        try {
            testEnds.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The row allows 10 %; a loaded machine is given more, yet far less than "never". */
    private static void assertInTime(ThrowingCallable call, String message) {
        long start = System.nanoTime();
        assertThatThrownBy(call).isInstanceOf(HttpTimeoutException.class).hasMessageContaining(message);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(SHORT.minusMillis(20), SHORT.multipliedBy(10));
    }

    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient")
                        || thread.getName().startsWith("http-deadlines"))
                .count();
    }
}
