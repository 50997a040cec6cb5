package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.Secret;

/** How a token request ended. */
public sealed interface TokenOutcome {
    /**
     * RFC 6749 section 5.1.
     *
     * @param accessToken for one resource; opaque
     * @param scopes granted for that resource, as the server spells them; more than asked is normal; empty if it did not say
     * @param refreshToken replaces the one that was used; empty if the server sent none
     * @param idToken only if {@code openid} was asked for
     * @param expiresIn how long the access token lives
     */
    record Granted(
            Secret accessToken,
            Set<String> scopes,
            Optional<Secret> refreshToken,
            Optional<Secret> idToken,
            Duration expiresIn)
            implements TokenOutcome {
        public Granted {
            Objects.requireNonNull(accessToken, "accessToken");
            scopes = Set.copyOf(scopes);
        }
    }

    /**
     * The grant is gone or too small: a person must act, trying again does not help.
     *
     * @param code {@code AADSTS} and number, or the OAuth error
     * @param remedy what to do, in plain words
     */
    record ConsentRequired(String code, String remedy) implements TokenOutcome {}

    /**
     * The endpoint is busy, broken or out of reach.
     *
     * @param after what the server asked for; empty: back off
     * @param reason for logs: our words or an error code, never the answer itself
     */
    record TryLater(Optional<Duration> after, String reason) implements TokenOutcome {}

    /**
     * The request or our registration is wrong, for every mailbox alike.
     *
     * @param code {@code AADSTS} and number, or the OAuth error
     * @param remedy what the operator must do, in plain words
     */
    record Refused(String code, String remedy) implements TokenOutcome {}
}
