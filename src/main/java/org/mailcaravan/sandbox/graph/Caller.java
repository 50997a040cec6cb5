package org.mailcaravan.sandbox.graph;

import com.sun.net.httpserver.HttpExchange;
import java.util.UUID;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.entra.AccessTokenVerifier;
import org.mailcaravan.sandbox.entra.TokenRefusedException;
import org.mailcaravan.sandbox.entra.VerifiedToken;

/** Who asks, as the access token says. */
record Caller(VerifiedToken token) {

    /** @throws GraphError 401 {@code InvalidAuthenticationToken} */
    static Caller of(HttpExchange exchange, AccessTokenVerifier tokens) {
        try {
            return new Caller(tokens.verify(exchange, Permission.GRAPH));
        } catch (TokenRefusedException refused) {
            throw GraphError.unauthorized(wording(refused.reason()));
        }
    }

    String objectId() {
        return token.objectId();
    }

    UUID mailboxId() {
        return UUID.fromString(token.objectId());
    }

    String appId() {
        return token.appId();
    }

    boolean is(String idOrName) {
        return idOrName.equalsIgnoreCase(token.objectId()) || idOrName.equalsIgnoreCase(token.userPrincipalName());
    }

    boolean mayReadPerson() {
        return token.hasAnyScope("User.Read", "User.ReadWrite", "User.Read.All");
    }

    boolean mayReadFolders() {
        return mayReadMail() || token.hasAnyScope("Mail.ReadBasic");
    }

    boolean mayReadMail() {
        return token.hasAnyScope("Mail.Read", "Mail.ReadWrite");
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
