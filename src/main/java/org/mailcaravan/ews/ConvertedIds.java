package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads the answer to ConvertId: one response message per id, in the order of the ids. An id that cannot be converted spoils no other. */
final class ConvertedIds implements EwsClient.Reader<ArrayNode> {
    private static final String OPERATION = "ConvertId";

    private final List<String> ids;

    ConvertedIds(List<String> ids) {
        this.ids = ids;
    }

    @Override
    public ArrayNode read(XmlPull xml, String requestId) throws IOException, RefusedException {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        int frame = xml.depth();
        while (xml.nextChild(frame)) {
            if (all.size() == ids.size()) {
                throw new BrokenXmlException("there are more ids than were asked for");
            }
            all.add(one(xml, ids.get(all.size()), requestId));
        }
        if (all.size() < ids.size()) {
            throw new BrokenXmlException("there are fewer ids than were asked for");
        }
        xml.finish();
        return all;
    }

    private static ObjectNode one(XmlPull xml, String id, String requestId) throws IOException, RefusedException {
        ResponseHead head = ResponseHead.begin(xml, OPERATION, requestId);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("sourceId", id);
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && xml.name().equals("m:AlternateId")) {
                xml.attribute("Id").ifPresent(converted -> json.put("targetId", converted));
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            fail(json, refusal.get());
        } else if (!json.has("targetId")) {
            throw new BrokenXmlException("a converted id is missing");
        }
        return json;
    }

    private static void fail(ObjectNode json, EwsRefusal refusal) throws RefusedException {
        if (refusal.kind() == EwsRefusal.Kind.BUSY || refusal.kind() == EwsRefusal.Kind.TRANSIENT) {
            throw new RefusedException(refusal);
        }
        json.putObject("errorDetails").put("code", refusal.code());
    }
}
