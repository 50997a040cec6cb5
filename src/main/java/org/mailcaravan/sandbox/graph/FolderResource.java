package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Mail folders. */
final class FolderResource {

    Reply one(SandboxMailbox mailbox, Call call) {
        return Reply.ok(entity(mailbox, call.request(), Located.folder(mailbox, call.path())));
    }

    Reply topLevel(SandboxMailbox mailbox, Call call) {
        return Reply.ok(list(mailbox, call.request(), mailbox.wellKnownFolder("msgfolderroot"), "mailFolders"));
    }

    Reply children(SandboxMailbox mailbox, Call call) {
        SandboxFolder parent = Located.folder(mailbox, call.path());
        return Reply.ok(list(mailbox, call.request(), parent, "mailFolders('" + parent.restId() + "')/childFolders"));
    }

    private static ObjectNode list(SandboxMailbox mailbox, GraphRequest request, SandboxFolder parent, String context) {
        Selection selection = selection(request);
        List<ObjectNode> all = mailbox.childFolders(parent).stream()
                .filter(folder -> !folder.hidden() || showsHidden(request))
                .map(folder -> FolderView.of(mailbox, folder, selection))
                .toList();
        return Paging.paged(mailbox, request, all, context);
    }

    static ObjectNode entity(SandboxMailbox mailbox, GraphRequest request, SandboxFolder folder) {
        ObjectNode json = Paging.context(mailbox, request, "mailFolders/$entity");
        return json.setAll(FolderView.of(mailbox, folder, selection(request)));
    }

    private static boolean showsHidden(GraphRequest request) {
        return request.option("includehiddenfolders")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
    }

    static Selection selection(GraphRequest request) {
        return Selection.parse(request.option("select"), FolderView.PROPERTIES, "microsoft.graph.mailFolder");
    }
}
