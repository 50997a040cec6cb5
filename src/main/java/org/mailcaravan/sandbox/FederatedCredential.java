package org.mailcaravan.sandbox;

import java.util.Optional;

/**
 * Trust in another issuer's tokens (manifest {@code federatedIdentityCredential}): a JWT whose {@code iss}, {@code sub} and {@code aud} are exactly these stands
 * for the registration's own credential.
 *
 * @param id GUID that the portal shows beside it
 * @param issuer serves OIDC discovery, unless {@code keys} are given
 * @param subject for Kubernetes {@code system:serviceaccount:<namespace>:<name>}
 * @param audience commonly {@link #USUAL_AUDIENCE}
 * @param keys the issuer's JWK set as JSON, for an issuer that serves none
 */
public record FederatedCredential(String id, String issuer, String subject, String audience, Optional<String> keys) {
    /** What the real authority proposes as audience ({@code aud}) of a token that is exchanged for one of its own. */
    public static final String USUAL_AUDIENCE = "api://AzureADTokenExchange";
}
