package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.entra.AccessTokenVerifier;
import org.mailcaravan.sandbox.entra.TokenRefusedException;
import org.mailcaravan.sandbox.entra.VerifiedToken;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * Exchange Web Services as far as mail needs them, see {@link EwsOperations}. Checks
 * tokens as Exchange Online does, is strict about Microsoft's schema, counts every request ({@code ews:GetItem} …) and offers
 * it to the fault plan. Consecutive answers use different namespace prefixes. Thread-safe.
 */
public final class EwsHandler implements HttpHandler {
    /** Where it is to be mounted. */
    public static final String PATH = "/EWS/Exchange.asmx";

    private static final String KIND = "ews:";
    private static final String UNREADABLE = KIND + "unreadable";

    private final Tenant tenant;
    private final MailboxAccess access;
    private final EwsSettings settings;
    private final ConcurrencyGate gate;
    private final AtomicLong requests = new AtomicLong();
    private final SyncGenerations generations = new SyncGenerations();
    private final EwsOperations operations = new EwsOperations(generations);

    /** What of the tenant EWS needs. */
    public record Tenant(
            SandboxDirectory directory,
            SandboxMailboxes mailboxes,
            AccessTokenVerifier tokens,
            RequestLog log,
            Faults faults) {}

    public EwsHandler(Tenant tenant, EwsSettings settings) {
        this.tenant = tenant;
        this.access = new MailboxAccess(tenant.mailboxes(), tenant.directory());
        this.settings = settings;
        this.gate = new ConcurrencyGate(settings.concurrentPerMailbox());
    }

    /** Every sync state handed out for this mailbox becomes invalid, as after a move between databases. */
    public void invalidateSyncStates(SandboxMailbox mailbox) {
        generations.invalidate(mailbox.ownerId());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long number = requests.incrementAndGet();
        identify(exchange, number);
        if (exchange.getRequestURI().getPath().toLowerCase(Locale.ROOT).endsWith(".dtd")) {
            tenant.log().count(KIND + "dtd-fetch", RequestLog.NO_MAILBOX);
            Refusal.send(exchange, 404);
        } else if (!exchange.getRequestMethod().equals("POST")) {
            Refusal.methodNotAllowed(exchange);
        } else if (!isXml(exchange)) {
            Refusal.send(exchange, 415);
        } else {
            receive(exchange, number);
        }
    }

    private static void identify(HttpExchange exchange, long number) {
        byte[] name = ("ews request " + number).getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders()
                .set("request-id", UUID.nameUUIDFromBytes(name).toString());
        exchange.getResponseHeaders().set("X-FEServer", "SANDBOX01");
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("client-request-id"))
                .filter(id -> id.matches("[\\x21-\\x7E]{1,128}"))
                .ifPresent(id -> exchange.getResponseHeaders().set("client-request-id", id));
    }

    private static boolean isXml(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/xml"))
                .isPresent();
    }

    private void receive(HttpExchange exchange, long number) throws IOException {
        Received received = read(exchange);
        try {
            VerifiedToken token = tenant.tokens().verify(exchange, Permission.EXCHANGE);
            String target = access.target(token, received.envelope());
            tenant.log().count(exchange, received.kind(), target);
            EwsFaults.forget();
            if (tenant.faults().intercept(exchange, received.kind(), target)) {
                return;
            }
            Distortion distortion = EwsFaults.take();
            // an application's role may be missing: RBAC for Applications is never in a token
            if (token.appOnly() || token.hasAnyScope(Permission.EWS_ACCESS.name())) {
                answer(exchange, new Admitted(received, token, number, distortion));
            } else {
                Refusal.missingScope(exchange);
            }
        } catch (TokenRefusedException refusal) {
            tenant.log().count(exchange, received.kind(), RequestLog.NO_MAILBOX);
            Refusal.unauthorized(exchange, refusal);
        }
    }

    /** A request as read; what is wrong with its form is said after the token's check, as Exchange does. */
    private record Received(String kind, Optional<Envelope> envelope, Optional<EwsFault> broken) {
        Envelope orThrow() throws EwsFault {
            if (broken.isPresent()) {
                throw broken.get();
            }
            return envelope.orElseThrow();
        }
    }

    private record Admitted(Received received, VerifiedToken token, long number, Distortion distortion) {}

    private Received read(HttpExchange exchange) throws IOException {
        try {
            Envelope envelope = Envelope.of(RequestParser.parse(exchange.getRequestBody()));
            String operation = envelope.operation().name();
            String kind = KIND + (operations.knows(operation) ? Namespaces.localName(operation) : "unknown");
            return new Received(kind, Optional.of(envelope), Optional.empty());
        } catch (EwsFault broken) {
            return new Received(UNREADABLE, Optional.empty(), Optional.of(broken));
        }
    }

    private void answer(HttpExchange exchange, Admitted request) throws IOException {
        SoapAnswer answer =
                new SoapAnswer(exchange, PrefixStyle.of(request.number()), request.distortion(), settings.gzip());
        try {
            EwsCall call = call(request);
            UUID charged = call.mailboxes().own().ownerId();
            gate.enter(charged);
            try {
                answer.send(operations.get(call.operation().name()).prepare(call));
            } finally {
                gate.leave(charged);
            }
        } catch (EwsFault fault) {
            answer.send(fault.problem());
        }
    }

    private EwsCall call(Admitted request) throws EwsFault {
        if (request.distortion().fault().isPresent()) {
            throw new EwsFault(request.distortion().fault().get());
        }
        Envelope envelope = request.received().orThrow();
        ServerVersion version = envelope.version();
        OpenMailboxes mailboxes = access.open(request.token(), envelope);
        operations.get(envelope.operation().name());
        RequestSchema.check(envelope.operation());
        return new EwsCall(request.number(), version, envelope.operation(), mailboxes, request.distortion());
    }
}
