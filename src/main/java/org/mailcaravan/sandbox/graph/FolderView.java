package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.mailcaravan.sandbox.mail.FolderCounts;
import org.mailcaravan.sandbox.mail.FolderSearch;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** A folder as Graph shows it (resource type mailFolder). */
final class FolderView {
    static final Set<String> PROPERTIES = Set.of(
            "id",
            "displayName",
            "parentFolderId",
            "childFolderCount",
            "unreadItemCount",
            "totalItemCount",
            "isHidden",
            "isSupported",
            "includeNestedFolders",
            "sourceFolderIds",
            "filterQuery");

    private FolderView() {}

    static ObjectNode of(SandboxMailbox mailbox, SandboxFolder folder, Selection selection) {
        FolderCounts counts = mailbox.counts(folder);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        folder.search().ifPresent(search -> json.put("@odata.type", "#microsoft.graph.mailSearchFolder"));
        json.put("id", folder.restId());
        json.put("displayName", folder.displayName());
        json.put("parentFolderId", folder.parentRestId().orElse(folder.restId()));
        json.put("childFolderCount", counts.childFolders());
        json.put("unreadItemCount", counts.unread());
        json.put("totalItemCount", counts.total());
        json.put("isHidden", folder.hidden());
        folder.search().ifPresent(search -> addSearch(json, search));
        folder.search().ifPresent(search -> count(json, MessageResource.messages(mailbox, folder)));
        PROPERTIES.stream()
                .filter(name -> !name.equals("id") && selection.leavesOut(name))
                .forEach(json::remove);
        return json;
    }

    private static void addSearch(ObjectNode json, FolderSearch search) {
        json.put("isSupported", true);
        json.put("includeNestedFolders", search.nested());
        ArrayNode sources = json.putArray("sourceFolderIds");
        search.sourceIds().forEach(sources::add);
        json.put("filterQuery", search.filter());
    }

    private static void count(ObjectNode json, List<SandboxMessage> found) {
        json.put("totalItemCount", found.size());
        json.put(
                "unreadItemCount",
                found.stream().filter(message -> !message.isRead()).count());
    }
}
