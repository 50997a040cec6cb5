package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Latency;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.entra.AccessTokenVerifier;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * Microsoft Graph v1.0 as far as a mail connector needs it. Checks tokens, counts every request, offers each to the fault plan,
 * answers errors in Graph's shape. Thread-safe.
 */
public final class GraphHandler implements HttpHandler {
    /** Where it is to be mounted. */
    public static final String PREFIX = "/v1.0";

    private static final String UNKNOWN_KIND = "graph:unknown";
    /** Twice the largest piece of an upload session. */
    private static final long MOST_READ_OUT = 8L * 1024 * 1024;

    private final ObjectMapper json = new ObjectMapper();
    private final Tenant tenant;
    private final MailboxAccess access;
    private final GraphRoutes routes;
    private final UploadSessions uploads;
    private final Throttle throttle;
    private final Latency latency = new Latency();
    private final SubscriptionService subscriptions;
    private final Clock clock;

    /** What of the tenant Graph needs. */
    public record Tenant(
            SandboxDirectory directory,
            SandboxMailboxes mailboxes,
            AccessTokenVerifier tokens,
            DeltaCursors cursors,
            RequestLog log,
            Faults faults) {}

    public GraphHandler(Tenant tenant, GraphSettings settings, Clock clock) {
        this.tenant = tenant;
        this.access = new MailboxAccess(tenant.mailboxes(), tenant.directory());
        this.uploads = new UploadSessions(clock);
        this.routes = GraphOperations.all(tenant, access, settings, uploads, clock);
        this.throttle = new Throttle(ThrottleLimits.microsofts(settings.concurrentPerMailbox()), clock);
        this.clock = clock;
        this.subscriptions = new SubscriptionService(tenant.directory(), tenant.mailboxes(), clock);
    }

    /** Serves Graph on a tenant and adds the control operations {@code graph…} and {@code subscriptions…}. */
    public void mountOn(SandboxTenant sandbox) {
        sandbox.server().mount(PREFIX, this);
        sandbox.server().mount(UploadSessions.PREFIX, new UploadHandler(this, tenant, uploads, throttle));
        BatchHandler batch = new BatchHandler(this, tenant, sandbox.server());
        BatchHandler.PATHS.forEach(path -> sandbox.server().mount(PREFIX + path, batch));
        sandbox.server()
                .mount(SubscriptionHandler.PREFIX, new SubscriptionHandler(this, tenant, subscriptions, latency));
        new TrafficOperations(throttle, latency).addTo(sandbox.control());
        new PageFaults(tenant.mailboxes(), tenant.faults()).addTo(sandbox.control());
        new SubscriptionOperations(subscriptions, tenant.mailboxes()).addTo(sandbox.control());
        sandbox.onClose(subscriptions.notifier()::close);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        identify(exchange);
        try {
            GraphRequest request = GraphRequest.of(exchange);
            Optional<GraphPath> path = GraphPath.parse(request.rawPath());
            Asked asked = counted(exchange, path);
            Throttle.Permit permit = throttle.enter(asked.caller().appId(), asked.target(), exchange);
            try {
                answer(exchange, path, request, asked, permit);
            } finally {
                permit.release();
            }
        } catch (GraphError error) {
            sendError(exchange, error);
        }
    }

    /** @param target for whom it counts, see {@link MailboxAccess#target} */
    private record Asked(Caller caller, String target) {}

    /** Every request counts, for the mailbox it is about if the token is good and for none if not. */
    private Asked counted(HttpExchange exchange, Optional<GraphPath> path) {
        String kind = kind(path);
        try {
            Caller caller = Caller.of(exchange, tenant.tokens());
            String target = access.target(caller, path);
            tenant.log().count(exchange, kind, target);
            return new Asked(caller, target);
        } catch (GraphError refused) {
            tenant.log().count(exchange, kind, RequestLog.NO_MAILBOX);
            throw refused;
        }
    }

    private static String kind(Optional<GraphPath> path) {
        return path.map(known -> known.kind().label()).orElse(UNKNOWN_KIND);
    }

    private void answer(
            HttpExchange exchange, Optional<GraphPath> path, GraphRequest request, Asked asked, Throttle.Permit permit)
            throws IOException {
        PageFaults.forget();
        if (tenant.faults().intercept(exchange, kind(path), asked.target(), permit::endsWith)) {
            return;
        }
        latency.pause();
        checkClient(exchange);
        GraphPath known = path.orElseThrow(() -> GraphError.badRequest("Resource not found for the segment."));
        Operation operation = routes.find(request.method(), known.kind());
        if (!request.prefer().applied().isEmpty()) {
            exchange.getResponseHeaders()
                    .set(
                            "Preference-Applied",
                            String.join(", ", request.prefer().applied()));
        }
        Call call = new Call(request, known, asked.caller(), RequestBody.read(exchange));
        operation.answer(call).changed(PageFaults.take()).sendTo(exchange, permit::release);
    }

    /** The organisation's policy for programs holds here as well, in Exchange's words. */
    private void checkClient(HttpExchange exchange) {
        String agent = Optional.ofNullable(exchange.getRequestHeaders().getFirst("User-Agent"))
                .orElse("");
        if (!tenant.mailboxes().clients().allows(agent)) {
            throw GraphError.of(403, "ErrorAccessDenied", "Access to OData is disabled.");
        }
    }

    static void identify(HttpExchange exchange) {
        String requestId = UUID.randomUUID().toString();
        String clientId = exchange.getRequestHeaders().getFirst("client-request-id");
        exchange.getResponseHeaders().set("request-id", requestId);
        exchange.getResponseHeaders().set("client-request-id", clientId == null ? requestId : clientId);
        exchange.getResponseHeaders()
                .set("x-ms-ags-diagnostic", "{\"ServerInfo\":{\"DataCenter\":\"Sandbox\",\"Slice\":\"E\"}}");
    }

    /** A client that is still sending would see its connection break instead of the answer. */
    private static void readOut(InputStream body) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = MOST_READ_OUT;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = body.read(buffer);
        }
    }

    void sendError(HttpExchange exchange, GraphError error) throws IOException {
        ObjectNode answer = json.createObjectNode();
        ObjectNode inner = answer.putObject("error")
                .put("code", error.code())
                .put("message", error.getMessage())
                .putObject("innerError");
        inner.put(
                "date",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
        inner.put("request-id", exchange.getResponseHeaders().getFirst("request-id"));
        inner.put("client-request-id", exchange.getResponseHeaders().getFirst("client-request-id"));
        error.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        readOut(exchange.getRequestBody());
        exchange.sendResponseHeaders(error.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
