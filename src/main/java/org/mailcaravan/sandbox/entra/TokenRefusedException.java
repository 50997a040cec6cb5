package org.mailcaravan.sandbox.entra;

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

    TokenRefusedException(Reason reason) {
        super("access token refused: " + reason);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
