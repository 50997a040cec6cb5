package org.mailcaravan.sandbox.ews;

import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** {@code t:Attachments} of an item and the properties that all kinds of attachments share (AttachmentType of types.xsd). */
final class AttachmentWriter {
    private AttachmentWriter() {}

    /** What the message holds, without the bytes; links to files elsewhere for clients that know them. */
    static void write(SoapWriter out, ItemView item) throws XMLStreamException {
        List<MailAttachment> attachments = item.content().attachments();
        boolean links = item.shape().version().isAtLeast(ServerVersion.EXCHANGE2013);
        if (attachments.stream().allMatch(attachment -> attachment.isReference() && !links)) {
            return;
        }
        out.start("t:Attachments");
        for (int i = 0; i < attachments.size(); i++) {
            if (!attachments.get(i).isReference() || links) {
                out.start(element(attachments.get(i)));
                writeCommon(out, item.message(), attachments.get(i), i);
                out.end();
            }
        }
        out.end();
    }

    static String element(MailAttachment attachment) {
        return attachment.isReference()
                ? "t:ReferenceAttachment"
                : attachment.isItem() ? "t:ItemAttachment" : "t:FileAttachment";
    }

    static void writeCommon(SoapWriter out, SandboxMessage message, MailAttachment attachment, int index)
            throws XMLStreamException {
        out.start("t:AttachmentId").attribute("Id", AttachmentIds.id(message, index));
        out.attribute("RootItemId", message.itemId()).attribute("RootItemChangeKey", message.changeKey());
        out.end().words("t:Name", attachment.name());
        if (!attachment.isReference()) {
            out.element("t:ContentType", attachment.contentType());
        }
        if (attachment.contentId().isPresent()) {
            out.element("t:ContentId", attachment.contentId().get());
        }
        out.element("t:Size", attachment.size());
        out.element("t:LastModifiedTime", message.lastModified());
        out.element("t:IsInline", attachment.inline());
    }
}
