package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Map;
import org.mailcaravan.credential.Secret;

/**
 * A shared secret, sent in the form (RFC 6749 section 2.3.1).
 *
 * @param secret the secret's <em>value</em>, not its id
 */
public record ClientSecret(Secret secret) implements ClientAuthentication {
    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        return Map.of("client_secret", secret.value());
    }
}
