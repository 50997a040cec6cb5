package org.mailcaravan.ews;

/** What {@code ews} can do, by the names that stand in URIs: those of {@code microsoft-graph}, so that a route moves by its scheme. */
public enum EwsOperation {
    messages(
            EwsOperation::notForProducers,
            Effect.READS,
            "SyncFolderItems, GetItem",
            "Consumer only: reads the mail of the mailboxes.",
            "",
            "the message's fields, JSON",
            "messages"),
    listFolders(
            FolderSteps::list,
            Effect.READS,
            "FindFolder",
            "Lists the folders at the top, or below folder; with recursive those within them too.",
            "",
            "a page: {value: [mailFolder]}",
            "listFolders, one level at a time"),
    getFolder(FolderSteps::get, Effect.READS, "GetFolder", "Gets one folder.", "", "mailFolder", "getFolder"),
    syncFolders(
            FolderSteps::sync,
            Effect.READS,
            "SyncFolderHierarchy",
            "Tells what became of the folders since syncState; without it, all there are.",
            "",
            "a page: {value: [mailFolder, or {id, @removed}]}; the new state in CamelM365MailSyncState",
            "none here; Graph has mailFolder: delta"),
    listMessages(
            MessageSteps::list,
            Effect.READS,
            "FindItem",
            "Lists the messages of folder, or of the inbox, newest first: those that receivedFrom, receivedBefore,"
                    + " subject and isRead leave.",
            "",
            "a page: {value: [message]}, without bodies and recipients",
            "listMessages with filter"),
    getMessage(
            MessageSteps::get,
            Effect.READS,
            "GetItem",
            "Gets one message as JSON, its body included.",
            "",
            "message",
            "getMessage"),
    getMime(MessageSteps::mime, Effect.READS, "GetItem", "Gets one message as RFC 5322.", "", "a stream", "getMime"),
    updateMessage(
            MessageSteps::update,
            Effect.REPEATABLE,
            "UpdateItem",
            "Changes a message: isRead, flag, importance and categories. No read receipt is sent.",
            "",
            "{id, changeKey}",
            "updateMessage"),
    moveMessage(
            MessageSteps::move,
            Effect.ONCE,
            "MoveItem",
            "Moves a message to destination.",
            "",
            "{id, changeKey}; the id, which is a new one, in CamelM365MailItemId",
            "moveMessage, where the id stays"),
    copyMessage(
            MessageSteps::copy,
            Effect.ONCE,
            "CopyItem",
            "Copies a message to destination.",
            "",
            "{id, changeKey} of the copy",
            "copyMessage"),
    deleteMessage(
            MessageSteps::delete,
            Effect.REPEATABLE,
            "DeleteItem",
            "Moves a message to Deleted Items. No read receipt is sent.",
            "",
            "none",
            "deleteMessage"),
    permanentDelete(
            MessageSteps::deletePermanently,
            Effect.REPEATABLE,
            "DeleteItem",
            "Removes a message so that its owner cannot restore it.",
            "",
            "none",
            "permanentDelete"),
    listAttachments(
            AttachmentSteps::list,
            Effect.READS,
            "GetItem",
            "Lists the attachments of a message, without their content.",
            "",
            "{value: [attachment]}",
            "listAttachments"),
    getAttachment(
            AttachmentSteps::get,
            Effect.READS,
            "GetAttachment",
            "Gets one attachment as JSON: a file's content in base64, an item's fields, where a reference leads to.",
            "",
            "attachment",
            "getAttachment"),
    getAttachmentContent(
            AttachmentSteps::content,
            Effect.READS,
            "GetAttachment",
            "Gets the content of a file, or the MIME of an attached message. A reference has none.",
            "",
            "a stream",
            "getAttachmentContent"),
    convertIds(
            IdSteps::convert,
            Effect.READS,
            "ConvertId",
            "Converts ids from sourceIdType to targetIdType, any number of them.",
            "a list of ids, or {inputIds}",
            "{value: [{sourceId, targetId or errorDetails}]}",
            "translateExchangeIds, which alone knows Graph's ids");

    private final transient Step step;
    private final transient Effect effect;
    private final String soap;
    private final String purpose;
    private final String takes;
    private final String answers;
    private final String equivalent;

    EwsOperation(
            Step step, Effect effect, String soap, String purpose, String takes, String answers, String equivalent) {
        this.step = step;
        this.effect = effect;
        this.soap = soap;
        this.purpose = purpose;
        this.takes = takes;
        this.answers = answers;
        this.equivalent = equivalent;
    }

    /** Carries one operation out. */
    @FunctionalInterface
    interface Step {
        void run(EwsInvocation in);
    }

    /** What doing it twice would do. */
    enum Effect {
        READS,
        /** The same as doing it once. */
        REPEATABLE,
        ONCE
    }

    private static void notForProducers(EwsInvocation in) {
        throw new IllegalArgumentException("messages is for from: only; to: takes an operation such as listMessages");
    }

    void run(EwsInvocation in) {
        step.run(in);
    }

    Effect effect() {
        return effect;
    }

    /** The operations of Exchange Web Services it uses, as Microsoft names them. */
    public String soap() {
        return soap;
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

    /** What does the same in {@code microsoft-graph}. */
    public String equivalent() {
        return equivalent;
    }
}
