package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailBody;

/**
 * The properties of {@code t:Message} this server knows, in the order of the schema ({@code ItemType}, then
 * {@code MessageType}): answers write them in this order.
 */
enum ItemField {
    MIME_CONTENT(
            "item:MimeContent",
            (out, item) -> out.start("t:MimeContent")
                    .attribute("CharacterSet", "UTF-8")
                    .base64(item::writeMime)
                    .end()),
    ITEM_ID("item:ItemId", (out, item) -> writeId(out, item)),
    PARENT_FOLDER_ID(
            "item:ParentFolderId",
            (out, item) -> out.start("t:ParentFolderId")
                    .attribute("Id", item.message().folder().ewsId())
                    .attribute("ChangeKey", FolderField.CHANGE_KEY)
                    .end()),
    ITEM_CLASS(
            "item:ItemClass",
            (out, item) -> out.element("t:ItemClass", item.content().messageClass())),
    SUBJECT(
            "item:Subject",
            (out, item) -> out.words("t:Subject", item.content().envelope().subject())),
    SENSITIVITY("item:Sensitivity", (out, item) -> out.element("t:Sensitivity", "Normal")),
    BODY("item:Body", (out, item) -> writeBody(out, item)),
    ATTACHMENTS("item:Attachments", (out, item) -> AttachmentWriter.write(out, item)),
    DATE_TIME_RECEIVED(
            "item:DateTimeReceived",
            (out, item) -> out.element("t:DateTimeReceived", item.message().received())),
    SIZE("item:Size", (out, item) -> out.element("t:Size", item.content().size())),
    CATEGORIES("item:Categories", (out, item) -> writeCategories(out, item)),
    IMPORTANCE(
            "item:Importance",
            (out, item) ->
                    out.element("t:Importance", item.content().importance().ewsName())),
    IN_REPLY_TO("item:InReplyTo", (out, item) -> writeOptional(out, "t:InReplyTo", item.header("In-Reply-To"))),
    IS_SUBMITTED("item:IsSubmitted", (out, item) -> out.element("t:IsSubmitted", false)),
    IS_DRAFT(
            "item:IsDraft",
            (out, item) -> out.element("t:IsDraft", item.message().isDraft())),
    IS_FROM_ME("item:IsFromMe", (out, item) -> out.element("t:IsFromMe", item.isIn("sentitems"))),
    IS_RESEND("item:IsResend", (out, item) -> out.element("t:IsResend", false)),
    IS_UNMODIFIED("item:IsUnmodified", (out, item) -> out.element("t:IsUnmodified", false)),
    INTERNET_MESSAGE_HEADERS("item:InternetMessageHeaders", (out, item) -> item.writeHeaders(out)),
    DATE_TIME_SENT(
            "item:DateTimeSent",
            (out, item) ->
                    out.element("t:DateTimeSent", item.content().envelope().sent())),
    DATE_TIME_CREATED(
            "item:DateTimeCreated",
            (out, item) -> out.element("t:DateTimeCreated", item.message().received())),
    DISPLAY_CC(
            "item:DisplayCc",
            (out, item) ->
                    out.words("t:DisplayCc", names(item.content().envelope().cc()))),
    DISPLAY_TO(
            "item:DisplayTo",
            (out, item) ->
                    out.words("t:DisplayTo", names(item.content().envelope().to()))),
    HAS_ATTACHMENTS(
            "item:HasAttachments",
            (out, item) -> out.element("t:HasAttachments", item.content().hasAttachments())),
    /** Stands for the place of the extended properties; no URI asks for it. */
    EXTENDED_PROPERTIES("", (out, item) -> item.writeExtendedProperties(out)),
    CULTURE("item:Culture", (out, item) -> out.element("t:Culture", "en-US")),
    LAST_MODIFIED_TIME(
            "item:LastModifiedTime",
            (out, item) -> out.element("t:LastModifiedTime", item.message().lastModified())),
    IS_ASSOCIATED("item:IsAssociated", (out, item) -> out.element("t:IsAssociated", false)),
    CONVERSATION_ID(
            "item:ConversationId",
            (out, item) -> out.start("t:ConversationId")
                    .attribute("Id", item.conversationId())
                    .end()),
    FLAG(
            "item:Flag",
            (out, item) -> out.start("t:Flag")
                    .element(
                            "t:FlagStatus",
                            item.message().marks().followUp().status().ewsName())
                    .end()),
    PREVIEW(
            "item:Preview",
            (out, item) -> out.words("t:Preview", item.content().body().preview())),
    SENDER(
            "message:Sender",
            (out, item) -> writeMailboxes(
                    out, "t:Sender", List.of(item.content().envelope().from()))),
    TO_RECIPIENTS(
            "message:ToRecipients",
            (out, item) -> writeMailboxes(
                    out, "t:ToRecipients", item.content().envelope().to())),
    CC_RECIPIENTS(
            "message:CcRecipients",
            (out, item) -> writeMailboxes(
                    out, "t:CcRecipients", item.content().envelope().cc())),
    BCC_RECIPIENTS(
            "message:BccRecipients",
            (out, item) -> writeMailboxes(
                    out, "t:BccRecipients", item.content().envelope().bcc())),
    IS_READ_RECEIPT_REQUESTED(
            "message:IsReadReceiptRequested", (out, item) -> out.element("t:IsReadReceiptRequested", false)),
    IS_DELIVERY_RECEIPT_REQUESTED(
            "message:IsDeliveryReceiptRequested", (out, item) -> out.element("t:IsDeliveryReceiptRequested", false)),
    CONVERSATION_TOPIC("message:ConversationTopic", (out, item) -> out.words("t:ConversationTopic", item.topic())),
    FROM(
            "message:From",
            (out, item) -> writeMailboxes(
                    out, "t:From", List.of(item.content().envelope().from()))),
    INTERNET_MESSAGE_ID(
            "message:InternetMessageId",
            (out, item) -> writeOptional(
                    out, "t:InternetMessageId", item.content().envelope().internetMessageId())),
    IS_READ(
            "message:IsRead",
            (out, item) -> out.element("t:IsRead", item.message().isRead())),
    REFERENCES("message:References", (out, item) -> writeOptional(out, "t:References", item.header("References"))),
    REPLY_TO(
            "message:ReplyTo",
            (out, item) ->
                    writeMailboxes(out, "t:ReplyTo", item.content().envelope().replyTo()));

