package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** FindFolder, Shallow and Deep, paged from the beginning; no restriction. */
final class FindFolder {
    private FindFolder() {}

    static Operation.Answer prepare(EwsCall call) throws EwsFault {
        call.refuse("m:Restriction", "m:FractionalPageFolderView");
        PageView view = PageView.of(call, "m:IndexedPageFolderView");
        String traversal = call.operation().attribute("Traversal").orElse("Shallow");
        Set<FolderField> fields = FolderField.of(call.operation().get("m:FolderShape"), call.version());
        List<Outcome<LocatedFolder>> parents = new FolderLookup(call).findAll("m:ParentFolderIds");
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            for (Outcome<LocatedFolder> parent : parents) {
                if (parent.value().isPresent()) {
                    LocatedFolder found = parent.value().get();
                    List<SandboxFolder> children = children(found.mailbox(), found.folder(), traversal);
                    messages.success(payload -> write(payload, found.mailbox(), view.page(children), fields));
                } else {
                    messages.failure(parent.problem().orElseThrow());
                }
            }
            messages.end();
        };
    }

    /** Folders deleted softly do not exist here. */
    private static List<SandboxFolder> children(SandboxMailbox mailbox, SandboxFolder parent, String traversal) {
        if (traversal.equals("SoftDeleted")) {
            return List.of();
        }
        List<SandboxFolder> found = new ArrayList<>();
        for (SandboxFolder child : mailbox.childFolders(parent)) {
            found.add(child);
            if (traversal.equals("Deep")) {
                found.addAll(children(mailbox, child, traversal));
            }
        }
        return found;
    }

    private static void write(
            SoapWriter out, SandboxMailbox mailbox, PageView.Page<SandboxFolder> page, Set<FolderField> fields)
            throws XMLStreamException, IOException {
        page.writeRootFolder(out, "t:Folders", folder -> FolderField.write(out, mailbox, folder, fields));
    }
}
