package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;

/** How an app registration proves to the token endpoint that it is the one who asks (RFC 6749 section 2.3). Safe for use by several threads. */
public interface ClientAuthentication {
    /**
     * The form fields that prove it, made anew for every request: what they are made from may have been exchanged meanwhile.
     *
     * @param clientId the application (client) id
     * @param tokenEndpoint whom the proof is meant for
     * @throws ClientProofException if there is nothing to prove it with
     */
    Map<String, String> fields(String clientId, URI tokenEndpoint);

    /**
     * What it can be proven with now, the likeliest first: more than one while a new secret or certificate takes the place of a former one.
     *
     * @throws ClientProofException if there is nothing to prove it with
     */
    default List<ClientAuthentication> candidates() {
        return List.of(this);
    }

    /** Remembers which of the candidates the server takes. */
    default void prefer(ClientAuthentication candidate) {}

    /**
     * When the last of the candidates ends; empty if that is not known.
     *
     * @param registration our name of the app registration
     * @throws ClientProofException if there is nothing to prove it with
     */
    default Optional<Expiry> expiry(String registration) {
        return Optional.empty();
    }

    /** The same, with an end that only the operator knows: that of a client secret. */
    default ClientAuthentication endingAt(Instant end) {
        return new KnownEnd(this, end);
    }
}