    /** Never in FindItem and SyncFolderItems (their documentation says: use GetItem). */
    private static final Set<ItemField> DETAILS = EnumSet.of(MIME_CONTENT, BODY, ATTACHMENTS);

    private static final Set<ItemField> DEFAULTS = EnumSet.of(
            ITEM_ID,
            SUBJECT,
            SENSITIVITY,
            BODY,
            ATTACHMENTS,
            SIZE,
            DATE_TIME_SENT,
            DATE_TIME_CREATED,
            HAS_ATTACHMENTS,
            TO_RECIPIENTS,
            CC_RECIPIENTS,
            IS_READ_RECEIPT_REQUESTED,
            IS_DELIVERY_RECEIPT_REQUESTED,
            FROM,
            IS_READ);
    private static final Set<ItemField> SINCE_2010 = EnumSet.of(IS_ASSOCIATED, CONVERSATION_ID);
    private static final Set<ItemField> SINCE_2013 = EnumSet.of(FLAG, PREVIEW);

    private final String uri;
    private final Writer writer;

    @FunctionalInterface
    private interface Writer {
        void write(SoapWriter out, ItemView item) throws XMLStreamException, IOException;
    }

    ItemField(String uri, Writer writer) {
        this.uri = uri;
        this.writer = writer;
    }

    /** The field a {@code FieldURI} names; empty for one that is valid but never set in this mailbox. */
    static Optional<ItemField> find(String uri) {
        return Arrays.stream(values())
                .filter(field -> !field.uri.isEmpty() && field.uri.equals(uri))
                .findFirst();
    }

    static EnumSet<ItemField> of(BaseShape shape, ServerVersion version) {
        EnumSet<ItemField> fields = EnumSet.of(ITEM_ID, EXTENDED_PROPERTIES);
        if (shape == BaseShape.DEFAULT) {
            fields.addAll(DEFAULTS);
        } else if (shape == BaseShape.ALL_PROPERTIES) {
            fields.addAll(EnumSet.complementOf(EnumSet.of(MIME_CONTENT)));
        }
        fields.removeIf(field -> !field.isKnownTo(version));
        return fields;
    }

    private boolean isKnownTo(ServerVersion version) {
        return (version.isAtLeast(ServerVersion.EXCHANGE2010) || !SINCE_2010.contains(this))
                && (version.isAtLeast(ServerVersion.EXCHANGE2013) || !SINCE_2013.contains(this));
    }

    boolean isDetail() {
        return DETAILS.contains(this);
    }

    void write(SoapWriter out, ItemView item) throws XMLStreamException, IOException {
        writer.write(out, item);
    }

    static void writeId(SoapWriter out, ItemView item) throws XMLStreamException {
        out.start("t:ItemId")
                .attribute("Id", item.message().itemId())
                .attribute("ChangeKey", item.message().changeKey())
                .end();
    }

    private static void writeBody(SoapWriter out, ItemView item) throws XMLStreamException {
        MailBody body = item.content().body();
        boolean html = item.shape().bodyType().equals("HTML")
                || item.shape().bodyType().equals("Best") && body.html().isPresent();
        out.start("t:Body").attribute("BodyType", html ? "HTML" : "Text");
        out.words(html ? body.html().orElseGet(() -> asHtml(body.text())) : body.text())
                .end();
    }

    private static String asHtml(String text) {
        return "<html><body><pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre></body></html>";
    }

    private static void writeCategories(SoapWriter out, ItemView item) throws XMLStreamException {
        List<String> categories = item.message().marks().categories();
        if (categories.isEmpty()) {
            return;
        }
        out.start("t:Categories");
        for (String category : categories) {
            out.element("t:String", category);
        }
        out.end();
    }

    private static void writeOptional(SoapWriter out, String name, Optional<String> value) throws XMLStreamException {
        if (value.isPresent()) {
            out.element(name, value.get());
        }
    }

    private static void writeMailboxes(SoapWriter out, String name, List<MailAddress> addresses)
            throws XMLStreamException {
        if (addresses.isEmpty()) {
            return;
        }
        out.start(name);
        for (MailAddress address : addresses) {
            out.start("t:Mailbox").words("t:Name", address.name());
            out.element("t:EmailAddress", address.address());
            out.element("t:RoutingType", "SMTP").end();
        }
        out.end();
    }

    private static String names(List<MailAddress> addresses) {
        return String.join(
                "; ",
                addresses.stream()
                        .map(address -> address.name().isEmpty() ? address.address() : address.name())
                        .toList());
    }
}
