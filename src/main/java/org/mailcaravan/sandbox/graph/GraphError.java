package org.mailcaravan.sandbox.graph;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** An answer in Graph's error shape, thrown by whoever finds the reason. */
final class GraphError extends RuntimeException {
    private final int status;
    private final String code;
    private final Map<String, String> headers;

    private GraphError(int status, String code, String message, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }

    static GraphError of(int status, String code, String message) {
        return new GraphError(status, code, message, Map.of());
    }

    static GraphError badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    static GraphError malformedId() {
        return of(400, "ErrorInvalidIdMalformed", "Id is malformed.");
    }

    static GraphError itemNotFound() {
        return of(404, "ErrorItemNotFound", "The specified object was not found in the store.");
    }

    static GraphError accessDenied() {
        return of(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
    }

    static GraphError noMailbox() {
        return of(404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox.");
    }

    /** The directory's refusal, where {@link #accessDenied()} is Exchange's. */
    static GraphError requestDenied() {
        return of(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    }

    static GraphError unauthorized(String message) {
        return unauthorized(message, "");
    }

    /**
     * The challenge of continuous access evaluation.
     *
     * @param authorize where a user signs in again
     * @param claims JSON that the next token request must carry
     */
    static GraphError challenged(String message, String authorize, String claims) {
        String encoded = Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        return unauthorized(
                message,
                ", authorization_uri=\"" + authorize + "\", error=\"insufficient_claims\", claims=\"" + encoded + "\"");
    }

    private static GraphError unauthorized(String message, String more) {
        String challenge = "Bearer realm=\"\", client_id=\"00000003-0000-0000-c000-000000000000\"" + more;
        return new GraphError(401, "InvalidAuthenticationToken", message, Map.of("WWW-Authenticate", challenge));
    }

    /** @param limit for example {@code MailboxConcurrency} */
    static GraphError throttled(String limit, int retryAfterSeconds) {
        return new GraphError(
                429,
                "ApplicationThrottled",
                "Application is over its " + limit + " limit.",
                Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
    }

    /** @param allowed the methods that this resource knows, comma-separated */
    static GraphError methodNotAllowed(String allowed) {
        return new GraphError(
                405, "UnsupportedMethod", "This resource answers " + allowed + " only.", Map.of("Allow", allowed));
    }

    /** 412: the item is not as the caller's {@code If-Match} says. */
    static GraphError changedMeanwhile() {
        return of(
                412,
                "ErrorIrresolvableConflict",
                "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.");
    }

    static GraphError syncStateNotFound(int status) {
        return of(status, "syncStateNotFound", "The sync state generation is not found. Start a new synchronization.");
    }

    static GraphError gone(String location) {
        return new GraphError(
                410,
                "syncStateNotFound",
                "The sync state generation is not found. Start a new synchronization.",
                Map.of("Location", location));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }
}
