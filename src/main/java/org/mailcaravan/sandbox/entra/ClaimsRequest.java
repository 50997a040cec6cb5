package org.mailcaravan.sandbox.entra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.StreamSupport;

/**
 * The {@code claims} parameter (OpenID Connect Core 5.5), as far as access tokens go.
 *
 * @param handlesChallenges {@code xms_cc} names {@code cp1}: the client understands claims challenges, so its tokens live long and may be challenged
 * @param notBefore the {@code nbf} of the challenge that it answers, in seconds since 1970; 0 if it answers none
 */
record ClaimsRequest(boolean handlesChallenges, long notBefore) {
    static final ClaimsRequest NONE = new ClaimsRequest(false, 0);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws AuthorityException AADSTS9002313 if it is not a JSON object */
    static ClaimsRequest from(Params params) throws AuthorityException {
        return params.find("claims").isPresent() ? read(params.get("claims")) : NONE;
    }

    private static ClaimsRequest read(String claims) throws AuthorityException {
        try {
            JsonNode read = JSON.readTree(claims);
            if (!read.isObject()) {
                throw Aadsts.of(9002313);
            }
            JsonNode wanted = read.path("access_token");
            JsonNode capabilities = wanted.path("xms_cc").path("values");
            return new ClaimsRequest(
                    StreamSupport.stream(capabilities.spliterator(), false)
                            .anyMatch(value -> value.asText().equalsIgnoreCase("cp1")),
                    wanted.path("nbf").path("value").asLong(0));
        } catch (JsonProcessingException e) {
            throw Aadsts.of(9002313);
        }
    }
}
