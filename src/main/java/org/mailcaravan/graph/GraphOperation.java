package org.mailcaravan.graph;

/** What {@code microsoft-graph} can do, by the names that stand in URIs. */
public enum GraphOperation {
    messages(
            GraphOperation::notForProducers,
            "Mail.Read",
            "Consumer only: reads the mail of the mailboxes.",
            "",
            "the message's fields, JSON"),
    listFolders(
            FolderOperations::list,
            "Mail.ReadBasic",
            "Lists the folders at the top, or below folder; hidden ones too.",
            "",
            "a page: {value: [mailFolder]}"),
    getFolder(FolderOperations::get, "Mail.ReadBasic", "Gets one folder.", "", "mailFolder"),
    createFolder(
            FolderOperations::create,
            "Mail.ReadWrite",
            "Creates the folder name at the top, or below folder.",
            "",
            "mailFolder; its id in CamelM365MailFolder"),
    renameFolder(FolderOperations::rename, "Mail.ReadWrite", "Names a folder anew.", "", "mailFolder"),
    deleteFolder(FolderOperations::delete, "Mail.ReadWrite", "Moves a folder to Deleted Items.", "", "none"),
    listMessages(
            MessageOperations::list,
            "Mail.Read",
            "Lists the messages of the mailbox, or of folder.",
            "",
            "a page: {value: [message]}"),
    getMessage(MessageOperations::get, "Mail.Read", "Gets one message as JSON.", "", "message"),
    getMime(MessageOperations::mime, "Mail.Read", "Gets one message as RFC 5322.", "", "a stream"),
    createDraft(
            MessageOperations::createDraft,
            "Mail.ReadWrite",
            "Creates a draft in Drafts, or in folder.",
            "message",
            "message; its id in CamelM365MailMessageId"),
    updateMessage(
            MessageOperations::update,
            "Mail.ReadWrite",
            "Changes a message: isRead, flag and categories as options or headers, or else what the body says.",
            "none, or the changed fields of message",
            "message"),
    moveMessage(
            MessageOperations::move,
            "Mail.ReadWrite",
            "Moves a message to destination.",
            "",
            "message; its id, which stays, in CamelM365MailMessageId"),
    copyMessage(
            MessageOperations::copy, "Mail.ReadWrite", "Copies a message to destination.", "", "message (the copy)"),
    deleteMessage(MessageOperations::delete, "Mail.ReadWrite", "Moves a message to Deleted Items.", "", "none"),
    permanentDelete(
            MessageOperations::deletePermanently,
            "Mail.ReadWrite",
            "Removes a message so that its owner cannot restore it.",
            "",
            "none"),
    listAttachments(
            AttachmentOperations::list,
            "Mail.Read",
            "Lists the attachments of a message, without their content.",
            "",
            "a page: {value: [attachment]}"),
    getAttachment(
            AttachmentOperations::get,
            "Mail.Read",
            "Gets one attachment as JSON, a file's content in base64 inside.",
            "",
            "attachment"),
    getAttachmentContent(
            AttachmentOperations::content,
            "Mail.Read",
            "Gets the content of a file, or the MIME of an attached message. A reference has none.",
            "",
            "a stream"),
    addAttachment(
            AttachmentOperations::add,
            "Mail.ReadWrite",
            "Adds an attachment to a draft; files of more than 3 MB by an upload session.",
            "with name: the file's content; without: attachment",
            "attachment if Graph tells it; its id in CamelM365MailAttachmentId"),
    sendMail(
            SendOperations::sendMail,
            "Mail.Send",
            "Sends a message. One of more than 3 MB is sent as a draft, its attachments uploaded one by one (needs Mail.ReadWrite too).",
            "message, or {message, saveToSentItems}",
            "none"),
    sendMime(
            SendOperations::sendMime,
            "Mail.Send",
            "Sends a message of RFC 5322. One of more than 3 MB is sent as a draft, its files uploaded one by one (needs Mail.ReadWrite too).",
            "the message's bytes",
            "none"),
    sendDraft(SendOperations::sendDraft, "Mail.Send", "Sends a draft.", "", "none"),
    reply(SendOperations::reply, "Mail.Send", "Answers the sender of a message.", "{comment} or {message}", "none"),
    replyAll(
            SendOperations::replyAll,
            "Mail.Send",
            "Answers the sender and all recipients of a message.",
            "{comment} or {message}",
            "none"),
    forward(SendOperations::forward, "Mail.Send", "Forwards a message.", "{comment, toRecipients}", "none"),
    translateExchangeIds(
            IdTranslation::translate,
            "User.Read",
            "Translates ids from sourceIdType to targetIdType, any number of them.",
            "a list of ids, or {inputIds, sourceIdType, targetIdType}",
            "{value: [{sourceId, targetId, errorDetails?}]}"),
    batch(
            Batch::run,
            "Mail.ReadWrite",
            "Carries out several requests, twenty at a time.",
            "{requests: [{id, method, url, headers?, body?, dependsOn?}]}",
            "{responses: [{id, status, headers, body}]} in the order of the requests"),
    createSubscription(
            SubscriptionOperations::create,
            "Mail.Read",
            "Subscribes to change notifications of the mailbox, or of folder.",
            "subscription; resource may be left out",
            "subscription; its id in CamelM365MailSubscriptionId"),
    renewSubscription(
            SubscriptionOperations::renew,
            "Mail.Read",
            "Lets a subscription live longer.",
            "{expirationDateTime}",
            "subscription"),
    deleteSubscription(SubscriptionOperations::delete, "Mail.Read", "Ends a subscription.", "", "none"),
    listSubscriptions(
            SubscriptionOperations::list,
            "Mail.Read",
            "Lists the subscriptions of the application and the mailbox's reader.",
            "",
            "a page: {value: [subscription]}");

    private final transient Step step;
    private final String permission;
    private final String purpose;
    private final String takes;
    private final String answers;

    GraphOperation(Step step, String permission, String purpose, String takes, String answers) {
        this.step = step;
        this.permission = permission;
        this.purpose = purpose;
        this.takes = takes;
        this.answers = answers;
    }

    /** Carries one operation out. */
    @FunctionalInterface
    interface Step {
        void run(Invocation in);
    }

    private static void notForProducers(Invocation in) {
        throw new IllegalArgumentException("messages is for from: only; to: takes an operation such as listMessages");
    }

    void run(Invocation in) {
        step.run(in);
    }

    /** The least permission of Microsoft Graph that suffices. */
    public String permission() {
        return permission;
    }

    String consent() {
        return "Let an administrator consent to the permission " + permission
                + " of Microsoft Graph for this application"
                + " (for a shared mailbox " + permission
                + ".Shared and Exchange's own right to it; for an app-only mailbox the"
                + " application permission, or the Exchange role \"Application " + permission
                + "\"); then connect the mailbox again.";
    }

    /** One sentence for people. */
    public String purpose() {
        return purpose;
    }

    /** What the body of the Exchange must be; empty if it is not looked at. */
    public String takes() {
        return takes;
    }

    /** What the body becomes; none: it stays as it is. */
    public String answers() {
        return answers;
    }
}
