package org.mailcaravan.graph;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;

/** Sends requests as Graph wants them: token, immutable ids, ids for support, at most four at once per mailbox. Knows no message. Thread-safe. */
final class GraphClient {
    /** Every request names the product, so that a tenant can allow or refuse it (EwsApplicationAccessPolicy judges the user agent). */
    static final String USER_AGENT = "Mailcaravan/"
            + Optional.ofNullable(GraphClient.class.getPackage().getImplementationVersion())
                    .orElse("development")
            + " (Apache Camel; Microsoft Graph)";

    private static final String IMMUTABLE_IDS = "IdType=\"ImmutableId\"";

    private final AccessTokens tokens;
    private final HttpGateway http;
    private final Clock clock;
    private final RandomGenerator random;
    private final GraphMeters meters;
    private final Map<String, HostReach> reaches = new ConcurrentHashMap<>();

    /** @param random thread-safe, for jitter */
    GraphClient(AccessTokens tokens, HttpGateway http, Clock clock, RandomGenerator random, GraphMeters meters) {
        this.tokens = tokens;
        this.http = http;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /** What is done with a good answer; it is closed afterwards. */
    @FunctionalInterface
    interface AnswerReader<T> {
        T read(HttpGateway.Answer answer) throws IOException;
    }

    /**
     * What is sent.
     *
     * @param type media type
     * @param bytes a publisher that can be subscribed to again, because a refused token is replaced and the request repeated
     */
    record Content(String type, HttpRequest.BodyPublisher bytes) {}

    /**
     * @param target below the configured root, checked by the caller
     * @param accept media types
     * @param prefer further preferences, or empty
     * @param deadline for the whole exchange
     * @param requests how many it stands for: a batch is as many as its items
     */
    record Call(
            String method,
            URI target,
            Optional<Content> content,
            String accept,
            String prefer,
            Duration deadline,
            int requests) {
        private static final String JSON = "application/json";
        private static final Set<Integer> WRITTEN = Set.of(200, 201, 202, 204);

        static Call json(URI target, Duration deadline) {
            return get(target, JSON, deadline);
        }

        static Call get(URI target, String accept, Duration deadline) {
            return new Call("GET", target, Optional.empty(), accept, "", deadline, 1);
        }

        /** POST, PATCH and the like; answers JSON or nothing. */
        static Call sending(String method, URI target, Content content, Duration deadline) {
            return new Call(method, target, Optional.of(content), JSON, "", deadline, 1);
        }

        static Call delete(URI target, Duration deadline) {
            return new Call("DELETE", target, Optional.empty(), JSON, "", deadline, 1);
        }

        boolean reads() {
            return method.equals("GET");
        }

        /** What is read must come whole, with a 200. */
        boolean succeeds(int status) {
            return reads() ? status == 200 : WRITTEN.contains(status);
        }

        Call standingFor(int items) {
            return new Call(method, target, content, accept, prefer, deadline, items);
        }

        Call preferring(String preference) {
            return new Call(method, target, content, accept, preference, deadline, requests);
        }
    }

    /**
     * Asks with the mailbox's token; one that is refused is replaced once, by one that meets the claims challenge if there was one.
     *
     * @throws GraphRefusal if the answer is no success; a 206 would be a part only
     * @throws MailSourceUnavailableException if no connection can be made
     * @throws HttpTimeoutException if the deadline passed
     * @throws IOException if the connection broke, or from the reader; whether a request that writes was carried out is then unknown
     */
    <T> T call(Mailbox mailbox, MailboxGate gate, Call call, AnswerReader<T> reader) throws GraphRefusal, IOException {
        AccessToken token = tokens.acquire(mailbox.credential(), Resource.GRAPH);
        try {
            return call(mailbox, token, gate, call, reader);
        } catch (GraphRefusal refusal) {
            if (refusal.status() != 401) {
                throw refusal;
            }
            tokens.invalidate(mailbox.credential(), Resource.GRAPH, token, refusal.claims());
            return call(mailbox, tokens.acquire(mailbox.credential(), Resource.GRAPH), gate, call, reader);
        }
    }

    /** The next request shows a new token: the server has said that it will soon stop believing the one at hand. */
    void replaceToken(Mailbox mailbox) {
        AccessToken old = tokens.acquire(mailbox.credential(), Resource.GRAPH);
        tokens.invalidate(mailbox.credential(), Resource.GRAPH, old, Optional.empty());
    }

    /** As the other, with a given token that is not replaced. */
    <T> T call(Mailbox mailbox, AccessToken token, MailboxGate gate, Call call, AnswerReader<T> reader)
            throws GraphRefusal, IOException {
        return call(mailbox.access(), token, gate, call, reader);
    }

    /** As the other, for what belongs to no mailbox. */
    <T> T call(Access access, AccessToken token, MailboxGate gate, Call call, AnswerReader<T> reader)
            throws GraphRefusal, IOException {
        return exchange(access, gate, request(token, call), call, reader);
    }

    private <T> T exchange(Access access, MailboxGate gate, HttpRequest request, Call call, AnswerReader<T> reader)
            throws GraphRefusal, IOException {
        try (MailboxGate.Turn turn = gate.enter(call.requests(), call.deadline());
                HttpGateway.Answer answer = send(request, call.deadline())) {
            Optional<Duration> told = RetryAfter.of(answer.headers(), clock.instant());
            Optional<Duration> wait = turn.answered(answer.status(), told);
            if (!call.succeeds(answer.status())) {
                throw GraphRefusal.read(answer, access, wait.or(() -> told));
            }
            return reader.read(answer);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new MailSourceUnavailableException(
                    "Graph: no connection to " + call.target().getHost(), e);
        } catch (SSLException e) {
            if (!call.reads() && !(e instanceof SSLHandshakeException)) {
                throw e; // the request may have arrived
            }
            throw new MailSourceUnavailableException(
                    "Graph: no TLS connection to " + call.target().getHost()
                            + "; check its certificate and what this machine trusts",
                    e);
        }
    }

    private HttpGateway.Answer send(HttpRequest request, Duration deadline) throws IOException {
        HostReach there = reach(request.uri().getHost());
        there.require();
        try {
            HttpGateway.Answer answer = http.send(request, deadline);
            there.answered(answer.status());
            return answer;
        } catch (IOException e) {
            there.missed(e);
            meters.lost();
            throw e;
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Whether that host has answered of late: Graph's own, or one of those few that take uploads. */
    HostReach reach(String host) {
        return reaches.computeIfAbsent(host, name -> new HostReach(name, clock, random, meters));
    }

    /**
     * Some of the bytes of an upload.
     *
     * @param range as {@code Content-Range} wants it
     */
    record Part(String range, byte[] bytes) {
        private Content content() {
            return new Content("application/octet-stream", BodyPublishers.ofByteArray(bytes));
        }
    }

    /**
     * Sends a part of an upload, or asks (without a part) how far it came. The address speaks for itself: Graph refuses a token there.
     *
     * @see <a href="https://learn.microsoft.com/graph/outlook-large-attachments">Attach large files</a>
     */
    <T> T upload(
            Access access, MailboxGate gate, URI target, Optional<Part> part, Duration deadline, AnswerReader<T> reader)
            throws GraphRefusal, IOException {
        Call call = part.map(sent -> Call.sending("PUT", target, sent.content(), deadline))
                .orElseGet(() -> Call.json(target, deadline));
        HttpRequest.Builder request = bare(call);
        part.ifPresent(sent -> request.header("Content-Range", sent.range()));
        return exchange(access, gate, request.build(), call, reader);
    }

    private static HttpRequest request(AccessToken token, Call call) {
        String prefer = call.prefer().isEmpty() ? IMMUTABLE_IDS : IMMUTABLE_IDS + ", " + call.prefer();
        return bare(call)
                .header("Authorization", "Bearer " + token.value())
                .header("Prefer", prefer)
                .build();
    }

    private static HttpRequest.Builder bare(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.target())
                .header("User-Agent", USER_AGENT)
                .header("client-request-id", UUID.randomUUID().toString())
                .header("Accept", call.accept())
                .header("Accept-Encoding", "gzip")
                .method(call.method(), call.content().map(Content::bytes).orElse(BodyPublishers.noBody()));
        call.content().ifPresent(content -> request.header("Content-Type", content.type()));
        return request;
    }

    /** For calls that speak for the mailbox: a broken connection means it cannot be read now. */
    static MailSourceUnavailableException unavailable(IOException cause) {
        return cause instanceof HttpTimeoutException
                ? new MailSourceUnavailableException("Graph: no whole answer in time.", cause)
                : new MailSourceUnavailableException("Graph: the connection broke.", cause);
    }

    /** Refuses what is no JSON by its own word: a proxy's or sign-in page answering 200. */
    static void checkJson(HttpGateway.Answer answer) {
        String type = contentType(answer);
        if (!type.isEmpty() && !type.contains("json")) {
            throw new MalformedAnswerException("Graph: the answer is no JSON but "
                    + (type.startsWith("text/html") ? "a web page" : "something else")
                    + "; probably a proxy or a sign-in page answered in its place.");
        }
    }

    static String contentType(HttpGateway.Answer answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .map(type -> type.trim().toLowerCase(Locale.ROOT))
                .orElse("");
    }
}
