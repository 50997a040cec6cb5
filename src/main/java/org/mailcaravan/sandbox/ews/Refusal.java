package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.entra.TokenRefusedException;

/** The front end's refusals, made before SOAP comes into play: status and headers only. */
final class Refusal {
    private static final String EXCHANGE_APP = "00000002-0000-0ff1-ce00-000000000000";

    private Refusal() {}

    /** 401, with the reason in {@code x-ms-diagnostics}; for a token that must meet one the claims challenge of continuous access evaluation. */
    static void unauthorized(HttpExchange exchange, TokenRefusedException refusal) throws IOException {
        String challenge = "Bearer client_id=\"" + EXCHANGE_APP + "\", trusted_issuers=\"00000001-0000-0000-c000-"
                + "000000000000@*\", token_types=\"app_asserted_user_v1 service_asserted_app_v1\", authorization_uri=\""
                + SandboxServer.baseUrl(exchange) + "/common/oauth2/authorize\"";
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge + error(refusal));
        diagnostics(refusal.reason())
                .ifPresent(text -> exchange.getResponseHeaders().set("x-ms-diagnostics", text));
        send(exchange, 401);
    }

    private static String error(TokenRefusedException refusal) {
        if (refusal.claims().isPresent()) {
            byte[] claims = refusal.claims().get().getBytes(StandardCharsets.UTF_8);
            return ", error=\"insufficient_claims\", claims=\""
                    + Base64.getEncoder().encodeToString(claims) + "\"";
        }
        return refusal.reason() == TokenRefusedException.Reason.MISSING ? "" : ", error=\"invalid_token\"";
    }

    private static Optional<String> diagnostics(TokenRefusedException.Reason reason) {
        return switch (reason) {
            case MISSING, REVOKED -> Optional.empty();
            case BAD_SIGNATURE ->
                Optional.of(
                        "2000002;reason=\"The token has an invalid signature.\";error_category=\"invalid_signature\"");
            case WRONG_AUDIENCE ->
                Optional.of("2000003;reason=\"The audience claim value is invalid for current resource.\";"
                        + "error_category=\"invalid_resource\"");
            case EXPIRED -> Optional.of("2000001;reason=\"The token has expired.\";error_category=\"token_expired\"");
        };
    }

    /** 403 without a policy header: the token is good and does not hold the scope. */
    static void missingScope(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders()
                .set(
                        "x-ms-diagnostics",
                        "2000008;reason=\"The token contains not enough scope to make this call.\";"
                                + "error_category=\"invalid_grant\"");
        send(exchange, 403);
    }

    /** 403 by the organisation's policy; its body says nothing that counts. */
    static void policy(HttpExchange exchange, String reason) throws IOException {
        exchange.getResponseHeaders().set(EwsPolicy.HEADER, reason);
        send(exchange, 403);
    }

    /** 503 of a front end that is busy. */
    static void unavailable(HttpExchange exchange, Duration wait) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(wait.toSeconds() + 1));
        send(exchange, 503);
    }

    static void methodNotAllowed(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Allow", "POST");
        send(exchange, 405);
    }

    static void send(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }
}
