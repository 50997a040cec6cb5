package org.mailcaravan.delivery;

import org.apache.camel.spi.Metadata;
import org.mailcaravan.ingest.MailHeaders;

/** Headers of the Exchanges that {@code mail-delivery:<sink>} consumers create. The {@code ce-} ones survive Kafka's and HTTP's header filters. */
public final class MailDeliveryConstants {
    @Metadata(
            label = "consumer",
            description = "Id of the event; the same for every sink and every attempt",
            javaType = "String")
    public static final String EVENT_ID = "ce-id";

    @Metadata(label = "consumer", description = "Type of the event", javaType = "String")
    public static final String EVENT_TYPE = "ce-type";

    @Metadata(label = "consumer", description = "Source of the event: the mailbox as a URN", javaType = "String")
    public static final String EVENT_SOURCE = "ce-source";

    @Metadata(label = "consumer", description = "CloudEvents version", javaType = "String")
    public static final String EVENT_SPEC_VERSION = "ce-specversion";

    @Metadata(
            label = "consumer",
            description = "Whether the receiver may have seen the event before (an earlier attempt did not end)",
            javaType = "Boolean")
    public static final String REDELIVERED = "ce-redelivered";

    @Metadata(label = "consumer", description = "Our id of the message, a UUID", javaType = "String")
    public static final String MESSAGE_KEY = MailHeaders.MESSAGE_KEY;

    @Metadata(label = "consumer", description = "Our id of the mailbox, a UUID", javaType = "String")
    public static final String MAILBOX_ID = MailHeaders.MAILBOX_ID;

    @Metadata(label = "consumer", description = "SMTP address of the mailbox", javaType = "String")
    public static final String MAILBOX_ADDRESS = MailHeaders.MAILBOX_ADDRESS;

    @Metadata(
            label = "consumer",
            description = "The address fit for a file name: letters, digits and @._+-, anything else becomes _",
            javaType = "String")
    public static final String MAILBOX_NAME = MailHeaders.MAILBOX_NAME;

    @Metadata(label = "consumer", description = "How the mailbox is read", javaType = "String", enums = "graph,ews")
    public static final String PROTOCOL = MailHeaders.PROTOCOL;

    @Metadata(
            label = "consumer",
            description = "With settled: Graph's immutable id of the message, if it is known",
            javaType = "String")
    public static final String MESSAGE_ID = MailHeaders.MESSAGE_ID;

    @Metadata(
            label = "consumer",
            description = "With settled: the newest ItemId that EWS is known to have for the message, if any",
            javaType = "String")
    public static final String ITEM_ID = MailHeaders.ITEM_ID;

    @Metadata(
            label = "consumer",
            description =
                    "With settled: dead if any sink gave the message up, else delivered if any has it, else filtered",
            javaType = "String",
            enums = "delivered,filtered,dead")
    public static final String SETTLEMENT = MailHeaders.SETTLEMENT;

    @Metadata(label = "consumer", description = "How the message was read: mime, json or both", javaType = "String")
    public static final String CONTENT_FORM = MailHeaders.CONTENT_FORM;

    @Metadata(
            label = "consumer",
            description = "Size in bytes of the raw MIME, or of the JSON if there is no MIME",
            javaType = "Long")
    public static final String CONTENT_SIZE = MailHeaders.CONTENT_SIZE;

    @Metadata(label = "consumer", description = "SHA-256 of the raw MIME, lower-case hexadecimal", javaType = "String")
    public static final String CONTENT_SHA256 = MailHeaders.CONTENT_SHA256;

    @Metadata(
            label = "consumer",
            description =
                    "Set by a route configuration to judge a failure: retry (default), permanent, sink-misconfigured, or done if nothing is left to do",
            javaType = "String",
            enums = "retry,permanent,sink-misconfigured,done")
    public static final String OUTCOME = MailHeaders.OUTCOME;

    private MailDeliveryConstants() {}
}
