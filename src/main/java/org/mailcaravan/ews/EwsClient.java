package org.mailcaravan.ews;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.http.ClaimsChallenge;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;

/** Sends one SOAP request and reads its answer as it arrives. Every call goes to the configured address and nowhere else. Thread-safe. */
final class EwsClient {
    private final URI url;
    private final AccessTokens tokens;
    private final HttpGateway http;
    private final Clock clock;
    private final String userAgent;
    private final RequestCounter counter;

    EwsClient(URI url, AccessTokens tokens, HttpGateway http, Clock clock, RequestCounter counter) {
        this.counter = counter;
        this.url = url;
        this.tokens = tokens;
        this.http = http;
        this.clock = clock;
        this.userAgent = "Mailcaravan/"
                + Optional.ofNullable(EwsClient.class.getPackage().getImplementationVersion())
                        .orElse("development")
                + " (Apache Camel; EWS)";
    }

    /** Reads the response messages of an answer; the parser stands on {@code m:ResponseMessages}. */
    @FunctionalInterface
    interface Reader<T> {
        /**
         * @throws BrokenXmlException if the answer is not what EWS promises
         * @throws RefusedException if the answer as a whole is a refusal
         */
        T read(XmlPull xml, String requestId) throws IOException, RefusedException;
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
        Attempt<T> first = attempt(mailbox, request, token, deadline, reader, true);
        if (first.result().isPresent()) {
            return first.result().get();
        }
        tokens.invalidate(mailbox.credential(), Resource.EXCHANGE, token, first.claims());
        return call(mailbox, request, tokens.acquire(mailbox.credential(), Resource.EXCHANGE), deadline, reader);
    }

    /** Calls with this very token. */
    <T> T call(Mailbox mailbox, EwsRequest request, AccessToken token, Duration deadline, Reader<T> reader)
            throws RefusedException {
        return attempt(mailbox, request, token, deadline, reader, false)
                .result()
                .orElseThrow();
    }

    /**
     * @param result empty if the token was refused and another is at hand
     * @param claims what that one must satisfy, if the answer says so
     */
    private record Attempt<T>(Optional<T> result, Optional<String> claims) {}

    private <T> Attempt<T> attempt(
            Mailbox mailbox,
            EwsRequest request,
            AccessToken token,
            Duration deadline,
            Reader<T> reader,
            boolean replaceable)
            throws RefusedException {
        String ourId = UUID.randomUUID().toString();
        counter.count(mailbox.id(), Protocol.EWS, request.operation());
        try (HttpGateway.Answer answer = http.send(post(mailbox, request, token, ourId), deadline)) {
            if (answer.status() == 401 && replaceable) {
                return new Attempt<>(Optional.empty(), ClaimsChallenge.of(answer.headers()));
            }
            T result = read(answer, mailbox, request, requestId(answer, ourId), reader);
            return new Attempt<>(Optional.of(result), Optional.empty());
        } catch (HttpTimeoutException e) {
            throw new MailSourceUnavailableException("EWS did not answer " + request.operation() + " in time", e);
        } catch (IOException e) {
            throw new MailSourceUnavailableException(
                    "the connection for " + request.operation() + " broke: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private HttpRequest post(Mailbox mailbox, EwsRequest request, AccessToken token, String ourId) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + token.value())
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("Accept", "text/xml")
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", userAgent)
                .header("client-request-id", ourId)
                .header("return-client-request-id", "true")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.envelope()));
        String address = mailbox.address().value();
        if (address.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            builder.header("X-AnchorMailbox", address);
        }
        return builder.build();
    }

    private static String requestId(HttpGateway.Answer answer, String ourId) {
        return answer.headers()
                .firstValue("request-id")
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

    private static void enter(XmlPull xml, String operation, String requestId) throws IOException, RefusedException {
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
