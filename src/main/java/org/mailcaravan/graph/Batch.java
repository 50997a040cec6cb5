package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * Several requests in one, split into Graph's batches of twenty. Every item asks for immutable ids; {@code /me/…} means the mailbox, whoever reads it. An item
 * that is throttled was not carried out and is asked for again, up to three times, if it may be soon; else its 429 is its answer, as is any other status.
 *
 * @see <a href="https://learn.microsoft.com/graph/json-batching">JSON batching</a>
 */
final class Batch {
    static final int MOST_AT_ONCE = 20;

    private static final int THROTTLED = 429;
    private static final int FAILED_DEPENDENCY = 424;
    private static final int ROUNDS = 4;

    private final Invocation in;
    private final Map<String, ObjectNode> requests = new LinkedHashMap<>();
    private final Map<String, ObjectNode> responses = new HashMap<>();

    private Batch(Invocation in) {
        this.in = in;
    }

    static void run(Invocation in) {
        Batch batch = new Batch(in);
        batch.read();
        batch.rounds();
        in.answer(batch.answer());
    }

    private void read() {
        if (!(in.bodyObject().path("requests") instanceof ArrayNode rows) || rows.isEmpty()) {
            throw new IllegalArgumentException("the body must be an object with a list requests, and one in it");
        }
        for (JsonNode row : rows) {
            if (!(row instanceof ObjectNode request)) {
                throw new IllegalArgumentException("a request of the batch is no JSON object");
            }
            String id = request.path("id").asText(String.valueOf(requests.size() + 1));
            if (requests.put(id, completed(request.put("id", id))) != null) {
                throw new IllegalArgumentException("two requests of the batch have the same id");
            }
            checkOrder(request);
        }
    }

    /** Requests are sent in their order, so a dependency must stand before; that also rules out circles. */
    private void checkOrder(ObjectNode request) {
        for (JsonNode needed : request.path("dependsOn")) {
            if (needed.asText().equals(request.path("id").asText()) || !requests.containsKey(needed.asText())) {
                throw new IllegalArgumentException(
                        "a request of the batch depends on one that does not stand before it");
            }
        }
    }

