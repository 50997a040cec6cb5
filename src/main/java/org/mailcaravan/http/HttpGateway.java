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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * HTTP/1.1 with one deadline over the whole exchange: connecting, waiting for the first byte and reading the body to its end. Never follows redirects, keeps
 * no cookies, logs nothing. A body that ends early fails with an {@link IOException}, never with a silent end of stream. Thread-safe.
 */
public final class HttpGateway implements AutoCloseable {
    private final HttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /** @param connectTimeout how long a connection may take to be made */
    public HttpGateway(Duration connectTimeout) {
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    /**
     * Sends a request and returns as soon as the answer's head is there.
     *
     * @param deadline for the whole exchange, the body included
     * @throws HttpTimeoutException if the deadline passed (also thrown by reads of the body)
     * @throws IOException if the connection cannot be made or breaks
     */
    public Answer send(HttpRequest request, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        CompletableFuture<HttpResponse<InputStream>> pending =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = pending.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response, new DeadlineStream(response.body(), end));
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new HttpTimeoutException("no answer within " + deadline.toMillis() + " ms");
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for an answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
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
    private final class DeadlineStream extends InputStream {
        private final InputStream in;
        private final ScheduledFuture<?> alarm;
        private final AtomicBoolean expired = new AtomicBoolean();

        private DeadlineStream(InputStream in, long end) {
            this.in = in;
            this.alarm = deadlines.schedule(this::expire, end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        private void expire() {
            expired.set(true);
            try {
                in.close();
            } catch (IOException e) {
                // the reader finds out by itself
            }
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
                return count;
            } catch (IOException e) {
                throw expired.get() ? new HttpTimeoutException("the answer's body did not end in time") : e;
            }
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
