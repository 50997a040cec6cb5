package org.mailcaravan.ews;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.http.ClaimsChallenge;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.http.HttpListener;
import org.mailcaravan.http.HttpStream;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;

/** Sends one SOAP request and reads its answer as it arrives. Every call goes to the mailbox's address and nowhere else, through its gate. Thread-safe. */
final class EwsClient {
    /** Every request names the product, so that a tenant can allow or refuse it (EwsApplicationAccessPolicy judges the user agent). */
    static final String USER_AGENT = "Mailcaravan/"
            + Optional.ofNullable(EwsClient.class.getPackage().getImplementationVersion())
                    .orElse("development")
            + " (Apache Camel; EWS)";
    /** The mailbox is another server's. */
    private static final Set<String> ELSEWHERE = Set.of(
            "ErrorCrossSiteRequest",
            "ErrorMultiLegacyMailboxAccess",
            "ErrorProxyRequestNotAllowed",
            "ErrorMailboxMoveInProgress",
            "ErrorNonExistentMailbox");

    private final EwsAddresses addresses;
    private final AccessTokens tokens;
    private final HttpGateway http;
    private final Clock clock;
    private final MailboxGates gates;
    private final EwsReach reach = new EwsReach();
    private final RequestCounter counter;

    EwsClient(EwsAddresses addresses, AccessTokens tokens, HttpGateway http, Clock clock) {
        this(addresses, tokens, http, clock, RequestCounter.NONE);
    }

    /** @param counter learns of every request */
    EwsClient(EwsAddresses addresses, AccessTokens tokens, HttpGateway http, Clock clock, RequestCounter counter) {
        this.counter = counter;
        this.addresses = addresses;
        this.tokens = tokens;
        this.http = http;
        this.clock = clock;
        this.gates = new MailboxGates(clock);
    }

    /** Whether EWS has answered of late. */
    EwsReach reach() {
        return reach;
    }

    /** Reads the response messages of an answer; the parser stands on {@code m:ResponseMessages}. */
    @FunctionalInterface
    interface Reader<T> {
        /**
         * @throws BrokenXmlException if the answer is not what EWS promises
         * @throws RefusedException if the answer as a whole is a refusal
         */
        T read(XmlPull xml, String requestId) throws IOException, RefusedException;

        /** What an answer that was read says about the whole mailbox: that it is to be left alone. */
        default Optional<EwsRefusal> throttling() {
            return Optional.empty();
        }
    }

    /**
     * Calls with a token of the mailbox's grant. A refused token is replaced once, by one that meets the claims challenge if there was one.
     *
     * @param deadline for the whole call, the body included
     * @throws RefusedException if EWS refused, in a fault or by the reader's judgement
     * @throws MailSourceException if no SOAP answer came about
     */
    <T> T call(Mailbox mailbox, EwsRequest request, Duration deadline, Reader<T> reader) throws RefusedException {
        AccessToken token = tokens.acquire(mailbox.credential(), Resource.EXCHANGE);
        Attempt<T> first = attempt(new Call<>(mailbox, request, deadline, reader), token, true);
        if (first.result().isPresent()) {
            return first.result().get();
        }
        tokens.invalidate(mailbox.credential(), Resource.EXCHANGE, token, first.claims());
        return call(mailbox, request, tokens.acquire(mailbox.credential(), Resource.EXCHANGE), deadline, reader);
    }

    /** Calls with this very token. */
    <T> T call(Mailbox mailbox, EwsRequest request, AccessToken token, Duration deadline, Reader<T> reader)
            throws RefusedException {
        return attempt(new Call<>(mailbox, request, deadline, reader), token, false)
                .result()
                .orElseThrow();
    }

    private record Call<T>(Mailbox mailbox, EwsRequest request, Duration deadline, Reader<T> reader) {}

    /** Where the mailbox's EWS is. */
    URI address(Mailbox mailbox) {
        return addresses.of(mailbox);
    }

    /** A request whose answer has no end. The token may have to be fetched; the answer is heard by the listener alone, bytes as they are. */
    HttpStream stream(Mailbox mailbox, EwsRequest request, Duration silence, StreamListener listener) {
        AccessToken token = tokens.acquire(mailbox.credential(), Resource.EXCHANGE);
        counter.count(mailbox.id(), Protocol.EWS, request.operation());
        HttpRequest plain = HttpRequest.newBuilder(
                        post(
                                addresses.of(mailbox),
                                mailbox,
                                request,
                                token,
                                UUID.randomUUID().toString()),
                        (name, value) -> !name.equalsIgnoreCase("Accept-Encoding"))
                .build();
        return http.stream(plain, silence, listener.with(token));
    }

    /** What to do about a token that EWS refused at the head of a stream. */
    void refused(Mailbox mailbox, AccessToken token, HttpHeaders head) {
        tokens.invalidate(mailbox.credential(), Resource.EXCHANGE, token, ClaimsChallenge.of(head));
    }

    /** Hears a stream that was asked for with some token. */
    @FunctionalInterface
    interface StreamListener {
        HttpListener with(AccessToken token);
    }

    /**
     * @param result empty if the token was refused and another is at hand
     * @param claims what that one must satisfy, if the answer says so
     */
    private record Attempt<T>(Optional<T> result, Optional<String> claims) {}

