package org.mailcaravan.ews;

import org.apache.camel.spi.Metadata;
import org.mailcaravan.ingest.MailHeaders;

/** The headers of {@code ews}: what its consumer tells of a message, and what its producer is told or tells. Those that {@code microsoft-graph} has too mean the same. */
public final class EwsConstants {
    @Metadata(
            label = "common",
            description = "Our id of the mailbox (UUID). A producer whose URI names no mailbox works for this one.",
            javaType = "String")
    public static final String MAILBOX_ID = MailHeaders.MAILBOX_ID;

    @Metadata(
            label = "common",
            description = "The mailbox's SMTP address. A producer looks here if there is no id.",
            javaType = "String")
    public static final String MAILBOX_ADDRESS = MailHeaders.MAILBOX_ADDRESS;

    @Metadata(
            label = "consumer",
            description = "Our id of the message (UUID), which is also the id of its event.",
            javaType = "String")
    public static final String MESSAGE_KEY = MailHeaders.MESSAGE_KEY;

    @Metadata(label = "consumer", description = "How the mailbox is read: ews.", javaType = "String")
    public static final String PROTOCOL = MailHeaders.PROTOCOL;

    @Metadata(label = "consumer", description = "How the message was read: by EWS always mime.", javaType = "String")
    public static final String CONTENT_FORM = MailHeaders.CONTENT_FORM;

    @Metadata(label = "consumer", description = "The size of the raw MIME in bytes.", javaType = "Long")
    public static final String CONTENT_SIZE = MailHeaders.CONTENT_SIZE;

    @Metadata(
            label = "consumer",
            description = "The SHA-256 of the raw MIME, lower-case hexadecimal.",
            javaType = "String")
    public static final String CONTENT_SHA256 = MailHeaders.CONTENT_SHA256;

    @Metadata(
            label = "common",
            description =
                    "The ItemId of the message, which changes when it is moved. Set by the consumer; moveMessage sets the new one.",
            javaType = "String")
    public static final String ITEM_ID = MailHeaders.ITEM_ID;

    @Metadata(label = "producer", description = "A folder by its id or distinguished name.", javaType = "String")
    public static final String FOLDER = "CamelM365MailFolder";

    @Metadata(
            label = "producer",
            description = "Where the message is moved or copied to: a folder by its id or distinguished name.",
            javaType = "String")
    public static final String DESTINATION = "CamelM365MailDestination";

    @Metadata(label = "producer", description = "The id of the attachment.", javaType = "String")
    public static final String ATTACHMENT_ID = "CamelM365MailAttachmentId";

    @Metadata(
            label = "producer",
            description = "listFolders: whether the folders within folders are listed too.",
            javaType = "Boolean")
    public static final String RECURSIVE = "CamelM365MailRecursive";

    @Metadata(
            label = "producer",
            description = "syncFolders: the state that the last call set; each call sets a new one.",
            javaType = "String")
    public static final String SYNC_STATE = "CamelM365MailSyncState";

    @Metadata(
            label = "producer",
            description = "listMessages: received at this day or time or later.",
            javaType = "String")
    public static final String RECEIVED_FROM = "CamelM365MailReceivedFrom";

    @Metadata(label = "producer", description = "listMessages: received before this day or time.", javaType = "String")
    public static final String RECEIVED_BEFORE = "CamelM365MailReceivedBefore";

    @Metadata(
            label = "producer",
            description = "listMessages: what the subject contains, in any case of letters.",
            javaType = "String")
    public static final String SUBJECT = "CamelM365MailSubject";

    @Metadata(label = "producer", description = "How many rows a page may have, 1 to 1000.", javaType = "Integer")
    public static final String TOP = "CamelM365MailTop";

    @Metadata(
            label = "producer",
            description =
                    "Set by the list operations if there are more rows, removed if there are none; a list operation that finds it reads on there.",
            javaType = "String")
    public static final String NEXT_LINK = "CamelM365MailNextLink";

    @Metadata(
            label = "producer",
            description =
                    "updateMessage: whether the message is marked as read. listMessages: only those that are, or are not.",
            javaType = "Boolean")
    public static final String IS_READ = "CamelM365MailIsRead";

    @Metadata(
            label = "producer",
            description = "The follow-up flag: notFlagged, flagged or complete.",
            javaType = "String")
    public static final String FLAG = "CamelM365MailFlag";

    @Metadata(label = "producer", description = "The importance: low, normal or high.", javaType = "String")
    public static final String IMPORTANCE = "CamelM365MailImportance";

    @Metadata(
            label = "producer",
            description =
                    "The categories that replace the message's, comma separated or a list; an empty list takes all away.",
            javaType = "String")
    public static final String CATEGORIES = "CamelM365MailCategories";

    @Metadata(
            label = "producer",
            description =
                    "updateMessage: the changeKey of the message as it was read; one that was changed since is left as it is.",
            javaType = "String")
    public static final String CHANGE_KEY = "CamelM365MailChangeKey";

    private EwsConstants() {}
}
