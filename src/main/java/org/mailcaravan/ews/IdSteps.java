package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Ids between the formats of Exchange; none of them is Graph's.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation">ConvertId operation</a>
 */
final class IdSteps {
    /** IdFormatType (MS-OXWSCVTID). */
    private static final List<String> FORMATS =
            List.of("EwsLegacyId", "EwsId", "EntryId", "HexEntryId", "StoreId", "OwaId");
    /** A request may have 400 KB, an id 512 bytes and more. */
    private static final int MOST_AT_ONCE = 200;

    private IdSteps() {}

    static void convert(EwsInvocation in) {
        List<String> ids = ids(in.bodyJson());
        String from = format("sourceIdType", in.options().getSourceIdType());
        String to = format("targetIdType", in.options().getTargetIdType());
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < ids.size(); i += MOST_AT_ONCE) {
            List<String> some = ids.subList(i, Math.min(ids.size(), i + MOST_AT_ONCE));
            all.addAll(in.wire().call(in.wire().requests().convertId(some, from, to), new ConvertedIds(some)));
        }
        in.answerList(all);
    }

    /** The formats begin with a capital at EWS and, as all words of options, with a small letter here. */
    private static String format(String option, String word) {
        return FORMATS.stream()
                .filter(format -> format.equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(option + " must be one of " + String.join(", ", FORMATS)));
    }

    private static List<String> ids(JsonNode body) {
        JsonNode list = body.isObject() ? body.path("inputIds") : body;
        List<String> ids = new ArrayList<>();
        list.forEach(id -> ids.add(id.isTextual() ? id.textValue() : ""));
        if (!list.isArray() || ids.contains("")) {
            throw new IllegalArgumentException("the body must be a list of ids, or {inputIds: [...]}");
        }
        return ids;
    }
}
