package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.mailcaravan.sandbox.mail.FolderSearch;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Makes, renames and deletes mail folders and search folders. */
final class FolderWrites {

    Reply createTopLevel(SandboxMailbox mailbox, Call call) {
        return create(mailbox, mailbox.wellKnownFolder("msgfolderroot"), call);
    }

    Reply createChild(SandboxMailbox mailbox, Call call) {
        return create(mailbox, Located.folder(mailbox, call.path()), call);
    }

    private static Reply create(SandboxMailbox mailbox, SandboxFolder parent, Call call) {
        JsonNode json = call.body().json();
        String name = name(json);
        checkFree(mailbox, parent, name);
        SandboxFolder made = json.path("@odata.type").asText("").endsWith("mailSearchFolder")
                ? mailbox.addSearch(parent, name, search(mailbox, json, new FolderSearch(List.of(), false, "")))
                : mailbox.addFolder(parent, name, json.path("isHidden").asBoolean(false));
        return Reply.created(FolderResource.entity(mailbox, call.request(), made));
    }

    private static String name(JsonNode json) {
        return MessageJson.text(json, "displayName")
                .filter(name -> !name.isBlank())
                .orElseThrow(() ->
                        GraphError.of(400, "ErrorInvalidParameter", "A folder needs a displayName that is not blank."));
    }

    private static void checkFree(SandboxMailbox mailbox, SandboxFolder parent, String name) {
        if (mailbox.childFolders(parent).stream()
                .anyMatch(known -> known.displayName().equalsIgnoreCase(name))) {
            throw GraphError.of(409, "ErrorFolderExists", "A folder with the specified name already exists.");
        }
    }

    /** @param otherwise what holds for properties that are not there */
    private static FolderSearch search(SandboxMailbox mailbox, JsonNode json, FolderSearch otherwise) {
        List<String> sources = json.has("sourceFolderIds")
                ? StreamSupport.stream(json.path("sourceFolderIds").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList()
                : otherwise.sourceIds();
        if (sources.isEmpty()) {
            throw GraphError.of(400, "ErrorInvalidParameter", "A search folder needs sourceFolderIds.");
        }
        sources.forEach(id -> Located.target(mailbox, id));
        String filter = MessageJson.text(json, "filterQuery").orElse(otherwise.filter());
        MessageFilter.parse(Optional.of(filter).filter(text -> !text.isBlank()));
        boolean nested = json.path("includeNestedFolders").asBoolean(otherwise.nested());
        return new FolderSearch(sources, nested, filter);
    }

    /** Renames; changes what a search folder searches. */
    Reply change(SandboxMailbox mailbox, Call call) {
        SandboxFolder folder = Located.folder(mailbox, call.path());
        JsonNode json = call.body().json();
        folder.search().ifPresent(search -> mailbox.search(folder, search(mailbox, json, search)));
        if (json.has("displayName")) {
            refuseWellKnown(folder);
            mailbox.rename(folder, name(json));
        }
        return Reply.ok(FolderResource.entity(mailbox, call.request(), Located.folder(mailbox, folder.restId())));
    }

    /** Into Deleted Items; from there, for good. */
    Reply delete(SandboxMailbox mailbox, Call call) {
        SandboxFolder folder = Located.folder(mailbox, call.path());
        refuseWellKnown(folder);
        SandboxFolder bin = mailbox.wellKnownFolder("deleteditems");
        if (folder.parentEwsId().filter(bin.ewsId()::equals).isPresent()
                || folder.search().isPresent()) {
            mailbox.purge(folder);
        } else {
            mailbox.move(folder, bin);
        }
        return Reply.empty(204);
    }

    Reply purge(SandboxMailbox mailbox, Call call) {
        SandboxFolder folder = Located.folder(mailbox, call.path());
        refuseWellKnown(folder);
        mailbox.purge(folder);
        return Reply.empty(204);
    }

    private static void refuseWellKnown(SandboxFolder folder) {
        if (folder.wellKnownName().isPresent()) {
            throw GraphError.of(
                    403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted or renamed.");
        }
    }
}
