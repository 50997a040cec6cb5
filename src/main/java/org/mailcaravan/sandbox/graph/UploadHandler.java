package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * The addresses of upload sessions. Knowing one is enough: no token is asked for, and one that is sent is refused, so that a client which gives its token away
 * is found out. Thread-safe.
 */
final class UploadHandler implements HttpHandler {
    private static final String KIND = "graph:upload";
    private static final int LARGEST_PIECE = 4 * 1024 * 1024;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,12})-(\\d{1,12})/(\\d{1,12})");
    private static final Pattern TOKEN = Pattern.compile("authtoken=([-0-9a-f]{36})");

    private final GraphHandler graph;
    private final GraphHandler.Tenant tenant;
    private final UploadSessions sessions;
    private final Throttle throttle;

    UploadHandler(GraphHandler graph, GraphHandler.Tenant tenant, UploadSessions sessions, Throttle throttle) {
        this.graph = graph;
        this.tenant = tenant;
        this.sessions = sessions;
        this.throttle = throttle;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        GraphHandler.identify(exchange);
        String token = token(exchange);
        Optional<UploadSession> session = sessions.find(token);
        String mailbox = session.map(open -> open.mailbox().toString()).orElse(RequestLog.NO_MAILBOX);
        tenant.log().count(exchange, KIND, mailbox);
        try {
            UploadSession open = session.orElseThrow(GraphError::itemNotFound);
            Throttle.Permit permit = throttle.enter(open.appId(), mailbox, exchange);
            try {
                if (!tenant.faults().intercept(exchange, KIND, mailbox, permit::endsWith)) {
                    answer(exchange, open, token).sendTo(exchange, permit::release);
                }
            } finally {
                permit.release();
            }
        } catch (GraphError error) {
            graph.sendError(exchange, error);
        }
    }

    private static String token(HttpExchange exchange) {
        Matcher token = TOKEN.matcher(
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
        return token.find() ? token.group(1) : "";
    }

    private Reply answer(HttpExchange exchange, UploadSession session, String token) throws IOException {
        if (exchange.getRequestHeaders().containsKey("Authorization")) {
            throw GraphError.unauthorized("An upload address is asked without an Authorization header.");
        }
        return switch (exchange.getRequestMethod()) {
            case "GET" -> Reply.ok(progress(session));
            case "DELETE" -> {
                sessions.close(token);
                session.discard();
                yield Reply.empty(204);
            }
            case "PUT" -> put(exchange, session, token);
            default -> throw GraphError.methodNotAllowed("DELETE, GET, PUT");
        };
    }

    private Reply put(HttpExchange exchange, UploadSession session, String token) throws IOException {
        byte[] piece = exchange.getRequestBody().readNBytes(LARGEST_PIECE + 1);
        if (piece.length > LARGEST_PIECE) {
            throw GraphError.of(413, "RequestBodyTooLarge", "A piece of an upload has 4 MB at most.");
        }
        synchronized (session) {
            check(exchange, session, piece);
            session.append(piece);
            return session.isComplete() ? finished(exchange, session, token) : Reply.ok(progress(session));
        }
    }

    /** @throws GraphError 400 without a range that fits the piece, 416 if it is not the one expected */
    private static void check(HttpExchange exchange, UploadSession session, byte[] piece) {
        Matcher range =
                RANGE.matcher(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Range"))
                        .orElse(""));
        if (!range.matches()
                || Long.parseLong(range.group(3)) != session.size()
                || Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)) + 1 != piece.length
                || Long.parseLong(range.group(2)) >= session.size()) {
            throw GraphError.badRequest("Content-Range does not fit the piece and the announced size.");
        }
        if (Long.parseLong(range.group(1)) != session.received()) {
            throw GraphError.of(416, "InvalidRange", "The next byte expected is " + session.received() + ".");
        }
    }

    private static ObjectNode progress(UploadSession session) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("expirationDateTime", session.expires().toString());
        json.putArray("nextExpectedRanges").add(session.received() + "-");
        return json;
    }

    private Reply finished(HttpExchange exchange, UploadSession session, String token) {
        sessions.close(token);
        SandboxMailbox mailbox =
                tenant.mailboxes().find(session.mailbox().toString()).orElseThrow(GraphError::noMailbox);
        SandboxMessage draft = mailbox.findMessage(session.message()).orElseThrow(GraphError::itemNotFound);
        SandboxMessage changed = AttachmentResource.attach(mailbox, draft, session.part());
        String id = AttachmentView.id(changed.restId(), changed.attachments().size() - 1);
        return Reply.empty(201)
                .with(
                        "Location",
                        SandboxServer.baseUrl(exchange) + UploadSessions.PREFIX + "/Users('" + session.mailbox()
                                + "')/Messages('" + changed.restId() + "')/Attachments('" + id + "')");
    }
}
