package org.mailcaravan.sandbox.graph;

import com.sun.net.httpserver.HttpExchange;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.entra.AccessTokenVerifier;
import org.mailcaravan.sandbox.entra.TokenRefusedException;
import org.mailcaravan.sandbox.entra.VerifiedToken;

/** Who asks, as the access token says. */
record Caller(VerifiedToken token) {

    /** @throws GraphError 401 {@code InvalidAuthenticationToken}, with a claims challenge if the token must meet one */
    static Caller of(HttpExchange exchange, AccessTokenVerifier tokens) {
        try {
            return new Caller(tokens.verify(exchange, Permission.GRAPH));
        } catch (TokenRefusedException refused) {
            String authorize = SandboxServer.baseUrl(exchange) + "/common/oauth2/authorize";
            throw refused.claims()
                    .map(claims -> GraphError.challenged(wording(refused.reason()), authorize, claims))
                    .orElseGet(() -> GraphError.unauthorized(wording(refused.reason())));
        }
    }

    /** Whether nobody signed in: the application asks for itself. */
    boolean isApplication() {
        return token.appOnly();
    }

    /** The user's, or the application's service principal's. */
    String objectId() {
        return token.objectId();
    }

    String appId() {
        return token.appId();
    }

    /** Whether a name is the signed-in user's. */
    boolean is(String idOrName) {
        return !isApplication()
                && (idOrName.equalsIgnoreCase(token.objectId())
                        || idOrName.equalsIgnoreCase(token.userPrincipalName()));
    }

    boolean hasAnyScope(String... names) {
        return token.hasAnyScope(names);
    }

    /** Whether it may read other users' directory objects: an application with the role, a user's with the scope. */
    boolean readsDirectory() {
        return token.hasAnyRole("User.Read.All") || token.hasAnyScope("User.Read.All", "User.ReadBasic.All");
    }

    private static String wording(TokenRefusedException.Reason reason) {
        return switch (reason) {
            case MISSING -> "Access token is empty.";
            case EXPIRED -> "Lifetime validation failed, the token is expired.";
            case WRONG_AUDIENCE -> "Access token validation failure. Invalid audience.";
            case BAD_SIGNATURE -> "Access token validation failure. Invalid signature.";
            case REVOKED -> "Continuous access evaluation resulted in challenge with result: InteractionRequired.";
        };
    }
}
