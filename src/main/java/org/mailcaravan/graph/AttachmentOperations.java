package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Attachments of a message: files, items and references.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/attachment">attachment</a>
 */
final class AttachmentOperations {
    /** Without the content. */
    private static final String LISTED = "id,name,contentType,size,isInline,lastModifiedDateTime";

    private AttachmentOperations() {}

    static void list(Invocation in) {
        in.page(new Query()
                .with("$select", in.select().or(() -> Optional.of(LISTED)))
                .with("$top", in.top())
                .after(in.message() + "/attachments"));
    }

    static void get(Invocation in) {
        in.answer(in.wire().get(new Query().with("$select", in.select()).after(attachment(in))));
    }

    static void content(Invocation in) {
        in.answerContent(attachment(in) + "/$value");
    }

    private static String attachment(Invocation in) {
        String id = in.require(GraphConstants.ATTACHMENT_ID, in.options().getAttachmentId(), "attachmentId");
        return in.message() + "/attachments/" + GraphLinks.segment(id);
    }

    /** With a name the body is the content of a file; without, it is an attachment in Graph's JSON, of any kind. */
    static void add(Invocation in) {
        Optional<String> name = in.find(GraphConstants.NAME, in.options().getName());
        Optional<ObjectNode> added = name.isPresent()
                ? addFile(in, name.get())
                : in.wire().send("POST", in.message() + "/attachments", in.bodyObject());
        in.answerItem(added, GraphConstants.ATTACHMENT_ID);
    }

    private static Optional<ObjectNode> addFile(Invocation in, String name) {
        ObjectNode file = GraphJson.object().put("name", name);
        in.find(GraphConstants.CONTENT_TYPE, in.options().getContentType())
                .ifPresent(type -> file.put("contentType", type));
        try (OutgoingContent content = OutgoingContent.of(in.exchange())) {
            return addFile(in.wire(), in.message(), file, content);
        }
    }

    /** @param file name, contentType and what else a fileAttachment has, without its bytes */
    static Optional<ObjectNode> addFile(MailboxWire wire, String message, ObjectNode file, OutgoingContent content) {
        if (content.fitsOneRequest()) {
            file.put("@odata.type", "#microsoft.graph.fileAttachment").put("contentBytes", content.bytes());
            return wire.send("POST", message + "/attachments", file);
        }
        ObjectNode item = file.put("attachmentType", "file").put("size", content.length());
        item.remove("@odata.type");
        ObjectNode wanted = GraphJson.object().set("AttachmentItem", item);
        ObjectNode session = wire.send("POST", message + "/attachments/createUploadSession", wanted)
                .orElseThrow(() -> new IllegalStateException("Graph opened no upload session"));
        return new UploadSession(wire, session, content).send();
    }
}
