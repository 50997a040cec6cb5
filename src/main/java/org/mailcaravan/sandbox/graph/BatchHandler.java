package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.mailcaravan.sandbox.InnerExchange;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxServer;

/**
 * {@code $batch} (concepts/json-batching.md): each item is a request like any other, counted, throttled and struck by faults by itself; at most four of them run
 * at once for a mailbox. Answers come in another order than the requests, the same each time. Thread-safe.
 */
final class BatchHandler implements HttpHandler {
    /** Where it is mounted, below the version; some clients escape the dollar sign. */
    static final List<String> PATHS = List.of("/$batch", "/%24batch");

    private static final String KIND = "graph:$batch";
    private static final int AT_ONCE = 4;
    private static final int SUCCEEDED_BELOW = 400;

    /** Reads what we wrote ourselves: base64 of a large file is one long text. */
    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private final GraphHandler graph;
    private final GraphHandler.Tenant tenant;
    private final MailboxAccess access;
    private final SandboxServer server;

    BatchHandler(GraphHandler graph, GraphHandler.Tenant tenant, SandboxServer server) {
        this.graph = graph;
        this.tenant = tenant;
        this.access = new MailboxAccess(tenant.mailboxes(), tenant.directory());
        this.server = server;
    }

    /** The envelope itself counts for no mailbox. */
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        GraphHandler.identify(exchange);
        tenant.log().count(exchange, KIND, RequestLog.NO_MAILBOX);
        try {
            Caller caller = Caller.of(exchange, tenant.tokens());
            if (tenant.faults().intercept(exchange, KIND, RequestLog.NO_MAILBOX)) {
                return;
            }
            if (!exchange.getRequestMethod().equals("POST")) {
                throw GraphError.methodNotAllowed("POST");
            }
            Map<String, BatchItem> items =
                    BatchItem.read(RequestBody.read(exchange).json());
            Reply.ok(envelope(run(exchange, caller, items))).sendTo(exchange, () -> {});
        } catch (GraphError error) {
            graph.sendError(exchange, error);
        }
    }

    private List<ObjectNode> run(HttpExchange exchange, Caller caller, Map<String, BatchItem> items) {
        Map<String, ExecutorService> lanes = new HashMap<>();
        Map<String, CompletableFuture<ObjectNode>> answers = new HashMap<>();
        try {
            items.forEach((id, item) -> {
                ExecutorService lane =
                        lanes.computeIfAbsent(target(caller, item), mailbox -> Executors.newFixedThreadPool(AT_ONCE));
                List<CompletableFuture<ObjectNode>> before =
                        item.dependsOn().stream().map(answers::get).toList();
                answers.put(
                        id,
                        CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
                                .thenApplyAsync(ready -> answer(exchange, item, before), lane));
            });
            return items.keySet().stream().map(id -> answers.get(id).join()).toList();
        } finally {
            lanes.values().forEach(ExecutorService::shutdown);
        }
    }

    private String target(Caller caller, BatchItem item) {
        try {
            String path = item.uri().getRawPath().substring(GraphHandler.PREFIX.length());
            return access.target(caller, GraphPath.parse(path));
        } catch (GraphError unreadable) {
            return RequestLog.NO_MAILBOX;
        }
    }

    private ObjectNode answer(HttpExchange exchange, BatchItem item, List<CompletableFuture<ObjectNode>> before) {
        boolean ready =
                before.stream().allMatch(answer -> answer.join().path("status").asInt() < SUCCEEDED_BELOW);
        if (!ready) {
            return refused(
                    item, GraphError.of(424, "FailedDependency", "A request that this one depends on has failed."));
        }
        try {
            InnerExchange inner = new InnerExchange(exchange, item.method(), item.uri(), item.bytes());
            item.headers().forEach(inner.getRequestHeaders()::set);
            inner.getRequestHeaders()
                    .put("Authorization", exchange.getRequestHeaders().get("Authorization"));
            server.answer(inner);
            return told(item, inner);
        } catch (GraphError error) {
            return refused(item, error);
        } catch (IOException cut) {
            return refused(item, GraphError.of(504, "UnknownError", "The service gave no answer to this request."));
        }
    }

    private static ObjectNode refused(BatchItem item, GraphError error) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("id", item.id());
        answer.put("status", error.status()).putObject("headers").put("Content-Type", "application/json");
        answer.putObject("body").putObject("error").put("code", error.code()).put("message", error.getMessage());
        return answer;
    }

    private ObjectNode told(BatchItem item, InnerExchange inner) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("id", item.id());
        ObjectNode headers = answer.put("status", inner.getResponseCode()).putObject("headers");
        inner.getResponseHeaders().forEach((name, values) -> headers.put(capitalised(name), String.join(", ", values)));
        byte[] body = inner.answer();
        if (body.length > 0) {
            String type = Optional.ofNullable(inner.getResponseHeaders().getFirst("Content-Type"))
                    .orElse("");
            answer.set("body", type.startsWith("application/json") ? json(body) : base64(body));
        }
        return answer;
    }

    /** As the service spells names; the JDK's server keeps only the first letter large. */
    private static String capitalised(String name) {
        return Pattern.compile("-[a-z]")
                .matcher(name)
                .replaceAll(dash -> dash.group().toUpperCase(Locale.ROOT));
    }

    /** What claims to be JSON and is not goes as bytes. */
    private JsonNode json(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException garbage) {
            return base64(body);
        }
    }

    private static JsonNode base64(byte[] body) {
        return JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(body));
    }

    private static ObjectNode envelope(List<ObjectNode> answers) {
        List<ObjectNode> shuffled = new ArrayList<>(answers);
        Collections.shuffle(shuffled, new Random(answers.size()));
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.putArray("responses").addAll(shuffled);
        return envelope;
    }
}
