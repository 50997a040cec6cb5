package org.mailcaravan.sandbox.graph;

import java.time.Clock;
import org.mailcaravan.sandbox.graph.GraphPath.Kind;
import org.mailcaravan.sandbox.graph.MailboxAccess.Right;

/** The table of all that this Graph does. */
final class GraphOperations {
    private GraphOperations() {}

    static GraphRoutes all(
            GraphHandler.Tenant tenant,
            MailboxAccess access,
            GraphSettings settings,
            UploadSessions uploads,
            Clock clock) {
        GraphRoutes routes = new GraphRoutes(access);
        routes.on(
                "GET",
                Kind.PERSON,
                call -> Reply.ok(PersonView.of(access.person(call.caller(), call.path()), call.request())));
        addFolders(routes, new FolderResource());
        addFolderWrites(routes, new FolderWrites());
        routes.on("POST", Kind.TRANSLATE_IDS, Right.TRANSLATE_IDS, new IdTranslation()::translate);
        addMessages(routes, new MessageResource());
        MessageWrites writes = new MessageWrites(clock);
        addWrites(routes, writes);
        addSending(routes, new Sending(tenant, writes, clock));
        DeltaResource delta = new DeltaResource(tenant.cursors(), settings.quirks());
        addAttachments(routes, new AttachmentResource(uploads));
        return routes.on("GET", Kind.DELTA, Right.READ, delta::list);
    }

    private static void addAttachments(GraphRoutes routes, AttachmentResource attachments) {
        routes.on("GET", Kind.ATTACHMENTS, Right.READ, attachments::list)
                .on("POST", Kind.ATTACHMENTS, Right.WRITE, attachments::create)
                .on("GET", Kind.ATTACHMENT, Right.READ, attachments::one)
                .on("GET", Kind.ATTACHMENT_VALUE, Right.READ, attachments::value)
                .on("POST", Kind.UPLOAD_SESSION, Right.WRITE, attachments::createUploadSession);
    }

    private static void addFolders(GraphRoutes routes, FolderResource folders) {
        routes.on("GET", Kind.FOLDERS, Right.READ_FOLDERS, folders::topLevel)
                .on("GET", Kind.FOLDER, Right.READ_FOLDERS, folders::one)
                .on("GET", Kind.CHILD_FOLDERS, Right.READ_FOLDERS, folders::children);
    }

    private static void addFolderWrites(GraphRoutes routes, FolderWrites writes) {
        routes.on("GET", Kind.FOLDERS_DELTA, Right.READ_FOLDERS, new FolderDelta()::list)
                .on("POST", Kind.FOLDERS, Right.WRITE, writes::createTopLevel)
                .on("POST", Kind.CHILD_FOLDERS, Right.WRITE, writes::createChild)
                .on("PATCH", Kind.FOLDER, Right.WRITE, writes::change)
                .on("DELETE", Kind.FOLDER, Right.WRITE, writes::delete)
                .on("POST", Kind.FOLDER_PURGE, Right.WRITE, writes::purge);
    }

    private static void addWrites(GraphRoutes routes, MessageWrites writes) {
        routes.on("POST", Kind.MESSAGES, Right.WRITE, writes::create)
                .on("PATCH", Kind.MESSAGE, Right.WRITE, writes::change)
                .on("DELETE", Kind.MESSAGE, Right.WRITE, writes::delete)
                .on("POST", Kind.MOVE, Right.WRITE, writes::move)
                .on("POST", Kind.COPY, Right.WRITE, writes::copy)
                .on("POST", Kind.PURGE, Right.WRITE, writes::purge);
    }

    private static void addSending(GraphRoutes routes, Sending sending) {
        routes.on("POST", Kind.SEND_MAIL, Right.SEND, sending::sendMail)
                .on("POST", Kind.SEND, Right.SEND, sending::sendDraft);
    }

    private static void addMessages(GraphRoutes routes, MessageResource messages) {
        routes.on("GET", Kind.MESSAGES, Right.READ, messages::list)
                .on("GET", Kind.MESSAGE, Right.READ, messages::one)
                .on("GET", Kind.MIME, Right.READ, messages::mime);
    }
}
