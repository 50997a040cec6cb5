package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.Importance;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Marks;
import org.mailcaravan.sandbox.mail.MimeReader;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Makes, changes, moves, copies and deletes messages. */
final class MessageWrites {
    private final Clock clock;

    MessageWrites(Clock clock) {
        this.clock = clock;
    }

    /** A draft, from JSON or from MIME; in Drafts unless the path names another folder. */
    Reply create(SandboxMailbox mailbox, Call call) {
        SandboxFolder folder = Located.target(mailbox, call.path().folder().orElse("drafts"));
        SandboxMessage made = call.body().isMime()
                ? mailbox.add(folder, mime(mailbox, call.body()), Marks.DRAFT)
                : fromJson(mailbox, folder, call.body().json());
        return Reply.created(MessageResource.entity(mailbox, call, made));
    }

    private SandboxMessage fromJson(SandboxMailbox mailbox, SandboxFolder folder, JsonNode json) {
        MessageJson message = new MessageJson(json);
        return mailbox.add(folder, message.applied(blank(mailbox)), message.applied(Marks.DRAFT));
    }

    /** The message that a client sent as base64 of its MIME. */
    MailDraft mime(SandboxMailbox mailbox, RequestBody body) {
        byte[] mime;
        try {
            mime = Base64.getDecoder().decode(stripped(body.bytes()));
        } catch (IllegalArgumentException notBase64) {
            throw GraphError.of(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.");
        }
        try {
            return MimeReader.read(mime, blank(mailbox));
        } catch (IOException unreadable) {
            throw GraphError.of(400, "ErrorMimeContentInvalid", "The MIME content is not a message (RFC 5322).");
        }
    }

    /** Line breaks are no mistake in base64. */
    private static byte[] stripped(byte[] base64) {
        return new String(base64, StandardCharsets.ISO_8859_1)
                .replaceAll("\\s", "")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** An empty message of the mailbox's owner. */
    MailDraft blank(SandboxMailbox mailbox) {
        MailAddress owner = new MailAddress(mailbox.displayName(), mailbox.userPrincipalName());
        return MailDraft.from(owner, clock.instant(), Optional.of("<" + UUID.randomUUID() + "@sandbox.example>"));
    }

    Reply change(SandboxMailbox mailbox, Call call) {
        MessageJson patch = new MessageJson(call.body().json());
        long number = Located.message(mailbox, call.path()).number();
        SandboxMessage changed = mailbox.update(number, message -> patched(unchanged(message, call), patch))
                .orElseThrow(GraphError::itemNotFound);
        return Reply.ok(MessageResource.entity(mailbox, call, changed));
    }

    private static SandboxMessage patched(SandboxMessage message, MessageJson patch) {
        SandboxMessage marked = message.with(patch.applied(message.marks()));
        if (patch.changesContent()) {
            MailDraft draft = message.written()
                    .filter(written -> message.isDraft())
                    .orElseThrow(() -> GraphError.of(
                            400,
                            "ErrorInvalidPropertySet",
                            "Subject, body and recipients can be set only while the message is a draft."));
            return marked.with(patch.applied(draft));
        }
        Optional<Importance> importance = patch.importance();
        return importance.map(marked::with).orElse(marked);
    }

    /** @throws GraphError 412 if the message is not the version that {@code If-Match} names */
    private static SandboxMessage unchanged(SandboxMessage message, Call call) {
        call.request().ifMatch().filter(etag -> !etag.equals("*")).ifPresent(etag -> {
            if (!etag.equals(MessageView.etag(message))) {
                throw GraphError.changedMeanwhile();
            }
        });
        return message;
    }

    Reply move(SandboxMailbox mailbox, Call call) {
        SandboxFolder target = destination(mailbox, call);
        SandboxMessage moved = mailbox.move(
                        Located.message(mailbox, call.path()).number(), target)
                .orElseThrow(GraphError::itemNotFound);
        return Reply.created(MessageResource.entity(mailbox, call, moved));
    }

    Reply copy(SandboxMailbox mailbox, Call call) {
        SandboxFolder target = destination(mailbox, call);
        SandboxMessage copy = mailbox.copy(Located.message(mailbox, call.path()).number(), target)
                .orElseThrow(GraphError::itemNotFound);
        return Reply.created(MessageResource.entity(mailbox, call, copy));
    }

    private static SandboxFolder destination(SandboxMailbox mailbox, Call call) {
        JsonNode json = call.body().json();
        String id = MessageJson.text(json, "destinationId")
                .or(() -> MessageJson.text(json, "DestinationId"))
                .orElseThrow(() -> GraphError.badRequest("The body needs destinationId."));
        return Located.target(mailbox, id);
    }

    Reply delete(SandboxMailbox mailbox, Call call) {
        mailbox.delete(unchanged(Located.message(mailbox, call.path()), call).number());
        return Reply.empty(204);
    }

    Reply purge(SandboxMailbox mailbox, Call call) {
        mailbox.purge(Located.message(mailbox, call.path()).number());
        return Reply.empty(204);
    }
}
