package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Latency;
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
final class EwsHandler implements HttpHandler {
    /** Where Exchange Online's is mounted. */
    static final String PATH = EwsSite.ONLINE.path();

    private static final String KIND = "ews:";
    private static final String UNREADABLE = KIND + "unreadable";

    private final Tenant tenant;
    private final SiteMailboxes mailboxes;
    private final MailboxAccess access;
    private final EwsSettings settings;
    private final EwsSite site;
    private final EwsPolicy policy;
    private final EwsThrottle throttle;
    private final Subscriptions subscriptions;
    private final GetStreamingEvents streaming;
    private final BackEnds backEnds = new BackEnds();
    private final AtomicLong requests = new AtomicLong();
    private final SyncGenerations generations = new SyncGenerations();
    private final EwsOperations operations;

    /** What of the tenant EWS needs. */
    record Tenant(
            SandboxDirectory directory,
            SandboxMailboxes mailboxes,
            AccessTokenVerifier tokens,
            RequestLog log,
            Faults faults,
            Clock clock,
            Latency latency) {}

    EwsHandler(Tenant tenant, EwsSettings settings, EwsSite site, EwsPolicy policy) {
        this.tenant = tenant;
        this.settings = settings;
        this.site = site;
        this.policy = policy;
        mailboxes = new SiteMailboxes(tenant.mailboxes(), site);
        access = new MailboxAccess(mailboxes, tenant.directory());
        EwsLimits limits =
                site.onPremises() ? EwsLimits.onPremises() : EwsLimits.online(settings.concurrentPerMailbox());
        throttle = new EwsThrottle(limits, tenant.clock());
        subscriptions = new Subscriptions(tenant.clock());
        streaming = new GetStreamingEvents(subscriptions, site);
        operations = new EwsOperations(
                generations,
                new SubscribeOperations(subscriptions, () -> throttle.limits().subscriptions()));
    }

    EwsSite site() {
        return site;
    }

    EwsThrottle throttle() {
        return throttle;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Every sync state handed out for this mailbox becomes invalid, as after a move between databases. */
    void invalidateSyncStates(SandboxMailbox mailbox) {
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
            VerifiedToken token = tenant.tokens().verify(exchange, site.audience());
            String target = access.target(token, received.envelope());
            tenant.log().count(exchange, received.kind(), target);
            Optional<UUID> account = account(token, target);
            Optional<Duration> wait = account.flatMap(throttle::spend);
            EwsFaults.forget();
            if (tenant.faults()
                    .intercept(exchange, received.kind(), target, (status, text) -> told(account, status, text))) {
                return;
            }
            Distortion distortion = EwsFaults.take();
            account.ifPresent(known -> distortion.backOff().ifPresent(backOff -> throttle.told(known, backOff)));
            tenant.latency().pause();
            admit(exchange, new Admitted(received, token, number, distortion), target, wait);
        } catch (TokenRefusedException refusal) {
            tenant.log().count(exchange, received.kind(), RequestLog.NO_MAILBOX);
            Refusal.unauthorized(exchange, refusal);
        }
    }

    /** Whose limits a request counts for: an application's for the mailbox it acts for, a user's for the user. */
    private Optional<UUID> account(VerifiedToken token, String target) {
        return mailboxes.find(token.appOnly() ? target : token.objectId()).map(SandboxMailbox::ownerId);
    }

    private void told(Optional<UUID> account, int status, Optional<String> retryAfter) {
        if (status == 503 || status == 429) {
            account.ifPresent(known -> retryAfter
                    .filter(text -> text.matches("[0-9]{1,6}"))
                    .ifPresent(text -> throttle.told(known, Duration.ofSeconds(Long.parseLong(text)))));
        }
    }

