package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Map;

/** How an app registration proves to the token endpoint that it is the one who asks (RFC 6749 section 2.3). Safe for use by several threads. */
public interface ClientAuthentication {
    /**
     * The form fields that prove it, made anew for every request: what they are made from may have been exchanged meanwhile.
     *
     * @param clientId the application (client) id
     * @param tokenEndpoint whom the proof is meant for
     */
    Map<String, String> fields(String clientId, URI tokenEndpoint);
}
