package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Payload;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** What is attached to a message. */
final class AttachmentResource {
    private final UploadSessions sessions;

    AttachmentResource(UploadSessions sessions) {
        this.sessions = sessions;
    }

    Reply list(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        List<ObjectNode> all = new ArrayList<>();
        MailContent content = message.content();
        for (int index = 0; index < content.attachments().size(); index++) {
            all.add(new AttachmentView(message, content, index).json(call.request()));
        }
        String context = "messages('" + MessageView.id(message, call.request().prefer()) + "')/attachments";
        return Reply.ok(Paging.paged(mailbox, call.request(), all, context));
    }

    Reply one(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        return Reply.ok(entity(mailbox, call, message, index(message, call.path())));
    }

    /** The bytes of a file, the MIME of a message. */
    Reply value(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        int index = index(message, call.path());
        MailContent content = message.content();
        MailAttachment attachment = content.attachments().get(index);
        Payload payload = (attachment.isItem() ? content.item(index) : content.file(index))
                .orElseThrow(() -> GraphError.of(
                        405, "ErrorInvalidRequest", "A reference attachment has no content here, only a link."));
        return Reply.streamed(attachment.isItem() ? "text/plain" : attachment.contentType(), payload::writeTo);
    }

    Reply create(SandboxMailbox mailbox, Call call) {
        FilePart part = AttachmentJson.read(call.body().json());
        SandboxMessage changed = attach(mailbox, Located.message(mailbox, call.path()), part);
        return Reply.created(
                entity(mailbox, call, changed, changed.attachments().size() - 1));
    }

    /** @throws GraphError 400 if the message is no draft */
    static SandboxMessage attach(SandboxMailbox mailbox, SandboxMessage message, FilePart part) {
        return mailbox.update(message.number(), now -> now.with(draft(now).with(part)))
                .orElseThrow(GraphError::itemNotFound);
    }

    private static MailDraft draft(SandboxMessage message) {
        return message.written()
                .filter(written -> message.isDraft())
                .orElseThrow(
                        () -> GraphError.of(400, "ErrorInvalidOperation", "Attachments can be added only to a draft."));
    }

    Reply createUploadSession(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        draft(message);
        JsonNode item = RequestBody.named(call.body().json(), "attachmentItem")
                .orElseThrow(() -> GraphError.badRequest("The body needs an AttachmentItem."));
        UploadSession session = sessions.open(call.caller().appId(), mailbox, message, item);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", call.request().root() + "/$metadata#microsoft.graph.uploadSession");
        json.put("uploadUrl", sessions.address(session, call.request().root()));
        json.put("expirationDateTime", session.expires().toString());
        json.putArray("nextExpectedRanges").add("0-");
        return Reply.created(json);
    }

    private static ObjectNode entity(SandboxMailbox mailbox, Call call, SandboxMessage message, int index) {
        String id = MessageView.id(message, call.request().prefer());
        ObjectNode json = Paging.context(mailbox, call.request(), "messages('" + id + "')/attachments/$entity");
        return json.setAll(new AttachmentView(message, message.content(), index).json(call.request()));
    }

    private static int index(SandboxMessage message, GraphPath path) {
        String id = path.attachment().orElseThrow(GraphError::itemNotFound);
        return IntStream.range(0, message.attachments().size())
                .filter(at -> id.equals(AttachmentView.id(message.restId(), at))
                        || id.equals(AttachmentView.id(message.immutableId(), at)))
                .findFirst()
                .orElseThrow(GraphError::itemNotFound);
    }
}