    private ObjectNode completed(ObjectNode request) {
        String url = request.path("url").asText("");
        if (url.isEmpty()
                || url.contains("://")
                || request.path("method").asText("").isEmpty()) {
            throw new IllegalArgumentException(
                    "a request of the batch needs a method, and a url that begins behind the version, such as /me/messages");
        }
        request.put("url", ofMailbox(url.startsWith("/") ? url : "/" + url));
        ObjectNode headers = request.path("headers") instanceof ObjectNode given ? given : request.putObject("headers");
        preferImmutableIds(headers);
        if (request.has("body") && find(headers, "Content-Type").isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        return request;
    }

    private String ofMailbox(String url) {
        return url.matches("(?i)/me(/.*|\\?.*)?") ? "/" + in.wire().owner() + url.substring("/me".length()) : url;
    }

    private static void preferImmutableIds(ObjectNode headers) {
        String ids = "IdType=\"ImmutableId\"";
        Optional<String> name = find(headers, "Prefer");
        headers.put(
                name.orElse("Prefer"),
                name.map(given -> headers.path(given).asText() + ", " + ids).orElse(ids));
    }

    private static Optional<String> find(ObjectNode headers, String name) {
        List<String> names = new ArrayList<>();
        headers.fieldNames().forEachRemaining(names::add);
        return names.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    private void rounds() {
        for (int round = 1; round <= ROUNDS; round++) {
            List<ObjectNode> open = open();
            if (open.isEmpty() || round > 1 && !in.pause(in.wire().closedFor().plusMillis(1))) {
                return;
            }
            sendAll(open);
        }
    }

    /** What has no answer yet, or one that says "later": the throttled, and what failed only because it depends on them. */
    private List<ObjectNode> open() {
        List<ObjectNode> open = new ArrayList<>();
        List<String> later = new ArrayList<>();
        requests.forEach((id, request) -> {
            int status = status(id);
            boolean waits = status == FAILED_DEPENDENCY && dependsOnAny(request, later);
            if (status == 0 || status == THROTTLED || waits) {
                open.add(request);
                later.add(id);
            }
        });
        return open;
    }

    private static boolean dependsOnAny(ObjectNode request, List<String> ids) {
        for (JsonNode needed : request.path("dependsOn")) {
            if (ids.contains(needed.asText())) {
                return true;
            }
        }
        return false;
    }

    private int status(String id) {
        return Optional.ofNullable(responses.get(id))
                .map(response -> response.path("status").asInt())
                .orElse(0);
    }

    /** What a batch's answer says about the mailbox: of those items that throttle, the one that asks for the longest time. */
    static Optional<MailboxGate.ItemAnswer> throttling(Optional<ObjectNode> batch, Instant now) {
        List<MailboxGate.ItemAnswer> throttling = new ArrayList<>();
        batch.ifPresent(answer -> answer.path("responses").forEach(row -> {
            int status = row.path("status").asInt();
            throttling.add(new MailboxGate.ItemAnswer(status, retryAfter(row.path("headers"), now)));
        }));
        return throttling.stream()
                .filter(MailboxGate.ItemAnswer::throttles)
                .max(Comparator.comparing(item -> item.retryAfter().orElse(Duration.ZERO)));
    }

    private static Optional<Duration> retryAfter(JsonNode headers, Instant now) {
        return headers instanceof ObjectNode given
                ? find(given, "Retry-After")
                        .flatMap(name -> RetryAfter.parse(given.path(name).asText(), now))
                : Optional.empty();
    }

    private void sendAll(List<ObjectNode> open) {
        for (int from = 0; from < open.size(); from += MOST_AT_ONCE) {
            if (from > 0 && !in.wire().closedFor().isZero()) {
                return;
            }
            send(open.subList(from, Math.min(open.size(), from + MOST_AT_ONCE)));
        }
    }

    private void send(List<ObjectNode> chunk) {
        ObjectNode envelope = GraphJson.object();
        ArrayNode sent = envelope.putArray("requests");
        List<String> ids =
                chunk.stream().map(request -> request.path("id").asText()).toList();
        for (ObjectNode request : chunk) {
            if (lostDependency(request, ids)) {
                fail(request.path("id").asText(), FAILED_DEPENDENCY, "FailedDependency");
            } else {
                sent.add(within(request, ids));
            }
        }
        if (!sent.isEmpty()) {
            receive(sent, envelope);
        }
    }

    /** Whether it depends on a request of an earlier batch that did not succeed. */
    private boolean lostDependency(ObjectNode request, List<String> sameBatch) {
        for (JsonNode needed : request.path("dependsOn")) {
            int status = status(needed.asText());
            if (!sameBatch.contains(needed.asText()) && (status < 200 || status > 299)) {
                return true;
            }
        }
        return false;
    }

    /** A dependency that was met by an earlier batch is no longer one. */
    private static ObjectNode within(ObjectNode request, List<String> sameBatch) {
        ObjectNode copy = request.deepCopy();
        copy.remove("dependsOn");
        for (JsonNode needed : request.path("dependsOn")) {
            if (sameBatch.contains(needed.asText())) {
                copy.withArray("dependsOn").add(needed);
            }
        }
        return copy;
    }

    /** A batch that fails as a whole after others succeeded must not hide what those did: its items carry the failure. */
    private void receive(ArrayNode sent, ObjectNode envelope) {
        try {
            ObjectNode answer = in.wire()
                    .sendBatch(envelope)
                    .orElseThrow(() -> new MalformedAnswerException("Graph: a batch without an answer."));
            take(answer);
            sent.forEach(request -> responses.computeIfAbsent(
                    request.path("id").asText(), id -> failure(id, 504, "NoResponseInBatch")));
        } catch (GraphOperationException e) {
            failAll(sent, e.status(), e.code().isEmpty() ? "BatchRefused" : e.code(), e);
        } catch (OutcomeUnknownException e) {
            failAll(sent, 504, "OutcomeUnknown", e);
        } catch (MailSourceException e) {
            failAll(sent, 503, "NotSent", e);
        }
    }

    private void failAll(ArrayNode sent, int status, String code, RuntimeException e) {
        if (responses.isEmpty()) {
            throw e;
        }
        sent.forEach(request -> fail(request.path("id").asText(), status, code));
    }

    private void take(ObjectNode answer) {
        for (JsonNode row : answer.path("responses")) {
            String id = row.path("id").asText();
            if (row instanceof ObjectNode response && requests.containsKey(id)) {
                responses.put(id, response);
            }
        }
    }

    private void fail(String id, int status, String code) {
        responses.put(id, failure(id, status, code));
    }

    private static ObjectNode failure(String id, int status, String code) {
        ObjectNode response = GraphJson.object().put("id", id).put("status", status);
        response.putObject("body").putObject("error").put("code", code);
        return response;
    }

    private ObjectNode answer() {
        ObjectNode answer = GraphJson.object();
        ArrayNode rows = answer.putArray("responses");
        requests.keySet()
                .forEach(id ->
                        rows.add(Optional.ofNullable(responses.get(id)).orElseGet(() -> failure(id, 504, "NotSent"))));
        return answer;
    }
}
