package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;

/** A client secret whose end the operator told: nothing in a secret tells it. */
record KnownEnd(ClientAuthentication secret, Instant end) implements ClientAuthentication {
    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        return secret.fields(clientId, tokenEndpoint);
    }

    @Override
    public List<ClientAuthentication> candidates() {
        return secret.candidates();
    }

    @Override
    public void prefer(ClientAuthentication candidate) {
        secret.prefer(candidate);
    }

    @Override
    public Optional<Expiry> expiry(String registration) {
        return Optional.of(Expiry.clientSecret(registration, end));
    }
}
