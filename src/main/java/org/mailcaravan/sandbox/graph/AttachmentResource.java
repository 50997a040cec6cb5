package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** What is attached to a message. */
final class AttachmentResource {

    Reply list(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        GraphRequest request = call.request();
        List<ObjectNode> all = new ArrayList<>();
        for (MailAttachment attachment : message.attachments()) {
            all.add(attachment(message, attachment, all.size(), request.prefer()));
        }
        String context = "messages('" + MessageView.id(message, request.prefer()) + "')/attachments";
        return Reply.ok(Paging.paged(mailbox, request, all, context));
    }

    private static ObjectNode attachment(SandboxMessage message, MailAttachment attachment, int index, Prefer prefer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.type", "#microsoft.graph." + (attachment.isItem() ? "itemAttachment" : "fileAttachment"));
        json.put("id", MessageView.id(message, prefer).replace("=", "") + "BEgAQA" + index);
        json.put("lastModifiedDateTime", message.received().toString());
        json.put("name", attachment.name());
        json.put("contentType", attachment.isItem() ? null : attachment.contentType());
        json.put("size", attachment.size() + 256);
        json.put("isInline", attachment.inline());
        if (!attachment.isItem()) {
            json.put("contentId", attachment.contentId().orElse(null));
        }
        return json;
    }
}
