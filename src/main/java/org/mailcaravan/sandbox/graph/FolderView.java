package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.mailcaravan.sandbox.mail.FolderCounts;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** A folder as Graph shows it (resource type mailFolder). */
final class FolderView {
    static final Set<String> PROPERTIES = Set.of(
            "id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden");

    private FolderView() {}

    static ObjectNode of(SandboxMailbox mailbox, SandboxFolder folder, Selection selection) {
        FolderCounts counts = mailbox.counts(folder);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", folder.restId());
        json.put("displayName", folder.displayName());
        json.put("parentFolderId", folder.parentRestId().orElse(folder.restId()));
        json.put("childFolderCount", counts.childFolders());
        json.put("unreadItemCount", counts.unread());
        json.put("totalItemCount", counts.total());
        json.put("isHidden", false);
        PROPERTIES.stream()
                .filter(name -> !name.equals("id") && selection.leavesOut(name))
                .forEach(json::remove);
        return json;
    }
}
