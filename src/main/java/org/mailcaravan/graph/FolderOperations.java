package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Folders, by id or well-known name.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/mailfolder">mailFolder</a>
 */
final class FolderOperations {
    private FolderOperations() {}

    static void list(Invocation in) {
        String path = in.folder()
                .map(parent -> "/mailFolders/" + GraphLinks.segment(parent) + "/childFolders")
                .orElse("/mailFolders");
        in.page(new Query()
                .with("includeHiddenFolders", Optional.of("true"))
                .with("$select", in.select())
                .with("$top", in.top())
                .after(path));
    }

    static void get(Invocation in) {
        in.answer(in.wire().get(new Query().with("$select", in.select()).after(in.requireFolder())));
    }

    static void create(Invocation in) {
        String path = in.folder().isPresent() ? in.requireFolder() + "/childFolders" : "/mailFolders";
        in.answerItem(in.wire().send("POST", path, named(in)), GraphConstants.FOLDER);
    }

    static void rename(Invocation in) {
        in.answer(in.wire().send("PATCH", in.requireFolder(), named(in)));
    }

    static void delete(Invocation in) {
        in.wire().delete(in.requireFolder());
    }

    private static ObjectNode named(Invocation in) {
        return GraphJson.object().put("displayName", in.requireName());
    }
}
