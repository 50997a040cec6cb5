package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The {@code claims} parameter (OpenID Connect Core section 5.5) as Continuous Access Evaluation uses it: what a challenge of the API demands, and our word that we
 * understand challenges ({@code xms_cc: cp1}). Source: Microsoft's pages on claims challenges and client capabilities.
 */
final class Claims {
    /** A challenge has some hundred characters; longer ones are not passed on. */
    static final int MOST_CHARACTERS = 4096;

    private static final String ACCESS_TOKEN = "access_token";

    private Claims() {}

    /**
     * The challenge as it may be passed on: an object, whose {@code access_token}, if there is one, is an object too.
     *
     * @return empty if it is anything else
     */
    static Optional<String> readable(String challenge) {
        return challenge.length() > MOST_CHARACTERS
                ? Optional.empty()
                : object(challenge).map(JsonNode::toString).filter(text -> text.length() <= MOST_CHARACTERS);
    }

    /**
     * The parameter's value.
     *
     * @param challenge as {@link #readable} answers
     * @param capable whether to say that we understand challenges; the API may then revoke tokens at once, and lets them live longer
     */
    static Optional<String> parameter(Optional<String> challenge, boolean capable) {
        if (!capable) {
            return challenge;
        }
        ObjectNode all = challenge.flatMap(Claims::object).orElseGet(Json::object);
        all.withObject("/" + ACCESS_TOKEN)
                .putObject("xms_cc")
                .putArray("values")
                .add("cp1");
        return Optional.of(all.toString());
    }

    private static Optional<ObjectNode> object(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8))
                .filter(node ->
                        !node.has(ACCESS_TOKEN) || node.get(ACCESS_TOKEN).isObject())
                .map(ObjectNode.class::cast);
    }
}
