package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** MoveItem and CopyItem, within one mailbox. */
final class TransferItems {
    static final Problem TARGET_NOT_FOUND =
            new Problem("ErrorToFolderNotFound", "The destination folder could not be found.");

    private final Way way;

    @FunctionalInterface
    private interface Way {
        Optional<SandboxMessage> transfer(SandboxMailbox mailbox, long number, SandboxFolder target);
    }

    private TransferItems(Way way) {
        this.way = way;
    }

    static TransferItems moving() {
        return new TransferItems(SandboxMailbox::move);
    }

    static TransferItems copying() {
        return new TransferItems(SandboxMailbox::copy);
    }

    Operation.Answer prepare(EwsCall call) {
        Outcome<LocatedFolder> target = target(call);
        boolean tellIds = call.operation()
                .findText("m:ReturnNewItemIds")
                .map(text -> text.equals("true") || text.equals("1"))
                .orElse(true);
        List<Outcome<SandboxMessage>> transferred = call.each(
                call.operation().get("m:ItemIds").children(),
                reference -> target.value()
                        .map(folder -> transferred(call, reference, folder))
                        .orElseGet(target::recast));
        return ResponseMessages.answer(call, transferred, (out, message) -> {
            if (tellIds) {
                ItemIds.write(out, message);
            } else {
                out.start("m:Items").end();
            }
        });
    }

    /** The folder that something is to go to. */
    static Outcome<LocatedFolder> target(EwsCall call) {
        Outcome<LocatedFolder> found = new FolderLookup(call)
                .find(call.operation().get("m:ToFolderId").children().get(0));
        boolean absent = found.problem()
                .filter(problem -> problem.code().equals("ErrorFolderNotFound"))
                .isPresent();
        return absent ? Outcome.failed(TARGET_NOT_FOUND) : found;
    }

    private Outcome<SandboxMessage> transferred(EwsCall call, XmlElement reference, LocatedFolder target) {
        Outcome<SandboxMessage> found = ItemIds.find(call.mailboxes(), reference);
        if (found.value().isEmpty()) {
            return found;
        }
        if (!call.mailboxes().findByItem(reference.id()).equals(Optional.of(target.mailbox()))) {
            return Outcome.failed(
                    new Problem("ErrorCrossMailboxMoveCopy", "The sandbox moves and copies within one mailbox only."));
        }
        if (target.folder().search().isPresent()) {
            return Outcome.failed(new Problem(
                    "ErrorMoveCopyFailed", "The move or copy operation failed: a search folder holds nothing."));
        }
        return way.transfer(target.mailbox(), found.value().get().number(), target.folder())
                .map(Outcome::of)
                .orElseGet(() -> Outcome.failed(Problem.itemNotFound()));
    }
}
