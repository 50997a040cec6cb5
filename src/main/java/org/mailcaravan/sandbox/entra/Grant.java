package org.mailcaravan.sandbox.entra;

import java.util.Optional;

/**
 * What a person granted an application by signing in.
 *
 * @param scopes as the authorization request named them
 * @param revocations how often this person's grants had been revoked when this one was made; a later count means it is void
 * @param challengeMet the {@code nbf} of the claims challenge that the sign-in answered, 0 for none
 */
record Grant(
        String clientId,
        String objectId,
        Scopes scopes,
        String redirectUri,
        Optional<Pkce> pkce,
        Optional<String> nonce,
        int revocations,
        long challengeMet) {
    @Override
    public String toString() {
        return "Grant[" + clientId + ", " + objectId + "]";
    }
}
