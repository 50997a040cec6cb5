package org.mailcaravan.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** An HTTP client that calls a handler instead of a server: a hundred times the requests in the same time. Request bodies must be there at once; answers are handed out as streams. */
public final class InProcessHttp extends HttpClient {
    private final HttpHandler handler;
    private final UnaryOperator<String> requests;

    public InProcessHttp(HttpHandler handler) {
        this(handler, UnaryOperator.identity());
    }

    /** @param requests what becomes of the bodies of requests on their way */
    public InProcessHttp(HttpHandler handler, UnaryOperator<String> requests) {
        this.handler = handler;
        this.requests = requests;
    }

    @Override
    @SuppressWarnings("unchecked") // HttpGateway asks for streams
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> ignored) {
        Exchange exchange = new Exchange(request, requests);
        Optional<IOException> cut = Optional.empty();
        try {
            handler.handle(exchange);
        } catch (IOException e) {
            cut = Optional.of(e);
        }
        return exchange.status < 0
                ? CompletableFuture.failedFuture(cut.orElseGet(() -> new IOException("no answer")))
                : CompletableFuture.completedFuture(new Response<>(request, exchange, (T) exchange.body(cut)));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
        return sendAsync(request, handler);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return sendAsync(request, handler).join();
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.empty();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.empty();
    }

    @Override
    public SSLContext sslContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SSLParameters sslParameters() {
        return new SSLParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_1_1;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }

    private record Response<T>(HttpRequest request, Exchange exchange, T body) implements HttpResponse<T> {
        @Override
        public int statusCode() {
            return exchange.status;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(exchange.answerHeaders, (name, value) -> true);
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    /** Gathers what a publisher has at hand. */
    private static final class Body implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            while (part.hasRemaining()) {
                bytes.write(part.get());
            }
        }

        @Override
        public void onError(Throwable e) {
            throw new IllegalStateException(e);
        }

        @Override
        public void onComplete() {}
    }

    private static final class Exchange extends HttpExchange {
        private final HttpRequest request;
        private final UnaryOperator<String> requests;
        private final Headers askedHeaders = new Headers();
        private final Headers answerHeaders = new Headers();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private OutputStream out = bytes;
        private int status = -1;
        private long promised;

        private Exchange(HttpRequest request, UnaryOperator<String> requests) {
            this.request = request;
            this.requests = requests;
            request.headers().map().forEach((name, values) -> askedHeaders.put(name, values));
        }

        /** What was written; it breaks off if the handler did, or wrote less than it had promised. */
        private InputStream body(Optional<IOException> cut) {
            boolean broken = cut.isPresent() || bytes.size() < promised;
            return new FilterInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    if (count < 0 && broken) {
                        throw new IOException("connection closed before the end");
                    }
                    return count;
                }
            };
        }

        @Override
        public Headers getRequestHeaders() {
            return askedHeaders;
        }

        @Override
        public Headers getResponseHeaders() {
            return answerHeaders;
        }

        @Override
        public URI getRequestURI() {
            URI uri = request.uri();
            return URI.create(uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
        }

        @Override
        public String getRequestMethod() {
            return request.method();
        }

        @Override
        public InputStream getRequestBody() {
            Body body = new Body();
            request.bodyPublisher().ifPresent(publisher -> publisher.subscribe(body));
            String changed = requests.apply(body.bytes.toString(StandardCharsets.UTF_8));
            return new ByteArrayInputStream(changed.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public OutputStream getResponseBody() {
            return out;
        }

        @Override
        public void setStreams(InputStream in, OutputStream changed) {
            out = changed == null ? out : changed;
        }

        @Override
        public void sendResponseHeaders(int code, long length) {
            status = code;
            promised = Math.max(length, 0);
            answerHeaders.set(
                    length == 0 ? "Transfer-Encoding" : "Content-Length",
                    length == 0 ? "chunked" : String.valueOf(promised));
        }

        @Override
        public InetSocketAddress getRemoteAddress() {
            return new InetSocketAddress("127.0.0.1", 1);
        }

        @Override
        public InetSocketAddress getLocalAddress() {
            return new InetSocketAddress("127.0.0.1", request.uri().getPort());
        }

        @Override
        public int getResponseCode() {
            return status;
        }

        @Override
        public HttpContext getHttpContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getProtocol() {
            return "HTTP/1.1";
        }

        @Override
        public Object getAttribute(String name) {
            return null;
        }

        @Override
        public void setAttribute(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpPrincipal getPrincipal() {
            return null;
        }

        @Override
        public void close() {}
    }
}
