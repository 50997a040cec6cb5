package org.mailcaravan.oauth;

import java.util.Map;

/** The form fields of RFC 7523 section 2.2. */
final class ClientAssertion {
    private ClientAssertion() {}

    static Map<String, String> fields(String jwt) {
        return Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                jwt);
    }
}
