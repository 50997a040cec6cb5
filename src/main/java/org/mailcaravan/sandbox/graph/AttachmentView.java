package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.MimeReader;
import org.mailcaravan.sandbox.mail.Payload;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** An attachment as Graph shows it (resource types fileAttachment, itemAttachment and referenceAttachment). */
record AttachmentView(SandboxMessage message, MailContent content, int index) {
    private static final Set<String> PROPERTIES = Set.of(
            "id",
            "lastModifiedDateTime",
            "name",
            "contentType",
            "size",
            "isInline",
            "contentId",
            "contentLocation",
            "contentBytes");

    private static final MailAddress NOBODY = new MailAddress("", "");

    /** @param messageId of the message, in either form */
    static String id(String messageId, int index) {
        return messageId.replace("=", "") + "BEgAQA" + index;
    }

    ObjectNode json(GraphRequest request) {
        Selection selection = Selection.parse(request.option("select"), PROPERTIES, "microsoft.graph.attachment");
        MailAttachment attachment = content.attachments().get(index);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.type", "#microsoft.graph." + type(attachment));
        json.put("id", id(MessageView.id(message, request.prefer()), index));
        json.put("lastModifiedDateTime", message.received().toString());
        json.put("name", attachment.name());
        json.put("contentType", attachment.isItem() || attachment.isReference() ? null : attachment.contentType());
        json.put("size", attachment.size() + 256);
        json.put("isInline", attachment.inline());
        if (!attachment.isItem() && !attachment.isReference()) {
            addFile(json, attachment, selection);
        }
        PROPERTIES.stream()
                .filter(name -> !name.equals("id") && selection.leavesOut(name))
                .forEach(json::remove);
        return expandsItem(request) ? withItem(json, request) : json;
    }

    private static String type(MailAttachment attachment) {
        if (attachment.isReference()) {
            return "referenceAttachment";
        }
        return attachment.isItem() ? "itemAttachment" : "fileAttachment";
    }

    private void addFile(ObjectNode json, MailAttachment attachment, Selection selection) {
        json.put("contentId", attachment.contentId().orElse(null));
        json.putNull("contentLocation");
        if (!selection.leavesOut("contentBytes")) {
            content.file(index).ifPresent(file -> json.putPOJO("contentBytes", new Base64Text(file)));
        }
    }

    /** {@code $expand=microsoft.graph.itemAttachment/item}, its options ignored. */
    private static boolean expandsItem(GraphRequest request) {
        return request.option("expand")
                .filter(text -> text.strip().startsWith("microsoft.graph.itemAttachment/item")
                        || text.strip().startsWith("microsoft.graph.itemattachment/item"))
                .isPresent();
    }

    private ObjectNode withItem(ObjectNode json, GraphRequest request) {
        Optional<Payload> mime = content.item(index);
        if (mime.isPresent()) {
            MailContent inner = read(bytes(mime.get())).content();
            ObjectNode item = json.putObject("item").put("@odata.type", "#microsoft.graph.message");
            item.put("id", "");
            item.setAll(MessageView.content(message, inner, request.prefer()));
        }
        return json;
    }

    private MailDraft read(byte[] mime) {
        try {
            return MimeReader.read(mime, MailDraft.from(NOBODY, message.received(), Optional.empty()));
        } catch (IOException unreadable) {
            throw GraphError.of(500, "ErrorInternalServerError", "The attached message cannot be read.");
        }
    }

    private static byte[] bytes(Payload payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            payload.writeTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
