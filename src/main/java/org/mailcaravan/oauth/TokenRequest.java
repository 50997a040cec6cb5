package org.mailcaravan.oauth;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.credential.Secret;

/**
 * A token request of one app registration; which of the client's proofs it goes with is added last. Only the grants that exist here can be asked for:
 * authorization code, refresh token, client credentials and device code (S08).
 * Its {@code toString} is a label.
 */
public final class TokenRequest {
    private final String registration;
    private final String grant;
    private final Map<String, String> parameters;
    private final Optional<ClientAuthentication> proof;

    private TokenRequest(String registration, String grant, Map<String, String> parameters) {
        this(registration, grant, parameters, Optional.empty());
    }

    private TokenRequest(
            String registration, String grant, Map<String, String> parameters, Optional<ClientAuthentication> proof) {
        this.registration = registration;
        this.grant = grant;
        this.parameters = Map.copyOf(parameters);
        this.proof = proof;
    }

    /** RFC 6749 section 4.1.3 with the verifier of RFC 7636 section 4.5. */
    static TokenRequest authorizationCode(
            String registration, Secret code, String redirectUri, Secret codeVerifier, String scope) {
        return new TokenRequest(
                registration,
                "authorization_code",
                Map.of(
                        "code",
                        code.value(),
                        "redirect_uri",
                        redirectUri,
                        "code_verifier",
                        codeVerifier.value(),
                        "scope",
                        scope));
    }

    /** RFC 6749 section 6; the scope names one resource. */
    static TokenRequest refresh(String registration, Secret refreshToken, String scope) {
        return new TokenRequest(
                registration, "refresh_token", Map.of("refresh_token", refreshToken.value(), "scope", scope));
    }

    /** RFC 6749 section 4.4.2; the scope is one resource's {@code .default}. */
    static TokenRequest clientCredentials(String registration, String scope) {
        return new TokenRequest(registration, "client_credentials", Map.of("scope", scope));
    }

    /** The same with the {@code claims} parameter (OpenID Connect Core section 5.5; Entra ID takes it at the token endpoint too), if there is one. */
    TokenRequest withClaims(Optional<String> claims) {
        Map<String, String> all = new TreeMap<>(parameters);
        claims.ifPresent(json -> all.put("claims", json));
        return new TokenRequest(registration, grant, all, proof);
    }

    /** RFC 8628 section 3.4. */
    static TokenRequest deviceCode(String registration, Secret deviceCode) {
        return new TokenRequest(
                registration,
                "urn:ietf:params:oauth:grant-type:device_code",
                Map.of("device_code", deviceCode.value()));
    }

    /** Our name of the app registration that asks. */
    String registration() {
        return registration;
    }

    /** The same request, with this proof of who asks. */
    TokenRequest provenBy(ClientAuthentication candidate) {
        return new TokenRequest(registration, grant, parameters, Optional.of(candidate));
    }

    /** Empty: the registration's own. */
    Optional<ClientAuthentication> proof() {
        return proof;
    }

    Map<String, String> parameters() {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put("grant_type", grant);
        return all;
    }

    @Override
    public String toString() {
        return "TokenRequest[" + grant + "]";
    }
}
