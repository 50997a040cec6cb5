package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Finds the folders a request refers to. A delegated caller sees the own mailbox only. */
final class FolderLookup {
    private static final Problem NOT_FOUND =
            new Problem("ErrorFolderNotFound", "The specified folder could not be found in the store.");

    private final EwsCall call;

    FolderLookup(EwsCall call) {
        this.call = call;
    }

    List<Outcome<SandboxFolder>> findAll(String container) {
        return call.operation().get(container).children().stream()
                .map(this::find)
                .toList();
    }

    Outcome<SandboxFolder> find(XmlElement reference) {
        return switch (reference.name()) {
            case "t:DistinguishedFolderId" -> distinguished(reference);
            case "t:FolderId" -> byId(reference.id());
            default -> Outcome.failed(NOT_FOUND);
        };
    }

    private Outcome<SandboxFolder> distinguished(XmlElement reference) {
        Optional<Problem> refusal = reference
                .find("t:Mailbox")
                .flatMap(mailbox -> mailbox.findText("t:EmailAddress"))
                .flatMap(this::refusal);
        return refusal.isPresent()
                ? Outcome.failed(refusal.get())
                : found(call.mailbox().findFolder(reference.id()));
    }

    private Optional<Problem> refusal(String address) {
        Optional<SandboxMailbox> wanted = call.mailboxes().find(address);
        if (wanted.isEmpty()) {
            return Optional.of(
                    new Problem("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it."));
        }
        return wanted.get().ownerId().equals(call.mailbox().ownerId())
                ? Optional.empty()
                : Optional.of(new Problem("ErrorAccessDenied", "Access is denied. Check credentials and try again."));
    }

    private Outcome<SandboxFolder> byId(String id) {
        Optional<Problem> broken = ItemIds.problemOf(id);
        return broken.isPresent()
                ? Outcome.failed(broken.get())
                : found(call.mailbox().findFolder(id));
    }

    private static Outcome<SandboxFolder> found(Optional<SandboxFolder> folder) {
        return folder.map(Outcome::of).orElseGet(() -> Outcome.failed(NOT_FOUND));
    }
}
