package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * Attachments of every kind (MS-OXWSATT) in Graph's {@code attachment} vocabulary.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/attachment">attachment resource</a>
 */
final class AttachmentJson {
    private static final String GRAPH = "#microsoft.graph.";
    /** What an item attachment may hold. */
    private static final Set<String> ITEMS = Set.of(
            "t:Item",
            "t:Message",
            "t:CalendarItem",
            "t:Contact",
            "t:Task",
            "t:MeetingMessage",
            "t:MeetingRequest",
            "t:MeetingResponse",
            "t:MeetingCancellation",
            "t:PostItem");

    private AttachmentJson() {}

    /** The attachments within the current element. */
    static ArrayNode list(XmlPull xml) throws IOException {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            all.add(read(xml));
        }
        return all;
    }

    /** The attachment that is the current element; a file's content, if it was sent, in base64. */
    static ObjectNode read(XmlPull xml) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (xml.name()) {
            case "t:FileAttachment" -> json.put("@odata.type", GRAPH + "fileAttachment");
            case "t:ItemAttachment" -> json.put("@odata.type", GRAPH + "itemAttachment");
            case "t:ReferenceAttachment" -> json.put("@odata.type", GRAPH + "referenceAttachment");
            default -> throw new BrokenXmlException("an attachment of an unknown kind");
        }
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            take(xml, json);
        }
        return json;
    }

    private static void take(XmlPull xml, ObjectNode json) throws IOException {
        switch (xml.name()) {
            case "t:AttachmentId" -> xml.attribute("Id").ifPresent(id -> json.put("id", id));
            case "t:Name" -> json.put("name", xml.text());
            case "t:ContentType" -> json.put("contentType", xml.text());
            case "t:ContentId" -> json.put("contentId", xml.text());
            case "t:ContentLocation" -> json.put("contentLocation", xml.text());
            case "t:Size" -> ItemFields.number(xml.text()).ifPresent(size -> json.put("size", size));
            case "t:LastModifiedTime" ->
                ItemFields.instant(xml.text()).ifPresent(time -> json.put("lastModifiedDateTime", time.toString()));
            case "t:IsInline" -> json.put("isInline", ItemFields.bool(xml.text()));
            case "t:Content" -> json.put("contentBytes", xml.text().replaceAll("\\s", ""));
            default -> further(xml, json);
        }
    }

    /** What only items and references have. */
    private static void further(XmlPull xml, ObjectNode json) throws IOException {
        switch (xml.name()) {
            case "t:AttachLongPathName" -> json.put("sourceUrl", xml.text());
            case "t:ProviderType" -> json.put("providerType", xml.text());
            case "t:AttachmentThumbnailUrl" -> json.put("thumbnailUrl", xml.text());
            case "t:AttachmentPreviewUrl" -> json.put("previewUrl", xml.text());
            case "t:AttachmentIsFolder" -> json.put("isFolder", ItemFields.bool(xml.text()));
            default -> {
                if (ITEMS.contains(xml.name())) {
                    json.set("item", FetchedItem.read(xml).fields());
                }
            }
        }
    }
}
