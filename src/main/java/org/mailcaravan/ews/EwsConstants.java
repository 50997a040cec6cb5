package org.mailcaravan.ews;

import org.apache.camel.spi.Metadata;
import org.mailcaravan.ingest.MailHeaders;

/** Headers of the Exchanges that {@code ews:messages/*} creates. */
public final class EwsConstants {
    @Metadata(
            label = "consumer",
            description = "Our id of the message, a UUID; also the id of its event",
            javaType = "String")
    public static final String MESSAGE_KEY = MailHeaders.MESSAGE_KEY;

    @Metadata(label = "consumer", description = "Our id of the mailbox, a UUID", javaType = "String")
    public static final String MAILBOX_ID = MailHeaders.MAILBOX_ID;

    @Metadata(label = "consumer", description = "SMTP address of the mailbox", javaType = "String")
    public static final String MAILBOX_ADDRESS = MailHeaders.MAILBOX_ADDRESS;

    @Metadata(label = "consumer", description = "How the mailbox is read: ews", javaType = "String")
    public static final String PROTOCOL = MailHeaders.PROTOCOL;

    @Metadata(label = "consumer", description = "Size of the raw MIME in bytes", javaType = "Long")
    public static final String CONTENT_SIZE = MailHeaders.CONTENT_SIZE;

    @Metadata(label = "consumer", description = "SHA-256 of the raw MIME, lower-case hexadecimal", javaType = "String")
    public static final String CONTENT_SHA256 = MailHeaders.CONTENT_SHA256;

    private EwsConstants() {}
}