    private <T> Attempt<T> attempt(Call<T> call, AccessToken token, boolean replaceable) throws RefusedException {
        URI url = addresses.of(call.mailbox());
        try (MailboxGates.Turn turn = gates.enter(call.mailbox().id(), call.deadline())) {
            return learning(turn, call, () -> exchange(url, call, token, replaceable));
        }
    }

    @FunctionalInterface
    private interface Exchange<T> {
        Attempt<T> run() throws RefusedException;
    }

    /** Whatever way EWS asks to wait, everybody who wants this mailbox waits. */
    private <T> Attempt<T> learning(MailboxGates.Turn turn, Call<T> call, Exchange<T> exchange)
            throws RefusedException {
        try {
            Attempt<T> attempt = exchange.run();
            call.reader().throttling().ifPresentOrElse(busy -> turn.throttled(busy.backOff()), turn::succeeded);
            return attempt;
        } catch (ThrottledException e) {
            turn.throttled(e.retryAfter());
            throw e;
        } catch (RefusedException e) {
            if (e.refusal().kind() == EwsRefusal.Kind.BUSY) {
                turn.throttled(e.refusal().backOff());
            }
            if (ELSEWHERE.contains(e.refusal().code())) {
                addresses.forget(call.mailbox());
            }
            throw e;
        }
    }

    private <T> Attempt<T> exchange(URI url, Call<T> call, AccessToken token, boolean replaceable)
            throws RefusedException {
        String ourId = UUID.randomUUID().toString();
        counter.count(call.mailbox().id(), Protocol.EWS, call.request().operation());
        try (HttpGateway.Answer answer =
                http.send(post(url, call.mailbox(), call.request(), token, ourId), call.deadline())) {
            reach.answered(answer.status());
            call.request().affinity().ifPresent(group -> group.learn(answer.headers()));
            if (answer.status() == 401 && replaceable) {
                return new Attempt<>(Optional.empty(), ClaimsChallenge.of(answer.headers()));
            }
            if (answer.status() == 404 || answer.status() / 100 == 3) {
                addresses.forget(call.mailbox());
            }
            T result = read(answer, call.mailbox(), call.request(), requestId(answer.headers(), ourId), call.reader());
            return new Attempt<>(Optional.of(result), Optional.empty());
        } catch (UnusableContentException e) {
            throw new MalformedAnswerException("EWS answered, but " + e.getMessage(), e);
        } catch (HttpTimeoutException e) {
            reach.missed(e);
            throw new MailSourceUnavailableException(
                    "EWS did not answer " + call.request().operation() + " in time", e);
        } catch (IOException e) {
            reach.missed(e);
            throw new MailSourceUnavailableException(
                    "the connection for " + call.request().operation() + " broke: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static HttpRequest post(URI url, Mailbox mailbox, EwsRequest request, AccessToken token, String ourId) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + token.value())
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("Accept", "text/xml")
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", USER_AGENT)
                .header("client-request-id", ourId)
                .header("return-client-request-id", "true")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.envelope()));
        request.affinity().ifPresent(group -> group.ask(builder));
        String address = request.affinity()
                .map(Affinity::anchor)
                .orElse(mailbox.address().value());
        if (address.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            builder.header("X-AnchorMailbox", address);
        }
        return builder.build();
    }

    static String requestId(HttpHeaders answer, String ourId) {
        return answer.firstValue("request-id")
                .filter(id -> id.matches("[0-9A-Za-z-]{1,64}"))
                .orElse(ourId);
    }

    private <T> T read(
            HttpGateway.Answer answer, Mailbox mailbox, EwsRequest request, String requestId, Reader<T> reader)
            throws IOException, RefusedException {
        HttpRefusal refusal = new HttpRefusal(answer.status(), answer.headers(), mailbox.access(), requestId);
        if (answer.status() != 200 && answer.status() != 500) {
            throw refusal.toException(clock.instant());
        }
        try {
            requireXml(answer);
            XmlPull xml = XmlPull.open(answer.body());
            enter(xml, request.operation(), requestId);
            return reader.read(xml, requestId);
        } catch (BrokenXmlException e) {
            throw answer.status() == 500
                    ? refusal.toException(clock.instant())
                    : new MalformedAnswerException(
                            "the answer to " + request.operation() + " is broken: " + e.getMessage() + ", request-id "
                                    + requestId,
                            e);
        }
    }

    private static void requireXml(HttpGateway.Answer answer) throws BrokenXmlException {
        String type =
                answer.headers().firstValue("Content-Type").orElse("text/xml").toLowerCase(Locale.ROOT);
        if (!type.contains("xml") || type.contains("html")) {
            throw new BrokenXmlException("it is not XML but a page or another type");
        }
    }

    static void enter(XmlPull xml, String operation, String requestId) throws IOException, RefusedException {
        xml.root();
        if (!xml.name().equals("s:Envelope")) {
            throw new BrokenXmlException("it is not a SOAP envelope");
        }
        xml.require(1, "s:Body");
        if (!xml.nextChild(2)) {
            throw new BrokenXmlException("the SOAP body is empty");
        }
        if (xml.name().equals("s:Fault")) {
            ErrorDetails details = new ErrorDetails();
            details.read(xml);
            throw new RefusedException(details.refusal(requestId));
        }
        if (!xml.name().equals("m:" + operation + "Response")) {
            throw new BrokenXmlException("it does not answer " + operation);
        }
        xml.require(3, "m:ResponseMessages");
    }
}
