package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.mailcaravan.sandbox.ControlApi;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * The faults only Graph's pages have: true rows with wrong links, repeated, reversed or strange. To be planned by the control operation {@code graph/fault};
 * docs/sandbox.md describes each. What the fault plan decides for a request stays with its thread until the answer is there.
 */
final class PageFaults {
    private static final ThreadLocal<UnaryOperator<ObjectNode>> PLANNED =
            ThreadLocal.withInitial(UnaryOperator::identity);
    private static final String NEXT = "@odata.nextLink";
    private static final String DELTA = "@odata.deltaLink";
    private static final String TYPES = "foreign-link, looping-link, endless-pages, empty-page, repeated-rows,"
            + " reversed-rows, strange-removals, no-annotations, unknown-fields";

    private final SandboxMailboxes mailboxes;
    private final Faults faults;
    private final AtomicLong pages = new AtomicLong();

    PageFaults(SandboxMailboxes mailboxes, Faults faults) {
        this.mailboxes = mailboxes;
        this.faults = faults;
    }

    void addTo(ControlApi control) {
        control.operation("graph/fault", input -> {
            faults.add(rule(input));
            return Map.of();
        });
    }

    /** Before the fault plan is asked: nothing that it decided for another request of this thread counts. */
    static void forget() {
        PLANNED.remove();
    }

    /** What the fault plan has just decided for the request of this thread; forgets it. */
    static UnaryOperator<ObjectNode> take() {
        UnaryOperator<ObjectNode> planned = PLANNED.get();
        PLANNED.remove();
        return planned;
    }

    private Faults.Rule rule(JsonNode input) {
        Optional<String> owner = Optional.ofNullable(input.get("mailbox"))
                .map(JsonNode::asText)
                .map(name -> mailboxes
                        .find(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "mailbox must be a user's object id or user principal name")))
                .map(mailbox -> mailbox.ownerId().toString());
        boolean always = input.path("times").asText("").equals("always");
        return new Faults.Rule(
                input.path("kind").asText("graph:messages/delta"),
                owner,
                input.path("skip").asInt(0),
                always ? Integer.MAX_VALUE : input.path("times").asInt(1),
                fault(input));
    }

    private Faults.Fault fault(JsonNode input) {
        return switch (input.path("fault").asText("")) {
            case "foreign-link" -> foreignLink(input.path("to").asText("https://graph.foreign.example"));
            case "looping-link" ->
                changing(exchange ->
                        page -> page.<ObjectNode>without(List.of(DELTA)).put(NEXT, address(exchange)));
            case "endless-pages" -> emptyPage(exchange -> bare(exchange) + "?$skiptoken=" + pages.incrementAndGet());
            case "empty-page" -> emptyPage(PageFaults::address);
            case "repeated-rows" ->
                changingRows(rows -> {
                    List<JsonNode> twice = new ArrayList<>(rows);
                    twice.addAll(rows);
                    return twice;
                });
            case "reversed-rows" ->
                changingRows(rows -> {
                    Collections.reverse(rows);
                    return rows;
                });
            case "strange-removals" -> strangeRemovals(input.path("count").asInt(1));
            case "no-annotations" -> changing(exchange -> PageFaults::withoutAnnotations);
            case "unknown-fields" -> changing(exchange -> PageFaults::withUnknownFields);
            default -> throw new IllegalArgumentException("fault must be one of " + TYPES);
        };
    }

    /** Each link that is there leads to another host, or to another scheme or port of this one. */
    private static Faults.Fault foreignLink(String to) {
        return changing(exchange -> page -> {
            String own = SandboxServer.baseUrl(exchange).toString();
            for (String link : List.of(NEXT, DELTA)) {
                Optional.ofNullable(page.get(link))
                        .ifPresent(there -> page.put(link, there.asText().replace(own, to)));
            }
            return page;
        });
    }

    /** Rows as Graph tells removals, of messages that nobody has ever seen. */
    private static Faults.Fault strangeRemovals(int count) {
        return changing(exchange -> page -> {
            for (int number = 1; number <= count; number++) {
                page.withArray("value")
                        .addObject()
                        .put("id", "AAMkSandboxStranger" + number + "=")
                        .putObject("@removed")
                        .put("reason", "deleted");
            }
            return page;
        });
    }

    private static ObjectNode withoutAnnotations(ObjectNode page) {
        List<String> names = new ArrayList<>();
        page.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> !name.startsWith("@"));
        return page.without(names);
    }

    private static ObjectNode withUnknownFields(ObjectNode page) {
        page.path("value")
                .forEach(row -> ((ObjectNode) row).putObject("sandboxUnknown").put("depth", 1));
        return page.put("@sandbox.unknown", true);
    }

    private static Faults.Fault emptyPage(Function<HttpExchange, String> next) {
        return exchange -> Faults.answer(
                        200,
                        Map.of(),
                        "application/json",
                        "{\"value\":[],\"" + NEXT + "\":\"" + next.apply(exchange) + "\"}")
                .strike(exchange);
    }

    private static Faults.Fault changingRows(UnaryOperator<List<JsonNode>> how) {
        return changing(exchange -> page -> {
            List<JsonNode> rows = new ArrayList<>();
            page.path("value").forEach(rows::add);
            ArrayNode changed = page.putArray("value");
            changed.addAll(how.apply(rows));
            return page;
        });
    }

    private static Faults.Fault changing(Function<HttpExchange, UnaryOperator<ObjectNode>> how) {
        return exchange -> {
            PLANNED.set(how.apply(exchange));
            return false;
        };
    }

    private static String bare(HttpExchange exchange) {
        return SandboxServer.baseUrl(exchange) + exchange.getRequestURI().getRawPath();
    }

    private static String address(HttpExchange exchange) {
        return SandboxServer.baseUrl(exchange) + exchange.getRequestURI().toString();
    }
}
