package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** UpdateItem: read flag, categories, follow-up flag and importance. */
final class UpdateItem {
    private static final Problem CHANGED_MEANWHILE = new Problem(
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does"
                    + " not match the current change key for the item.");

    private UpdateItem() {}

    static Operation.Answer prepare(EwsCall call) throws EwsFault {
        if (call.operation().attribute("MessageDisposition").isEmpty()) {
            throw new EwsFault(
                    "ErrorMessageDispositionRequired", "The MessageDisposition attribute is required for messages.");
        }
        String resolution = call.operation().attribute("ConflictResolution").orElse("");
        List<Outcome<SandboxMessage>> updated = call.each(
                call.operation().get("m:ItemChanges").children(), change -> updated(call, change, resolution));
        return ResponseMessages.answer(call, updated, UpdateItem::write);
    }

    private static Outcome<SandboxMessage> updated(EwsCall call, XmlElement change, String resolution) {
        XmlElement reference = change.children().get(0);
        Outcome<SandboxMessage> found = ItemIds.find(call.mailboxes(), reference);
        Outcome<ItemUpdate> update = ItemUpdate.of(change.get("t:Updates"));
        if (found.value().isEmpty() || update.value().isEmpty()) {
            return Outcome.failed(found.problem().or(update::problem).orElseThrow());
        }
        SandboxMailbox mailbox = call.mailboxes().findByItem(reference.id()).orElseThrow();
        synchronized (mailbox) {
            Optional<Problem> conflict = ItemIds.find(call.mailboxes(), reference)
                    .value()
                    .map(now -> conflict(now, reference.attribute("ChangeKey"), resolution))
                    .orElse(Optional.of(Problem.itemNotFound()));
            return conflict.<Outcome<SandboxMessage>>map(Outcome::failed)
                    .orElseGet(() -> mailbox.update(
                                    found.value().get().number(), update.value().get()::applied)
                            .map(Outcome::of)
                            .orElseGet(() -> Outcome.failed(Problem.itemNotFound())));
        }
    }

    private static Optional<Problem> conflict(SandboxMessage now, Optional<String> changeKey, String resolution) {
        if (resolution.equals("AlwaysOverwrite")) {
            return Optional.empty();
        }
        if (changeKey.isEmpty()) {
            return Optional.of(new Problem("ErrorChangeKeyRequired", "The change key is required for this operation."));
        }
        boolean stale = !changeKey.get().equals(now.changeKey());
        return stale && resolution.equals("NeverOverwrite") ? Optional.of(CHANGED_MEANWHILE) : Optional.empty();
    }

    private static void write(SoapWriter out, SandboxMessage message) throws XMLStreamException {
        ItemIds.write(out, message);
        out.start("m:ConflictResults").element("t:Count", 0).end();
    }
}
