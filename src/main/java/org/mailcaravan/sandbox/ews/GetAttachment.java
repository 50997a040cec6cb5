package org.mailcaravan.sandbox.ews;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.MimeReader;
import org.mailcaravan.sandbox.mail.Payload;

/** GetAttachment: the bytes of a file, the properties and, if asked for, the MIME of an attached item, where a link leads. */
final class GetAttachment {
    /** Of an attached message: the properties that do not depend on where it lies. */
    private static final Set<ItemField> INNER = EnumSet.of(
            ItemField.ITEM_CLASS,
            ItemField.SUBJECT,
            ItemField.SENSITIVITY,
            ItemField.BODY,
            ItemField.SIZE,
            ItemField.IMPORTANCE,
            ItemField.DATE_TIME_SENT,
            ItemField.DISPLAY_CC,
            ItemField.DISPLAY_TO,
            ItemField.HAS_ATTACHMENTS,
            ItemField.SENDER,
            ItemField.TO_RECIPIENTS,
            ItemField.CC_RECIPIENTS,
            ItemField.FROM,
            ItemField.INTERNET_MESSAGE_ID);

    private GetAttachment() {}

    static Operation.Answer prepare(EwsCall call) {
        Optional<XmlElement> shape = call.operation().find("m:AttachmentShape");
        List<Outcome<AttachmentIds.Found>> found = call.each(
                call.operation().get("m:AttachmentIds").children(),
                reference -> AttachmentIds.find(call.mailboxes(), reference));
        return ResponseMessages.answer(call, found, (out, attachment) -> {
            out.start("m:Attachments").start(AttachmentWriter.element(attachment.attachment()));
            AttachmentWriter.writeCommon(out, attachment.message(), attachment.attachment(), attachment.index());
            write(out, call, attachment, shape);
            out.end().end();
        });
    }

    private static void write(SoapWriter out, EwsCall call, AttachmentIds.Found found, Optional<XmlElement> shape)
            throws XMLStreamException, IOException {
        if (found.attachment().isReference()) {
            out.element(
                    "t:AttachLongPathName",
                    "https://files.caravan.example/" + found.message().number());
            out.element("t:ProviderType", "OneDrivePro");
        } else if (found.attachment().isItem()) {
            writeItem(out, found, shape, call.version());
        } else {
            Payload file = found.content().file(found.index()).orElseThrow(() -> new IOException("No such part"));
            out.start("t:Content").base64(file::writeTo).end();
        }
    }

    private static void writeItem(
            SoapWriter out, AttachmentIds.Found found, Optional<XmlElement> shape, ServerVersion version)
            throws XMLStreamException, IOException {
        Payload mime = found.content().item(found.index()).orElseThrow(() -> new IOException("No such part"));
        String bodyType = shape.flatMap(asked -> asked.findText("t:BodyType")).orElse("Best");
        ItemShape inner = new ItemShape(INNER, List.of(), bodyType, version);
        ItemView view = new ItemView(found.message(), content(mime), inner, 0, Long.MAX_VALUE);
        out.start("t:Message");
        if (shape.filter(GetAttachment::wantsMime).isPresent()) {
            out.start("t:MimeContent").attribute("CharacterSet", "UTF-8");
            out.base64(mime::writeTo).end();
        }
        for (ItemField field : inner.fields()) {
            field.write(out, view);
        }
        out.end();
    }

    /** By the element of its own, or as one more property. */
    private static boolean wantsMime(XmlElement shape) {
        return ItemShape.wantsMime(shape)
                || shape.find("t:AdditionalProperties").stream()
                        .flatMap(additional -> additional.children().stream())
                        .anyMatch(uri -> uri.attributes().containsValue("item:MimeContent"));
    }

    private static MailContent content(Payload mime) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mime.writeTo(bytes);
        MailDraft nobodys = MailDraft.from(new MailAddress("", ""), Instant.EPOCH, Optional.empty());
        return MimeReader.read(bytes.toByteArray(), nobodys).content();
    }
}
