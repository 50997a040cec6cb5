package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * Sending: Graph's answer means that it will try; what cannot be delivered comes back as a mail.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/user-sendmail">user: sendMail</a>
 */
final class SendOperations {
    private SendOperations() {}

    /** The body is a message, or Graph's whole argument with {@code message} and {@code saveToSentItems}. */
    static void sendMail(Invocation in) {
        ObjectNode body = in.bodyObject();
        ObjectNode whole = body.path("message").isObject()
                ? body
                : GraphJson.object()
                        .put("saveToSentItems", in.options().isSaveToSentItems())
                        .set("message", body);
        if (whole.toString().length() <= OutgoingContent.MOST_AT_ONCE) {
            in.wire().send("POST", "/sendMail", whole);
        } else {
            requireKept(whole.path("saveToSentItems").asBoolean(true));
            sendInParts(in.wire(), (ObjectNode) whole.get("message"));
        }
    }

    private static void requireKept(boolean saveToSentItems) {
        if (!saveToSentItems) {
            throw new IllegalArgumentException(
                    "a message too large for one request is sent from a draft, which is always kept in Sent Items:"
                            + " saveToSentItems=false is not possible");
        }
    }

    /** As a draft, to which its attachments are uploaded one by one. */
    private static void sendInParts(MailboxWire wire, ObjectNode message) {
        JsonNode attachments = message.remove("attachments");
        Draft draft = Draft.of(wire, wire.send("POST", "/messages", message));
        draft.fill(() -> {
            if (attachments instanceof ArrayNode several) {
                several.forEach(draft::attach);
            }
        });
        draft.send();
    }

    /** The body is a message of RFC 5322. Bcc in it is honoured and removed by Exchange. */
    static void sendMime(Invocation in) {
        try (OutgoingContent content = OutgoingContent.of(in.exchange())) {
            if (content.fitsOneRequest()) {
                in.wire().send("POST", "/sendMail", mime(content.bytes()));
            } else {
                sendInParts(in.wire(), content);
            }
        }
    }

    private static GraphClient.Content mime(byte[] message) {
        return new GraphClient.Content(
                "text/plain", BodyPublishers.ofByteArray(Base64.getEncoder().encode(message)));
    }

    /** As a draft made of the message without its files, which are uploaded one by one. */
    private static void sendInParts(MailboxWire wire, OutgoingContent content) {
        try (LargeMime mime = LargeMime.of(content)) {
            Draft draft = Draft.of(wire, wire.send("POST", "/messages", mime(mime.rest())));
            draft.fill(() -> mime.files().forEach(draft::attach));
            draft.send();
        }
    }

    static void sendDraft(Invocation in) {
        in.wire().act(in.message() + "/send");
    }

    static void reply(Invocation in) {
        respond(in, "/reply");
    }

    static void replyAll(Invocation in) {
        respond(in, "/replyAll");
    }

    static void forward(Invocation in) {
        respond(in, "/forward");
    }

    private static void respond(Invocation in, String verb) {
        in.wire().send("POST", in.message() + verb, in.bodyObject());
    }

    /** A draft that is filled before it is sent. */
    private record Draft(MailboxWire wire, String path) {
        static Draft of(MailboxWire wire, Optional<ObjectNode> created) {
            String id = created.map(draft -> draft.path("id").asText("")).orElse("");
            if (id.isEmpty()) {
                throw new MalformedAnswerException("Graph: a draft without an id.");
            }
            return new Draft(wire, "/messages/" + GraphLinks.segment(id));
        }

        void attach(JsonNode element) {
            if (!(element instanceof ObjectNode attachment)) {
                throw new IllegalArgumentException("an attachment of the message is no JSON object");
            }
            JsonNode bytes = attachment.remove("contentBytes");
            if (bytes == null) {
                wire.send("POST", path + "/attachments", attachment);
                return;
            }
            try (OutgoingContent content =
                    OutgoingContent.of(Base64.getMimeDecoder().decode(bytes.asText()))) {
                AttachmentOperations.addFile(wire, path, attachment, content);
            }
        }

        void attach(LargeMime.DetachedFile file) {
            AttachmentOperations.addFile(wire, path, file.description(), file.content());
        }

        /** Nothing was sent after a failure; the half-filled draft must not stay. */
        void fill(Runnable filling) {
            try {
                filling.run();
            } catch (RuntimeException e) {
                discard(e);
                throw e;
            }
        }

        private void discard(RuntimeException reason) {
            try {
                wire.delete(path);
            } catch (RuntimeException e) {
                reason.addSuppressed(e);
            }
        }

        void send() {
            try {
                wire.act(path + "/send");
            } catch (GraphOperationException e) {
                if (e.status() < 500) {
                    discard(e);
                }
                throw e;
            }
        }
    }
}
