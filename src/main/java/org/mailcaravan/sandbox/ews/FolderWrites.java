package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** CreateFolder, UpdateFolder (the name), MoveFolder and DeleteFolder. */
final class FolderWrites {
    private static final Problem EXISTS =
            new Problem("ErrorFolderExists", "A folder with the specified name already exists.");
    private static final Problem DISTINGUISHED =
            new Problem("ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted, renamed or moved.");

    private FolderWrites() {}

    static Operation.Answer create(EwsCall call) {
        Outcome<LocatedFolder> parent = new FolderLookup(call)
                .find(call.operation().get("m:ParentFolderId").children().get(0));
        return answer(
                call,
                "m:Folders",
                wish -> parent.value()
                        .map(found ->
                                created(found, wish.findText("t:DisplayName").orElse("")))
                        .orElseGet(parent::recast));
    }

    private static Outcome<SandboxFolder> created(LocatedFolder parent, String name) {
        SandboxMailbox mailbox = parent.mailbox();
        synchronized (mailbox) {
            return problemOf(mailbox, parent.folder(), name)
                    .<Outcome<SandboxFolder>>map(Outcome::failed)
                    .orElseGet(() -> Outcome.of(mailbox.addFolder(parent.folder(), name)));
        }
    }

    private static Optional<Problem> problemOf(SandboxMailbox mailbox, SandboxFolder parent, String name) {
        if (name.isEmpty()) {
            return Optional.of(new Problem("ErrorFolderSaveFailed", "A folder needs a DisplayName."));
        }
        boolean taken = mailbox.childFolders(parent).stream()
                .anyMatch(known -> known.displayName().equalsIgnoreCase(name));
        return taken ? Optional.of(EXISTS) : Optional.empty();
    }

    static Operation.Answer update(EwsCall call) {
        return answer(
                call,
                "m:FolderChanges",
                change -> own(call, change.children().get(0), found -> {
                    Optional<String> name = change.get("t:Updates").children().stream()
                            .filter(update -> update.name().equals("t:SetFolderField"))
                            .flatMap(update -> update.children().get(1).findText("t:DisplayName").stream())
                            .findFirst();
                    return name.map(text -> renamed(found, text))
                            .orElseGet(() -> Outcome.failed(new Problem(
                                    "ErrorInvalidPropertySet",
                                    "The sandbox changes the DisplayName of a folder only.")));
                }));
    }

    private static Outcome<SandboxFolder> renamed(LocatedFolder found, String name) {
        SandboxMailbox mailbox = found.mailbox();
        synchronized (mailbox) {
            SandboxFolder parent =
                    found.folder().parentEwsId().flatMap(mailbox::findFolder).orElseThrow();
            boolean same = found.folder().displayName().equalsIgnoreCase(name);
            return (same ? Optional.<Problem>empty() : problemOf(mailbox, parent, name))
                    .<Outcome<SandboxFolder>>map(Outcome::failed)
                    .orElseGet(() ->
                            Outcome.of(mailbox.rename(found.folder(), name).orElseThrow()));
        }
    }

    static Operation.Answer move(EwsCall call) {
        Outcome<LocatedFolder> target = TransferItems.target(call);
        return answer(
                call,
                "m:FolderIds",
                reference -> own(
                        call,
                        reference,
                        found -> target.value().map(to -> moved(found, to)).orElseGet(target::recast)));
    }

    private static Outcome<SandboxFolder> moved(LocatedFolder found, LocatedFolder target) {
        SandboxMailbox mailbox = found.mailbox();
        if (!mailbox.equals(target.mailbox()) || isWithin(mailbox, target.folder(), found.folder())) {
            return Outcome.failed(new Problem("ErrorMoveCopyFailed", "The move or copy operation failed."));
        }
        return Outcome.of(mailbox.move(found.folder(), target.folder()).orElseThrow());
    }

    private static boolean isWithin(SandboxMailbox mailbox, SandboxFolder folder, SandboxFolder other) {
        return folder.equals(other)
                || folder.parentEwsId()
                        .flatMap(mailbox::findFolder)
                        .filter(parent -> isWithin(mailbox, parent, other))
                        .isPresent();
    }

    static Operation.Answer delete(EwsCall call) {
        boolean toBin = call.operation()
                .attribute("DeleteType")
                .filter("MoveToDeletedItems"::equals)
                .isPresent();
        List<Outcome<SandboxFolder>> deleted = call.each(
                call.operation().get("m:FolderIds").children(),
                reference -> own(call, reference, found -> {
                    SandboxMailbox mailbox = found.mailbox();
                    if (toBin) {
                        mailbox.move(found.folder(), mailbox.wellKnownFolder("deleteditems"));
                    } else {
                        mailbox.purge(found.folder());
                    }
                    return Outcome.of(found.folder());
                }));
        return ResponseMessages.answer(call, deleted, (out, folder) -> {});
    }

    /** Does something with a folder that is none of Exchange's own. */
    private static Outcome<SandboxFolder> own(
            EwsCall call, XmlElement reference, Function<LocatedFolder, Outcome<SandboxFolder>> action) {
        Outcome<LocatedFolder> found = new FolderLookup(call).find(reference);
        if (found.value().isEmpty()) {
            return found.recast();
        }
        return found.value().get().folder().wellKnownName().isPresent()
                ? Outcome.failed(DISTINGUISHED)
                : action.apply(found.value().get());
    }

    private static Operation.Answer answer(
            EwsCall call, String container, Function<XmlElement, Outcome<SandboxFolder>> action) {
        List<Outcome<SandboxFolder>> folders =
                call.each(call.operation().get(container).children(), action);
        return ResponseMessages.answer(call, folders, (out, folder) -> {
            out.start("m:Folders").start("t:Folder");
            FolderField.writeId(out, "t:FolderId", folder.ewsId());
            out.end().end();
        });
    }
}
