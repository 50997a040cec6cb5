package org.mailcaravan.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /manage/<operation>} on Camel's management server: JSON in, JSON out, with the bearer token of the token file, for callers on this machine only
 * (S21, S56). Every call is audited (S54), refused ones included.
 */
public final class ManagementChannel implements AutoCloseable {
    static final String PATH = "/manage/";
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST_WAITING = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ManagementChannel.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("org.mailcaravan.audit");

    private final ManagementToken token;
    private final Map<String, Operation> operations;
    private final ExecutorService workers = new ThreadPoolExecutor(
            MOST_AT_ONCE, MOST_AT_ONCE, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                Thread thread = new Thread(task, "management");
                thread.setDaemon(true);
                return thread;
            });

    /** @param operations by the name that stands in the path */
    public ManagementChannel(ManagementToken token, Map<String, Operation> operations) {
        this.token = token;
        this.operations = new TreeMap<>(operations);
    }

    /**
     * Begins to answer.
     *
     * @param router of the management server, which runs
     */
    public void open(Router router) {
        router.route(PATH + "*").order(-2).handler(this::guard);
        router.route(HttpMethod.POST, PATH + ":operation")
                .order(-1)
                .handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES))
                .handler(this::answer)
                .failureHandler(ManagementChannel::failed);
    }

    /** Runs before the body is read. */
    private void guard(RoutingContext context) {
        Caller caller = caller(context.request());
        Optional<Caller.Refusal> refusal = caller.refusal(token);
        if (refusal.isPresent()) {
            AUDIT.warn(
                    "management: refused with {} from {}: {}",
                    refusal.get().status(),
                    caller,
                    refusal.get().words());
            end(context, refusal.get().status(), error(refusal.get().words()));
        } else if (context.request().method() != HttpMethod.POST) {
            context.response().putHeader("Allow", "POST");
            end(context, 405, error("Operations are called by POST."));
        } else {
            context.next();
        }
    }

    private static Caller caller(HttpServerRequest request) {
        return new Caller(
                request.connection().remoteAddress().hostAddress(),
                request.headers().getAll("Host"),
                Optional.ofNullable(request.getHeader("Origin")),
                Optional.ofNullable(request.getHeader("Authorization")));
    }

    private void answer(RoutingContext context) {
        String name = context.pathParam("operation");
        Optional<Operation> operation = Optional.ofNullable(operations.get(name));
        Optional<JsonNode> input = ManagementJson.read(
                context.body().buffer() == null
                        ? new byte[0]
                        : context.body().buffer().getBytes());
        if (operation.isEmpty()) {
            end(
                    context,
                    404,
                    error("There is no such operation. Operations: " + String.join(", ", operations.keySet()) + "."));
        } else if (input.isEmpty()) {
            end(context, 400, error("The body must be a JSON object."));
        } else {
            perform(context, name, operation.get(), input.get());
        }
    }

    private void perform(RoutingContext context, String name, Operation operation, JsonNode input) {
        Context loop = context.vertx().getOrCreateContext();
        try {
            workers.execute(() -> {
                Outcome outcome = outcome(name, operation, input);
                loop.runOnContext(nothing -> end(context, outcome.status(), outcome.body()));
            });
        } catch (RejectedExecutionException e) {
            end(context, 503, error("Too many operations are waiting. Try again in a minute."));
        }
    }

    private record Outcome(int status, JsonNode body) {}

    private static Outcome outcome(String name, Operation operation, JsonNode input) {
        try {
            JsonNode body = operation.run(input);
            AUDIT.info("management: {} done", name);
            return new Outcome(200, body);
        } catch (OperationRefusedException e) {
            AUDIT.info("management: {} not done: {}", name, e.getMessage());
            return new Outcome(409, error(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            AUDIT.warn("management: {} failed", name);
            LOG.error("the operation {} failed", name, e);
            return new Outcome(500, error("It failed; the log of the process says why."));
        }
    }

    private static void failed(RoutingContext context) {
        int status = context.statusCode() == 413 ? 413 : 400;
        end(context, status, error(status == 413 ? "The body is larger than 64 KB." : "The request cannot be read."));
    }

    private static JsonNode error(String words) {
        return ManagementJson.object().put("error", words);
    }

    private static void end(RoutingContext context, int status, JsonNode body) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(ManagementJson.write(body));
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
