package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Finds the folders a request refers to: by name in the mailbox acted for or in the one that {@code t:Mailbox} names, by id wherever it leads. */
final class FolderLookup {
    private static final Problem NOT_FOUND =
            new Problem("ErrorFolderNotFound", "The specified folder could not be found in the store.");

    private final EwsCall call;

    FolderLookup(EwsCall call) {
        this.call = call;
    }

    List<Outcome<LocatedFolder>> findAll(String container) {
        return call.operation().get(container).children().stream()
                .map(this::find)
                .toList();
    }

    Outcome<LocatedFolder> find(XmlElement reference) {
        return switch (reference.name()) {
            case "t:DistinguishedFolderId" -> distinguished(reference);
            case "t:FolderId" -> byId(reference.id());
            default -> Outcome.failed(NOT_FOUND);
        };
    }

    private Outcome<LocatedFolder> distinguished(XmlElement reference) {
        Outcome<SandboxMailbox> mailbox = reference
                .find("t:Mailbox")
                .flatMap(named -> named.findText("t:EmailAddress"))
                .map(call.mailboxes()::findByAddress)
                .orElseGet(() -> Outcome.of(call.mailboxes().own()));
        return mailbox.value().map(found -> folder(found, reference.id())).orElseGet(mailbox::recast);
    }

    private Outcome<LocatedFolder> byId(String id) {
        Optional<Problem> broken = ItemIds.problemOf(id);
        if (broken.isPresent()) {
            return Outcome.failed(broken.get());
        }
        return call.mailboxes()
                .findByItem(id)
                .map(mailbox -> folder(mailbox, id))
                .orElseGet(() -> Outcome.failed(NOT_FOUND));
    }

    private static Outcome<LocatedFolder> folder(SandboxMailbox mailbox, String idOrName) {
        return mailbox.findFolder(idOrName)
                .map(folder -> Outcome.of(new LocatedFolder(mailbox, folder)))
                .orElseGet(() -> Outcome.failed(NOT_FOUND));
    }
}
