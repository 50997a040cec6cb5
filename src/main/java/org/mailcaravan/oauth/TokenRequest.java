package org.mailcaravan.oauth;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.credential.Secret;

/**
 * A token request of one app registration, without the client's own authentication. Only the grants that exist here can be asked for: authorization code,
 * refresh token, client credentials and device code (S08).
 * Its {@code toString} is a label.
 */
public final class TokenRequest {
    private final String registration;
    private final String grant;
    private final Map<String, String> parameters;

    private TokenRequest(String registration, String grant, Map<String, String> parameters) {
        this.registration = registration;
        this.grant = grant;
        this.parameters = Map.copyOf(parameters);
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

    /** RFC 8628 section 3.4. */
    static TokenRequest deviceCode(String registration, Secret deviceCode) {
        return new TokenRequest(
                registration,
                "urn:ietf:params:oauth:grant-type:device_code",
                Map.of("device_code", deviceCode.value()));
    }

    /** The same with the {@code claims} parameter (OpenID Connect Core section 5.5; Entra ID takes it at the token endpoint too), if there is one. */
    TokenRequest withClaims(Optional<String> claims) {
        Map<String, String> all = new TreeMap<>(parameters);
        claims.ifPresent(json -> all.put("claims", json));
        return new TokenRequest(registration, grant, all);
    }

    /** Our name of the app registration that asks. */
    String registration() {
        return registration;
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
