package org.mailcaravan.sandbox.entra;

import java.util.Optional;

/** An API must answer 401: the access token is absent or not good for it. */
public final class TokenRefusedException extends Exception {
    /** Why; the services word their 401 by it. */
    public enum Reason {
        /** No {@code Authorization: Bearer} header. */
        MISSING,
        /** Not a token of this tenant, or its signature is wrong. */
        BAD_SIGNATURE,
        /** Issued for another API. */
        WRONG_AUDIENCE,
        /** Past its end. */
        EXPIRED,
        /** The grant was revoked and its access tokens with it. */
        REVOKED
    }

    private final Reason reason;
    private final Optional<String> claims;

    TokenRefusedException(Reason reason) {
        this(reason, Optional.empty());
    }

    TokenRefusedException(Reason reason, Optional<String> claims) {
        super("access token refused: " + reason);
        this.reason = reason;
        this.claims = claims;
    }

    /**
     * The claims challenge as JSON text, present with some {@link Reason#REVOKED}: the API says {@code error="insufficient_claims"} and this, in base64, in
     * {@code WWW-Authenticate}.
     */
    public Optional<String> claims() {
        return claims;
    }

    public Reason reason() {
        return reason;
    }
}
