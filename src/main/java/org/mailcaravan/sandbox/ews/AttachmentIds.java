package org.mailcaravan.sandbox.ews;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Ids of attachments: they name the item and the place in it, so they change when the item moves. */
final class AttachmentIds {
    private static final Problem UNKNOWN =
            new Problem("ErrorInvalidAttachmentId", "The attachment id is invalid or names no attachment of its item.");

    private AttachmentIds() {}

    /** One attachment of a message whose content has been built. */
    record Found(SandboxMessage message, MailContent content, int index) {
        MailAttachment attachment() {
            return content.attachments().get(index);
        }
    }

    private record Name(String itemId, int index) {}

    static String id(SandboxMessage message, int index) {
        byte[] name = (message.itemId() + "#" + index).getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(name);
    }

    /** The item that an attachment id names. */
    static Optional<String> itemIn(String id) {
        return name(id).map(Name::itemId);
    }

    private static Optional<Name> name(String id) {
        try {
            String text = new String(Base64.getDecoder().decode(id), StandardCharsets.US_ASCII);
            return text.matches("[^#]+#[0-9]{1,4}")
                    ? Optional.of(new Name(
                            text.substring(0, text.indexOf('#')),
                            Integer.parseInt(text.substring(text.indexOf('#') + 1))))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    static Outcome<Found> find(OpenMailboxes mailboxes, XmlElement reference) {
        if (reference.id().isEmpty()) {
            return Outcome.failed(new Problem("ErrorInvalidIdEmpty", "Id must be non-empty."));
        }
        Optional<Name> name = name(reference.id());
        if (name.isEmpty()) {
            return Outcome.failed(Problem.malformedId());
        }
        Outcome<SandboxMessage> message = ItemIds.find(mailboxes, name.get().itemId());
        return message.value().map(found -> found(found, name.get().index())).orElseGet(message::recast);
    }

    private static Outcome<Found> found(SandboxMessage message, int index) {
        MailContent content = message.content();
        return index < content.attachments().size()
                ? Outcome.of(new Found(message, content, index))
                : Outcome.failed(UNKNOWN);
    }
}
