package org.mailcaravan.sandbox.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** SyncFolderHierarchy: the folders below one, parents first, then what became of them. Always the whole in one answer. */
final class SyncFolderHierarchy {
    private static final XmlElement ROOT = new XmlElement(
            "t:DistinguishedFolderId", Map.of("Id", "msgfolderroot"), List.of(), "", new XmlElement.Place(1, 1));

    private final SyncGenerations generations;

    SyncFolderHierarchy(SyncGenerations generations) {
        this.generations = generations;
    }

    private enum Kind {
        CREATE("t:Create"),
        UPDATE("t:Update"),
        DELETE("t:Delete");

        private final String element;

        Kind(String element) {
            this.element = element;
        }
    }

    private record Change(Kind kind, SandboxFolder folder) {}

    private record Told(SandboxMailbox mailbox, HierarchyPosition next, List<Change> changes) {}

    Operation.Answer prepare(EwsCall call) {
        Set<FolderField> fields = FolderField.of(call.operation().get("m:FolderShape"), call.version());
        List<XmlElement> root = List.of(call.operation()
                .find("m:SyncFolderId")
                .map(asked -> asked.children().get(0))
                .orElse(ROOT));
        List<Outcome<Told>> told = call.each(root, reference -> {
            Outcome<LocatedFolder> folder = SyncGenerations.folder(call, reference);
            return folder.value().map(found -> told(call, found)).orElseGet(folder::recast);
        });
        return ResponseMessages.answer(call, told, (out, answer) -> write(out, answer, fields));
    }

    private Outcome<Told> told(EwsCall call, LocatedFolder root) {
        int generation = generations.of(root.mailbox());
        Optional<String> state = call.operation().findText("m:SyncState").filter(text -> !text.isEmpty());
        if (state.isEmpty()) {
            return Outcome.of(told(root, new HierarchyPosition(root.folder().ewsId(), generation, 0, Set.of())));
        }
        return HierarchyPosition.decode(state.get())
                .filter(from -> from.rootId().equals(root.folder().ewsId()) && from.generation() == generation)
                .map(from -> Outcome.of(told(root, from)))
                .orElseGet(() -> Outcome.failed(SyncGenerations.INVALID_STATE));
    }

    private static Told told(LocatedFolder root, HierarchyPosition from) {
        SandboxMailbox mailbox = root.mailbox();
        synchronized (mailbox) {
            List<SandboxFolder> here = below(mailbox, root.folder());
            List<SandboxFolder> changed = mailbox.foldersChangedSince(from.sequence());
            List<Change> changes = new ArrayList<>();
            for (SandboxFolder folder : here) {
                if (!from.knows(folder.ewsId())) {
                    changes.add(new Change(Kind.CREATE, folder));
                } else if (changed.contains(folder)) {
                    changes.add(new Change(Kind.UPDATE, folder));
                }
            }
            gone(mailbox, from, here).forEach(folder -> changes.add(new Change(Kind.DELETE, folder)));
            Set<Integer> known =
                    here.stream().map(folder -> folder.ewsId().hashCode()).collect(Collectors.toSet());
            HierarchyPosition next =
                    new HierarchyPosition(root.folder().ewsId(), from.generation(), mailbox.folderSequence(), known);
            return new Told(mailbox, next, changes);
        }
    }

    private static List<SandboxFolder> below(SandboxMailbox mailbox, SandboxFolder parent) {
        return mailbox.childFolders(parent).stream()
                .flatMap(child -> Stream.concat(Stream.of(child), below(mailbox, child).stream()))
                .toList();
    }

    /** Deleted for good, or moved to where this synchronisation does not look. */
    private static List<SandboxFolder> gone(SandboxMailbox mailbox, HierarchyPosition from, List<SandboxFolder> here) {
        return Stream.concat(mailbox.foldersRemovedSince(from.sequence()).stream(), mailbox.folders().stream())
                .filter(folder -> from.knows(folder.ewsId()) && !here.contains(folder))
                .toList();
    }

    private static void write(SoapWriter out, Told told, Set<FolderField> fields) throws XMLStreamException {
        out.element("m:SyncState", told.next().encode());
        out.element("m:IncludesLastFolderInRange", true);
        out.start("m:Changes");
        for (Change change : told.changes()) {
            out.start(change.kind().element);
            if (change.kind() == Kind.DELETE) {
                FolderField.writeId(out, "t:FolderId", change.folder().ewsId());
            } else {
                FolderField.write(out, told.mailbox(), change.folder(), fields);
            }
            out.end();
        }
        out.end();
    }
}
