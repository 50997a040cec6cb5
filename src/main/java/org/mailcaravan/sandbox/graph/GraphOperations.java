package org.mailcaravan.sandbox.graph;

import org.mailcaravan.sandbox.graph.GraphPath.Kind;
import org.mailcaravan.sandbox.graph.MailboxAccess.Right;

/** The table of all that this Graph does. */
final class GraphOperations {
    private GraphOperations() {}

    static GraphRoutes all(GraphHandler.Tenant tenant, MailboxAccess access, GraphSettings settings) {
        GraphRoutes routes = new GraphRoutes(access);
        routes.on(
                "GET",
                Kind.PERSON,
                call -> Reply.ok(PersonView.of(access.person(call.caller(), call.path()), call.request())));
        addFolders(routes, new FolderResource());
        addMessages(routes, new MessageResource());
        DeltaResource delta = new DeltaResource(tenant.cursors(), settings.quirks());
        AttachmentResource attachments = new AttachmentResource();
        return routes.on("GET", Kind.DELTA, Right.READ, delta::list)
                .on("GET", Kind.ATTACHMENTS, Right.READ, attachments::list);
    }

    private static void addFolders(GraphRoutes routes, FolderResource folders) {
        routes.on("GET", Kind.FOLDERS, Right.READ_FOLDERS, folders::topLevel)
                .on("GET", Kind.FOLDER, Right.READ_FOLDERS, folders::one)
                .on("GET", Kind.CHILD_FOLDERS, Right.READ_FOLDERS, folders::children);
    }

    private static void addMessages(GraphRoutes routes, MessageResource messages) {
        routes.on("GET", Kind.MESSAGES, Right.READ, messages::list)
                .on("GET", Kind.MESSAGE, Right.READ, messages::one)
                .on("GET", Kind.MIME, Right.READ, messages::mime);
    }
}
