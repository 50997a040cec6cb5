package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.mailcaravan.credential.Secret;

/** Bean {@code tokenAnswers} of the route {@code oauth-token}: what the HTTP answer means. Nothing of an answer gets into a reason or a log. */
public final class TokenAnswers {
    private static final Duration WHOLE_ANSWER = Duration.ofSeconds(20);
    private static final Duration LONGEST_WAIT = Duration.ofHours(24);
    private static final Duration USUAL_LIFE = Duration.ofMinutes(10);
    private static final int MOST_BYTES = 1_000_000;

    private final Clock clock;
    private final NextSteps nextSteps;

    TokenAnswers(Clock clock, NextSteps nextSteps) {
        this.clock = clock;
        this.nextSteps = nextSteps;
    }

    /** The answer's meaning. Reads at most 1 MB within 20 s, whatever the server does. */
    public TokenOutcome translate(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        Object status = message.getHeader(Exchange.HTTP_RESPONSE_CODE);
        Object retryAfter = message.getHeader("Retry-After");
        byte[] body = read(message.getBody());
        message.removeHeaders("*");
        Answer answer = new Answer(status instanceof Integer code ? code : 0, body, retryAfter(retryAfter));
        return translate(answer, exchange.getProperty(TokenRequests.REGISTRATION, "default", String.class));
    }

    /** The endpoint could not be reached, its answer not be read to its end, or the request not even be made. */
    public TokenOutcome unreachable(Exchange exchange) {
        Object cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT);
        exchange.getMessage().removeHeaders("*");
        if (cause instanceof ClientProofException unprovable) {
            return unprovable.outcome();
        }
        String what = cause instanceof AuthorityUnavailableException unavailable
                ? unavailable.getMessage()
                : "the token endpoint cannot be reached ("
                        + (cause == null ? "no cause" : cause.getClass().getSimpleName()) + ")";
        return new TokenOutcome.TryLater(Optional.empty(), what);
    }

    /** What came over HTTP. */
    record Answer(int status, byte[] body, Optional<Duration> retryAfter) {
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    TokenOutcome translate(Answer answer, String registration) {
        int status = answer.status();
        Optional<Duration> retryAfter = answer.retryAfter();
        Optional<JsonNode> object = Json.object(answer.body());
        if (object.isEmpty()) {
            return new TokenOutcome.TryLater(
                    retryAfter, "the token endpoint answers status " + status + " without a JSON object");
        }
        Optional<String> error = Json.text(object.get(), "error");
        if (error.isPresent()) {
            EntraError refusal =
                    EntraError.of(error.get(), Json.text(object.get(), "error_description"), numbers(object.get()));
            TokenOutcome outcome = refusal.outcome(status, retryAfter);
            return outcome instanceof TokenOutcome.ConsentRequired needed
                    ? new TokenOutcome.ConsentRequired(
                            needed.code(), needed.remedy() + nextSteps.after(refusal.acts(), registration))
                    : outcome;
        }
        return status == 200
                ? granted(object.get())
                : new TokenOutcome.TryLater(
                        retryAfter, "the token endpoint answers status " + status + " without an error code");
    }

    private static TokenOutcome granted(JsonNode object) {
        Optional<Secret> token = secret(object, "access_token").filter(TokenAnswers::printable);
        if (token.isEmpty()
                || !"bearer".equalsIgnoreCase(Json.text(object, "token_type").orElse(""))) {
            return new TokenOutcome.TryLater(Optional.empty(), "the token endpoint answers without a bearer token");
        }
        Set<String> scopes = Json.text(object, "scope").map(Scopes::split).orElse(Set.of());
        return new TokenOutcome.Granted(
                token.get(), scopes, secret(object, "refresh_token"), secret(object, "id_token"), life(object));
    }

    private static Optional<Secret> secret(JsonNode object, String name) {
        return Json.text(object, name).map(Secret::of);
    }

    // RFC 6750 section 2.1: what can stand in an Authorization header
    private static boolean printable(Secret token) {
        return token.value().chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    // a number, or a number in a string; recommended only (RFC 6749 section 5.1): without it a short life is assumed
    private static Duration life(JsonNode object) {
        long seconds = object.path("expires_in").asLong(0);
        return seconds > 0 ? Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT.toSeconds() * 2)) : USUAL_LIFE;
    }

    static List<Integer> numbers(JsonNode object) {
        List<Integer> numbers = new ArrayList<>();
        object.path("error_codes").forEach(node -> {
            if (node.canConvertToInt() && node.asInt() > 0) {
                numbers.add(node.asInt());
            }
        });
        return numbers;
    }

    // RFC 9110 section 10.2.3: seconds or a date
    private Optional<Duration> retryAfter(Object header) {
        if (!(header instanceof String text) || text.isBlank()) {
            return Optional.empty();
        }
        try {
            Duration wait = text.trim().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text.trim()))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(text.trim(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return Optional.of(wait)
                    .filter(d -> !d.isNegative())
                    .map(d -> d.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : d);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    // each read has the socket's time-out; this is the limit for all of them together, against a dripping server
    private static byte[] read(Object body) throws IOException {
        if (!(body instanceof InputStream in)) {
            return body instanceof byte[] bytes ? bytes : new byte[0];
        }
        long end = System.nanoTime() + WHOLE_ANSWER.toNanos();
        try (in) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                all.write(part, 0, count);
                if (all.size() > MOST_BYTES || System.nanoTime() - end > 0) {
                    throw new IOException("an answer that is too long or takes more than "
                            + TimeUnit.NANOSECONDS.toSeconds(WHOLE_ANSWER.toNanos()) + " s");
                }
            }
            return all.toByteArray();
        }
    }
}
