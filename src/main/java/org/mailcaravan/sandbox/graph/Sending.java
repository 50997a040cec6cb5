package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.mail.Envelope;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Marks;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Sends mail: into the mailboxes of those recipients that the tenant has; what goes elsewhere is gone. */
final class Sending {
    private final SandboxMailboxes mailboxes;
    private final SandboxDirectory directory;
    private final MessageWrites writes;
    private final Clock clock;

    Sending(GraphHandler.Tenant tenant, MessageWrites writes, Clock clock) {
        this.mailboxes = tenant.mailboxes();
        this.directory = tenant.directory();
        this.writes = writes;
        this.clock = clock;
    }

    /** {@code sendMail}: JSON, or base64 of MIME. */
    Reply sendMail(SandboxMailbox mailbox, Call call) {
        if (call.body().isMime()) {
            MailDraft draft = send(mailbox, call.caller(), writes.mime(mailbox, call.body()));
            mailbox.add(mailbox.wellKnownFolder("sentitems"), draft, Marks.SENT);
            return Reply.empty(202);
        }
        JsonNode json = call.body().json();
        MessageJson message = new MessageJson(RequestBody.named(json, "message")
                .orElseThrow(() -> GraphError.badRequest("The body needs a message.")));
        MailDraft draft = send(mailbox, call.caller(), message.applied(writes.blank(mailbox)));
        if (RequestBody.named(json, "saveToSentItems").map(JsonNode::asBoolean).orElse(true)) {
            mailbox.add(mailbox.wellKnownFolder("sentitems"), draft, message.applied(Marks.SENT));
        }
        return Reply.empty(202);
    }

    /** {@code messages/{id}/send}: the draft itself goes to Sent Items, its immutable id stays. */
    Reply sendDraft(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        MailDraft draft = message.written()
                .filter(written -> message.isDraft())
                .orElseThrow(() -> GraphError.of(400, "ErrorInvalidOperation", "Only a draft can be sent."));
        MailDraft sent = send(mailbox, call.caller(), draft);
        mailbox.update(message.number(), now -> now.with(sent).with(now.marks().sent()));
        mailbox.move(message.number(), mailbox.wellKnownFolder("sentitems"));
        return Reply.empty(202);
    }

    /** Delivers; answers the sender's copy. */
    private MailDraft send(SandboxMailbox mailbox, Caller caller, MailDraft draft) {
        Envelope envelope = draft.envelope().withSent(clock.instant());
        if (recipients(envelope).findAny().isEmpty()) {
            throw GraphError.of(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.");
        }
        checkSender(mailbox, caller, envelope.from());
        MailDraft delivered = draft.with(envelope.withHidden(List.of(), envelope.replyTo()));
        recipients(envelope)
                .map(MailAddress::address)
                .flatMap(address -> mailboxes.findByAddress(address).stream())
                .distinct()
                .forEach(recipient -> recipient.deliver(recipient.wellKnownFolder("inbox"), delivered));
        return draft.with(envelope);
    }

    private static Stream<MailAddress> recipients(Envelope envelope) {
        return Stream.of(envelope.to(), envelope.cc(), envelope.bcc()).flatMap(List::stream);
    }

    /** A mailbox sends as itself; its user also as one that is shared with the user. */
    private void checkSender(SandboxMailbox mailbox, Caller caller, MailAddress from) {
        boolean own = from.address().equalsIgnoreCase(mailbox.userPrincipalName());
        boolean shared = mailboxes
                .findByAddress(from.address())
                .filter(other -> directory.isDelegate(other.ownerId().toString(), caller.objectId()))
                .isPresent();
        if (!own && !shared) {
            throw GraphError.of(
                    403,
                    "ErrorSendAsDenied",
                    "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.");
        }
    }
}
