package org.mailcaravan.sandbox;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that came inside another, as in Graph's {@code $batch}: handlers and faults see no difference, its answer is kept. Not thread-safe. */
public final class InnerExchange extends HttpExchange {
    private final HttpExchange outer;
    private final String method;
    private final URI uri;
    private final Headers requestHeaders = new Headers();
    private final Headers responseHeaders = new Headers();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private InputStream in;
    private OutputStream out = answer;
    private int status = -1;

    /**
     * Who asks and which host is asked is taken from the outer request.
     *
     * @param uri path and query
     */
    public InnerExchange(HttpExchange outer, String method, URI uri, byte[] body) {
        this.outer = outer;
        this.method = method;
        this.uri = uri;
        this.in = new ByteArrayInputStream(body);
        for (String name : new String[] {"Authorization", "Host", "User-Agent"}) {
            Optional.ofNullable(outer.getRequestHeaders().getFirst(name))
                    .ifPresent(value -> requestHeaders.set(name, value));
        }
    }

    HttpExchange outer() {
        return outer;
    }

    /** The answer's body; empty for none. */
    public byte[] answer() {
        return answer.toByteArray();
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return uri;
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public HttpContext getHttpContext() {
        return outer.getHttpContext();
    }

    @Override
    public void close() {
        // the outer request goes on
    }

    @Override
    public InputStream getRequestBody() {
        return in;
    }

    @Override
    public OutputStream getResponseBody() {
        return out;
    }

    @Override
    public void sendResponseHeaders(int code, long length) {
        status = code;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return outer.getRemoteAddress();
    }

    @Override
    public int getResponseCode() {
        return status;
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return outer.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return outer.getProtocol();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return outer.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        outer.setAttribute(name, value);
    }

    @Override
    public void setStreams(@Nullable InputStream nextIn, @Nullable OutputStream nextOut) {
        in = nextIn == null ? in : nextIn;
        out = nextOut == null ? out : nextOut;
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return outer.getPrincipal();
    }
}