    private void admit(HttpExchange exchange, Admitted request, String target, Optional<Duration> wait)
            throws IOException {
        VerifiedToken token = request.token();
        // an application's role may be missing: RBAC for Applications is never in a token
        if (!token.appOnly() && !token.hasAnyScope(Permission.EWS_ACCESS.name())) {
            Refusal.missingScope(exchange);
            return;
        }
        Optional<String> reason =
                site.onPremises() ? Optional.empty() : policy.refusal(token.appId(), target, userAgent(exchange));
        boolean unavailable = throttle.limits().busy() == EwsLimits.Busy.UNAVAILABLE;
        if (reason.isPresent()) {
            Refusal.policy(exchange, reason.get());
        } else if (wait.isPresent() && unavailable) {
            Refusal.unavailable(exchange, wait.get());
        } else {
            answer(exchange, wait.map(busy -> request.with(busy(busy))).orElse(request));
        }
    }

    private static String userAgent(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("User-Agent"))
                .orElse("");
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

    private record Admitted(Received received, VerifiedToken token, long number, Distortion distortion) {
        Admitted with(Distortion other) {
            return new Admitted(received, token, number, other);
        }
    }

    private Received read(HttpExchange exchange) throws IOException {
        try {
            Envelope envelope = Envelope.of(RequestParser.parse(exchange.getRequestBody()));
            String operation = envelope.operation().name();
            String kind = KIND + (isKnown(operation) ? Namespaces.localName(operation) : "unknown");
            return new Received(kind, Optional.of(envelope), Optional.empty());
        } catch (EwsFault broken) {
            return new Received(UNREADABLE, Optional.empty(), Optional.of(broken));
        }
    }

    private Distortion busy(Duration wait) {
        long milliseconds = Math.max(1, wait.toMillis());
        return switch (throttle.limits().busy()) {
            case RESPONSE ->
                Distortion.failing(new Distortion.FailingMessage(0, Problem.serverBusy(milliseconds), true));
            case INTERNAL ->
                Distortion.failing(new Distortion.FailingMessage(0, Problem.serverBusyInside(milliseconds), true));
            case FAULT, UNAVAILABLE -> Distortion.fault(Problem.serverBusy(milliseconds));
        };
    }

    private void answer(HttpExchange exchange, Admitted request) throws IOException {
        SoapAnswer answer =
                new SoapAnswer(exchange, PrefixStyle.of(request.number()), request.distortion(), site, settings.gzip());
        try {
            EwsCall call = call(exchange, request);
            if (call.operation().name().equals(GetStreamingEvents.NAME)) {
                streaming.serve(exchange, call, throttle.limits().streams());
            } else {
                answer(call, answer);
            }
        } catch (EwsFault fault) {
            answer.send(fault.problem());
        }
    }

    private void answer(EwsCall call, SoapAnswer answer) throws IOException, EwsFault {
        UUID charged = call.mailboxes().own().ownerId();
        throttle.enter(charged);
        try {
            answer.send(operations.get(call.operation().name()).prepare(call));
        } finally {
            throttle.leave(charged);
        }
    }

    private EwsCall call(HttpExchange exchange, Admitted request) throws EwsFault {
        if (request.distortion().fault().isPresent()) {
            throw new EwsFault(request.distortion().fault().get());
        }
        Envelope envelope = request.received().orThrow();
        ServerVersion version = envelope.version();
        OpenMailboxes open = access.open(request.token(), envelope);
        if (!isKnown(envelope.operation().name())) {
            throw operations.unknown();
        }
        RequestSchema.check(envelope.operation());
        VerifiedToken token = request.token();
        return new EwsCall(
                request.number(),
                version,
                envelope.operation(),
                open,
                request.distortion(),
                token.appId() + (token.appOnly() ? "" : " for " + token.objectId()),
                backEnds.serverFor(exchange, anchor(exchange, open)));
    }

    private boolean isKnown(String operation) {
        return operations.knows(operation) || operation.equals(GetStreamingEvents.NAME);
    }

    private SandboxMailbox anchor(HttpExchange exchange, OpenMailboxes open) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-AnchorMailbox"))
                .flatMap(mailboxes::findByAddress)
                .orElse(open.own());
    }
}
