package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Translates ids of one kind into another, a thousand per request. An id that cannot be translated has {@code errorDetails} in its row; the others are.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/user-translateexchangeids">user: translateExchangeIds</a>
 */
final class IdTranslation {
    static final int MOST_AT_ONCE = 1000;

    private IdTranslation() {}

    /** The body is a list of ids, or Graph's whole argument. */
    static void translate(Invocation in) {
        JsonNode body = in.bodyJson();
        GraphConfiguration options = in.options();
        String source = body.path("sourceIdType").asText(options.getSourceIdType());
        String target = body.path("targetIdType").asText(options.getTargetIdType());
        if (!((body.isArray() ? body : body.path("inputIds")) instanceof ArrayNode ids)) {
            throw new IllegalArgumentException("the body must be a list of ids, or an object with inputIds");
        }
        ObjectNode answer = GraphJson.object();
        ArrayNode all = answer.putArray("value");
        for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
            ObjectNode wanted = GraphJson.object().put("sourceIdType", source).put("targetIdType", target);
            ArrayNode some = wanted.putArray("inputIds");
            for (int i = from; i < Math.min(ids.size(), from + MOST_AT_ONCE); i++) {
                some.add(ids.get(i));
            }
            in.wire()
                    .send("POST", "/translateExchangeIds", wanted)
                    .ifPresent(part -> part.path("value").forEach(all::add));
        }
        in.answer(answer);
    }
}
