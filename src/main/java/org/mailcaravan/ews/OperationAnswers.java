package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** What each kind of answer becomes for a route: JSON in Graph's vocabulary, or bytes that are passed on as they are read. */
final class OperationAnswers {
    /** Characters of one attachment in JSON; a larger one is taken as a stream. */
    private static final long MOST_IN_JSON = 16L * 1024 * 1024;

    private OperationAnswers() {}

    /**
     * Changes of the folder hierarchy.
     *
     * @param rows folders as they are now; those that are gone have {@code @removed}, as in Graph's delta
     * @param more whether further changes wait
     */
    record FolderChanges(ArrayNode rows, String syncState, boolean more) {}

    static EwsClient.Reader<ObjectNode> folder() {
        return new OneAnswer<>("GetFolder", OneAnswer.single("m:Folders", FolderJson::read));
    }

    static FindReader<ObjectNode> folders() {
        return new FindReader<>("FindFolder", "t:Folders", FolderJson::read);
    }

    static FindReader<ObjectNode> items() {
        return new FindReader<>(
                "FindItem", "t:Items", xml -> FetchedItem.read(xml).fields());
    }

    static EwsClient.Reader<FolderChanges> hierarchy() {
        return new OneAnswer<>("SyncFolderHierarchy", new HierarchyPayload());
    }

    private static final class HierarchyPayload implements OneAnswer.Payload<FolderChanges> {
        private final ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        private Optional<String> syncState = Optional.empty();
        private Optional<Boolean> last = Optional.empty();

        @Override
        public void take(XmlPull xml) throws IOException {
            switch (xml.name()) {
                case "m:SyncState" -> syncState = Optional.of(xml.text()).filter(state -> !state.isBlank());
                case "m:IncludesLastFolderInRange" -> last = Optional.of(ItemFields.bool(xml.text()));
                case "m:Changes" -> changes(xml);
                default -> {
                    // newer servers may say more
                }
            }
        }

        private void changes(XmlPull xml) throws IOException {
            int changes = xml.depth();
            while (xml.nextChild(changes)) {
                boolean gone = xml.name().equals("t:Delete");
                int change = xml.depth();
                while (xml.nextChild(change)) {
                    rows.add(gone ? removed(xml) : FolderJson.read(xml));
                }
            }
        }

        private static ObjectNode removed(XmlPull xml) throws IOException {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("id", xml.attribute("Id").orElseThrow(() -> new BrokenXmlException("a deleted folder has no id")));
            json.putObject("@removed").put("reason", "deleted");
            return json;
        }

        @Override
        public FolderChanges result() throws BrokenXmlException {
            return new FolderChanges(
                    rows,
                    syncState.orElseThrow(() -> new BrokenXmlException("there is no SyncState")),
                    !last.orElseThrow(() -> new BrokenXmlException("there is no IncludesLastFolderInRange")));
        }
    }

    static EwsClient.Reader<ObjectNode> message() {
        return new OneAnswer<>(
                "GetItem",
                OneAnswer.single("m:Items", xml -> FetchedItem.read(xml).whole()));
    }

    static EwsClient.Reader<ArrayNode> attachments() {
        return new OneAnswer<>(
                "GetItem",
                OneAnswer.single(
                        "m:Items", xml -> FetchedItem.read(xml).fields().withArray("attachments")));
    }

    /** @param out gets the MIME as it is read; returning means it came whole */
    static EwsClient.Reader<Boolean> mime(OutputStream out) {
        return new OneAnswer<>("GetItem", OneAnswer.single("m:Items", xml -> {
            FetchedItem.read(xml, new MimeSink(out)).metadata();
            return true;
        }));
    }

    static EwsClient.Reader<ObjectNode> attachment() {
        return new OneAnswer<>("GetAttachment", OneAnswer.single("m:Attachments", xml -> {
            xml.keepAtMost(MOST_IN_JSON);
            return AttachmentJson.read(xml);
        }));
    }

    /**
     * @param out gets the bytes of a file, or the MIME of an item, as they are read
     * @return whether there was content: a reference has none
     */
    static EwsClient.Reader<Boolean> attachmentContent(OutputStream out) {
        return new OneAnswer<>(
                "GetAttachment", OneAnswer.single("m:Attachments", xml -> new AttachmentContent(out).read(xml)));
    }

    /** @return the item's id and change key as they are now; nothing if EWS does not tell them */
    static EwsClient.Reader<ObjectNode> changed(String operation) {
        return new OneAnswer<>(operation, OneAnswer.element("m:Items", xml -> {
            int items = xml.depth();
            return xml.nextChild(items) ? FetchedItem.read(xml).fields() : JsonNodeFactory.instance.objectNode();
        }));
    }

    static EwsClient.Reader<Boolean> done(String operation) {
        return new OneAnswer<>(operation, OneAnswer.nothing());
    }
}
