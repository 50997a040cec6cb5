package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** DeleteItem: into Deleted Items, or for good. There is no dumpster, so a soft deletion is for good here. */
final class DeleteItem {
    private DeleteItem() {}

    static Operation.Answer prepare(EwsCall call) {
        boolean toBin = call.operation()
                .attribute("DeleteType")
                .filter("MoveToDeletedItems"::equals)
                .isPresent();
        List<Outcome<SandboxMessage>> deleted =
                call.each(call.operation().get("m:ItemIds").children(), reference -> deleted(call, reference, toBin));
        return ResponseMessages.answer(call, deleted, (out, message) -> {});
    }

    private static Outcome<SandboxMessage> deleted(EwsCall call, XmlElement reference, boolean toBin) {
        Outcome<SandboxMessage> found = ItemIds.find(call.mailboxes(), reference);
        if (found.value().isEmpty()) {
            return found;
        }
        SandboxMailbox mailbox = call.mailboxes().findByItem(reference.id()).orElseThrow();
        long number = found.value().get().number();
        Optional<SandboxMessage> deleted = toBin ? mailbox.delete(number) : mailbox.purge(number);
        return deleted.map(Outcome::of).orElseGet(() -> Outcome.failed(Problem.itemNotFound()));
    }
}
