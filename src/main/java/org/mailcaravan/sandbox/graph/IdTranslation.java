package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.IdForm;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** {@code translateExchangeIds}: one answer per id, whatever became of the others. */
final class IdTranslation {
    private static final int MOST = 1000;

    Reply translate(SandboxMailbox mailbox, Call call) {
        JsonNode json = call.body().json();
        JsonNode ids = RequestBody.named(json, "inputIds").orElseGet(JsonNodeFactory.instance::arrayNode);
        if (!ids.isArray() || ids.isEmpty() || ids.size() > MOST) {
            throw GraphError.of(400, "ErrorInvalidParameter", "inputIds holds 1 to 1000 ids.");
        }
        IdForm source = form(json, "sourceIdType");
        IdForm target = form(json, "targetIdType");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("@odata.context", call.request().root() + "/$metadata#Collection(microsoft.graph.convertIdResult)");
        ArrayNode value = answer.putArray("value");
        ids.forEach(id -> value.add(one(mailbox, id.asText(), source, target)));
        return Reply.ok(answer);
    }

    private static IdForm form(JsonNode json, String name) {
        String wanted = RequestBody.named(json, name).map(JsonNode::asText).orElse("");
        return Arrays.stream(IdForm.values())
                .filter(form -> form.graphName().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> GraphError.of(
                        400,
                        "ErrorInvalidParameter",
                        name + " is entryId, ewsId, immutableEntryId, restId or restImmutableEntryId."));
    }

    private static ObjectNode one(SandboxMailbox mailbox, String id, IdForm source, IdForm target) {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("sourceId", id);
        Optional<String> translated = mailbox.translate(id, source, target);
        if (translated.isPresent()) {
            return result.put("targetId", translated.get());
        }
        GraphError error = source.isWellFormed(id) ? GraphError.itemNotFound() : GraphError.malformedId();
        result.putObject("errorDetails").put("code", error.code()).put("message", error.getMessage());
        return result;
    }
}
