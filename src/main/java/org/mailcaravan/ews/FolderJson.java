package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Folders (MS-OXWSFOLD) in Graph's {@code mailFolder} vocabulary, and their class, which Graph does not show.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/mailfolder">mailFolder resource</a>
 */
final class FolderJson {
    private FolderJson() {}

    /** The folder that is the current element. */
    static ObjectNode read(XmlPull xml) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            take(xml, json);
        }
        if (!json.has("id")) {
            throw new BrokenXmlException("a folder has no id");
        }
        return json;
    }

    private static void take(XmlPull xml, ObjectNode json) throws IOException {
        switch (xml.name()) {
            case "t:FolderId" -> xml.attribute("Id").ifPresent(id -> json.put("id", id));
            case "t:ParentFolderId" -> xml.attribute("Id").ifPresent(id -> json.put("parentFolderId", id));
            case "t:FolderClass" -> json.put("folderClass", xml.text());
            case "t:DisplayName" -> json.put("displayName", xml.text());
            case "t:TotalCount" -> number(xml, json, "totalItemCount");
            case "t:ChildFolderCount" -> number(xml, json, "childFolderCount");
            case "t:UnreadCount" -> number(xml, json, "unreadItemCount");
            default -> {
                // not asked for
            }
        }
    }

    private static void number(XmlPull xml, ObjectNode json, String name) throws IOException {
        ItemFields.number(xml.text()).ifPresent(value -> json.put(name, value));
    }
}
