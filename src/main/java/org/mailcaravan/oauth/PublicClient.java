package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Map;

/** No proof at all (RFC 6749 section 2.1), for people who sign in on another device: Entra ID refuses a public client that sends one (AADSTS700025). */
public record PublicClient() implements ClientAuthentication {
    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        return Map.of();
    }
}
