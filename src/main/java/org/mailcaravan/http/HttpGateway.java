package org.mailcaravan.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * HTTP/1.1 with one deadline over the whole exchange: connecting, waiting for the first byte and reading the body to its end. Never follows redirects, keeps
 * no cookies, logs nothing. A body that ends early fails with an {@link IOException}, never with a silent end of stream: a good answer that carries neither
 * Content-Length nor chunked framing fails at its end, because that end cannot be told from a cut connection. A gzip body, for callers that send
 * {@code Accept-Encoding: gzip}, is handed out decoded; reading any other Content-Encoding fails. Thread-safe.
 */
public final class HttpGateway implements AutoCloseable {
    private final HttpClient client;
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /** @param connectTimeout how long a connection may take to be made */
    public HttpGateway(Duration connectTimeout) {
        this(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build());
    }

    /** @param client with its own proxy, TLS and time limit for connecting; it must not follow redirects */
    public HttpGateway(HttpClient client) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the client must not follow redirects: tokens would go along");
        }
        this.client = client;
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Sends a request and returns as soon as the answer's head is there.
     *
     * @param deadline for the whole exchange, the body included
     * @throws HttpTimeoutException if the deadline passed (also thrown by reads of the body)
     * @throws IOException if the connection cannot be made or breaks, or if the gateway was closed
     */
    public Answer send(HttpRequest request, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        CompletableFuture<HttpResponse<InputStream>> pending =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = pending.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response, withDeadline(response, end));
        } catch (TimeoutException e) {
            giveUp(pending);
            throw new HttpTimeoutException("no answer within " + deadline.toMillis() + " ms");
        } catch (InterruptedException e) {
            giveUp(pending);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for an answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /**
     * Sends a request whose answer may have no end, and returns at once.
     *
     * @param silence how long nothing may be heard, of the head or of the body, before the answer is given up
     * @param listener hears the bytes as they are sent: no {@code Content-Encoding} is undone
     */
    public HttpStream stream(HttpRequest request, Duration silence, HttpListener listener) {
        HttpStream stream = new HttpStream(listener, silence, deadlines);
        stream.started(client.sendAsync(request, head -> stream.begin(head.statusCode(), head.headers())));
        return stream;
    }

    /** An answer that arrives in the very moment it is given up is closed, so that its connection is not kept. */
    private static void giveUp(CompletableFuture<HttpResponse<InputStream>> pending) {
        pending.thenAccept(response -> closeQuietly(response.body()));
        pending.cancel(true);
    }

    private InputStream withDeadline(HttpResponse<InputStream> response, long end) throws IOException {
        DeadlineStream body = new DeadlineStream(response.body(), endIsMarked(response));
        try {
            body.alarm = deadlines.schedule(body::expire, end - System.nanoTime(), TimeUnit.NANOSECONDS);
            return ContentCoding.decoded(body, response.headers());
        } catch (RejectedExecutionException e) {
            closeQuietly(response.body());
            throw new IOException("the HTTP gateway was closed", e);
        }
    }

    /** RFC 9112 section 6.3: a response without either framing ends when the connection does. Bodies of errors are read for their code only. */
    private static boolean endIsMarked(HttpResponse<?> response) {
        int status = response.statusCode();
        return status < 200
                || status == 204
                || status >= 300
                || response.headers().firstValue("Content-Length").isPresent()
                || response.headers().firstValue("Transfer-Encoding").isPresent();
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // there is nobody left to tell: the reader, if any, finds out by itself
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }

    /** The head of an answer, and its body to be read once. Closing it before the end of the body gives the connection up. */
    public static final class Answer implements Closeable {
        private final HttpResponse<InputStream> response;
        private final InputStream body;

        private Answer(HttpResponse<InputStream> response, InputStream body) {
            this.response = response;
            this.body = body;
        }

        public int status() {
            return response.statusCode();
        }

        public HttpHeaders headers() {
            return response.headers();
        }

        public InputStream body() {
            return body;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** Closes the connection under the reader when time is up: a stalled or dripping body cannot hold a thread. */
    private static final class DeadlineStream extends InputStream {
        private final InputStream in;
        private final boolean endIsMarked;
        private final AtomicBoolean expired = new AtomicBoolean();
        private volatile Future<?> alarm = CompletableFuture.completedFuture(null);

        private DeadlineStream(InputStream in, boolean endIsMarked) {
            this.in = in;
            this.endIsMarked = endIsMarked;
        }

        private void expire() {
            expired.set(true);
            closeQuietly(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = in.read(target, offset, length);
                if (expired.get()) {
                    throw new HttpTimeoutException("the answer's body did not end in time");
                }
                return count < 0 ? atEnd() : count;
            } catch (IOException e) {
                throw expired.get() ? new HttpTimeoutException("the answer's body did not end in time") : e;
            }
        }

        private int atEnd() throws IOException {
            alarm.cancel(false);
            if (!endIsMarked) {
                throw new IOException(
                        "the answer has neither Content-Length nor chunks: its end cannot be told from a cut");
            }
            return -1;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            alarm.cancel(false);
            in.close();
        }
    }
}
