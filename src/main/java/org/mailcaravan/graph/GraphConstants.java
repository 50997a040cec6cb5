package org.mailcaravan.graph;

import org.apache.camel.spi.Metadata;
import org.mailcaravan.ingest.MailHeaders;

/** The headers that the consumer of {@code microsoft-graph} sets; the same names as every room uses ({@link MailHeaders}). */
public final class GraphConstants {
    @Metadata(label = "consumer", description = "Our id of the mailbox (UUID).", javaType = "String")
    public static final String MAILBOX_ID = MailHeaders.MAILBOX_ID;

    @Metadata(label = "consumer", description = "The SMTP address of the mailbox.", javaType = "String")
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

    private GraphConstants() {}
}
