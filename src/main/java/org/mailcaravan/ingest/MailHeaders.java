package org.mailcaravan.ingest;

/** The headers of our Exchanges. The prefix is what Camel's header filters strip from messages of the outside world. */
public final class MailHeaders {
    /** Our id of the mailbox (UUID). */
    public static final String MAILBOX_ID = "CamelM365MailMailboxId";
    /** SMTP address of the mailbox. */
    public static final String MAILBOX_ADDRESS = "CamelM365MailMailboxAddress";
    /** The address made fit for a file name: letters, digits and {@code @._+-}, anything else becomes {@code _}. */
    public static final String MAILBOX_NAME = "CamelM365MailMailboxName";
    /** Our id of the message (UUID), also the id of its event. */
    public static final String MESSAGE_KEY = "CamelM365MailMessageKey";
    /** {@code graph} or {@code ews}. */
    public static final String PROTOCOL = "CamelM365MailProtocol";
    /** How the message was read: {@code mime}, {@code json} or {@code both}. */
    public static final String CONTENT_FORM = "CamelM365MailContentForm";
    /** Size in bytes (Long) of the raw MIME, or of the JSON if there is no MIME. */
    public static final String CONTENT_SIZE = "CamelM365MailContentSize";
    /** SHA-256 of the same bytes, lower-case hexadecimal. */
    public static final String CONTENT_SHA256 = "CamelM365MailContentSha256";
    /** Graph's immutable id of the message. */
    public static final String MESSAGE_ID = "CamelM365MailMessageId";
    /** EWS's newest ItemId of the message. */
    public static final String ITEM_ID = "CamelM365MailItemId";
    /** What became of a message at the sinks: {@code delivered}, {@code filtered} or {@code dead}. */
    public static final String SETTLEMENT = "CamelM365MailSettlement";
    /** How a sink judged a failure: {@code retry}, {@code permanent}, {@code sink-misconfigured} or {@code done}. */
    public static final String OUTCOME = "CamelM365MailOutcome";

    /** Exchange property that carries the {@link ArrivedMessage} from the ingesting consumer to {@code mail-delivery}. */
    public static final String ARRIVED_MESSAGE = "CamelM365MailArrivedMessage";

    private MailHeaders() {}
}
