package org.mailcaravan.sandbox.ews;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailAttachment;

/** {@code t:Attachments}: what the message holds, without the bytes (those come with the MIME) and without links to files elsewhere. */
final class AttachmentWriter {
    private AttachmentWriter() {}

    static void write(SoapWriter out, ItemView item) throws XMLStreamException {
        List<MailAttachment> attachments = item.content().attachments();
        if (attachments.stream().allMatch(MailAttachment::isReference)) {
            return;
        }
        out.start("t:Attachments");
        for (int i = 0; i < attachments.size(); i++) {
            if (!attachments.get(i).isReference()) {
                write(out, item, attachments.get(i), i);
            }
        }
        out.end();
    }

    private static void write(SoapWriter out, ItemView item, MailAttachment attachment, int index)
            throws XMLStreamException {
        out.start(attachment.isItem() ? "t:ItemAttachment" : "t:FileAttachment");
        out.start("t:AttachmentId").attribute("Id", id(item, index)).end();
        out.element("t:Name", attachment.name());
        out.element("t:ContentType", attachment.contentType());
        if (attachment.contentId().isPresent()) {
            out.element("t:ContentId", attachment.contentId().get());
        }
        out.element("t:Size", attachment.size());
        out.element("t:LastModifiedTime", item.message().lastModified());
        out.element("t:IsInline", attachment.inline());
        out.end();
    }

    private static String id(ItemView item, int index) {
        byte[] name = (item.message().itemId() + "#" + index).getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(name);
    }
}
