package org.mailcaravan.graph;

import org.apache.camel.spi.Metadata;
import org.mailcaravan.ingest.MailHeaders;

/**
 * The headers of {@code microsoft-graph}; those of the consumer have the names that every room uses ({@link MailHeaders}). All begin with {@code Camel}, so no
 * header of a mail or of a request from outside becomes one.
 */
public final class GraphConstants {
    @Metadata(
            label = "common",
            description =
                    "Our id of the mailbox (UUID). Set by the consumer; tells the producer whose mail is meant if the URI says *.",
            javaType = "String")
    public static final String MAILBOX_ID = MailHeaders.MAILBOX_ID;

    @Metadata(
            label = "common",
            description =
                    "The SMTP address of the mailbox. Set by the consumer; tells the producer whose mail is meant if the URI says * and there is no mailbox id.",
            javaType = "String")
    public static final String MAILBOX_ADDRESS = MailHeaders.MAILBOX_ADDRESS;

    @Metadata(
            label = "consumer",
            description = "Our id of the message (UUID), also the id of its event.",
            javaType = "String")
    public static final String MESSAGE_KEY = MailHeaders.MESSAGE_KEY;

    @Metadata(label = "consumer", description = "How the mailbox is read: graph.", javaType = "String")
    public static final String PROTOCOL = MailHeaders.PROTOCOL;

    @Metadata(label = "consumer", description = "How the message was read: mime, json or both.", javaType = "String")
    public static final String CONTENT_FORM = MailHeaders.CONTENT_FORM;

    @Metadata(
            label = "consumer",
            description = "The size of the raw MIME in bytes, or of the JSON if there is no MIME.",
            javaType = "Long")
    public static final String CONTENT_SIZE = MailHeaders.CONTENT_SIZE;

    @Metadata(
            label = "consumer",
            description = "The SHA-256 of the same bytes, lower-case hexadecimal.",
            javaType = "String")
    public static final String CONTENT_SHA256 = MailHeaders.CONTENT_SHA256;

    @Metadata(
            label = "common",
            description =
                    "Graph's immutable id of the message. Set by the consumer, and by the operations that answer one message.",
            javaType = "String")
    public static final String MESSAGE_ID = MailHeaders.MESSAGE_ID;

    @Metadata(label = "producer", description = "A folder by its id or well-known name.", javaType = "String")
    public static final String FOLDER = "CamelM365MailFolder";

    @Metadata(
            label = "producer",
            description = "Where the message is moved or copied to: a folder by its id or well-known name.",
            javaType = "String")
    public static final String DESTINATION = "CamelM365MailDestination";

    @Metadata(
            label = "producer",
            description = "The id of the attachment. Also set by addAttachment if Graph tells it.",
            javaType = "String")
    public static final String ATTACHMENT_ID = "CamelM365MailAttachmentId";

    @Metadata(label = "producer", description = "The name of a folder or attachment.", javaType = "String")
    public static final String NAME = "CamelM365MailName";

    @Metadata(label = "producer", description = "The media type of an attachment.", javaType = "String")
    public static final String CONTENT_TYPE = "CamelM365MailContentType";

    @Metadata(label = "producer", description = "An OData $filter.", javaType = "String")
    public static final String FILTER = "CamelM365MailFilter";

    @Metadata(label = "producer", description = "An OData $orderby.", javaType = "String")
    public static final String ORDER_BY = "CamelM365MailOrderBy";

    @Metadata(label = "producer", description = "How many rows a page may have, 1 to 1000.", javaType = "Integer")
    public static final String TOP = "CamelM365MailTop";

    @Metadata(label = "producer", description = "The properties to answer, comma separated.", javaType = "String")
    public static final String SELECT = "CamelM365MailSelect";

    @Metadata(
            label = "producer",
            description =
                    "Set by the list operations if there are more rows, removed if there are none; a list operation that finds it reads on there.",
            javaType = "String")
    public static final String NEXT_LINK = "CamelM365MailNextLink";

    @Metadata(label = "producer", description = "Whether the message is marked as read.", javaType = "Boolean")
    public static final String IS_READ = "CamelM365MailIsRead";

    @Metadata(
            label = "producer",
            description = "The follow-up flag: notFlagged, flagged or complete.",
            javaType = "String")
    public static final String FLAG = "CamelM365MailFlag";

    @Metadata(
            label = "producer",
            description = "The categories that replace the message's, comma separated or a list.",
            javaType = "String")
    public static final String CATEGORIES = "CamelM365MailCategories";

    @Metadata(
            label = "producer",
            description = "The id of the subscription. Also set by createSubscription.",
            javaType = "String")
    public static final String SUBSCRIPTION_ID = "CamelM365MailSubscriptionId";

    private GraphConstants() {}
}
