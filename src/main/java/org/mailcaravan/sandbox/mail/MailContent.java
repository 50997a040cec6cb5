package org.mailcaravan.sandbox.mail;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Everything of a message that does not depend on where it lies: what the mailbox shows of it and how its MIME is built.
 *
 * @param messageClass {@code IPM.Note}, {@code IPM.Schedule.Meeting.Request}, {@code REPORT.IPM.Note.NDR} …
 */
public record MailContent(
        Envelope envelope,
        String messageClass,
        Importance importance,
        MailBody body,
        List<MailAttachment> attachments,
        MimeEntity mime) {
    private static final int PROPERTY_BYTES = 4096;

    public MailContent {
        attachments = List.copyOf(attachments);
    }

    /** False when the only attachments are inline ones, as Exchange has it. */
    public boolean hasAttachments() {
        return attachments.stream().anyMatch(attachment -> !attachment.inline());
    }

    /** Bytes the item takes in the store (PidTagMessageSize): near the MIME's size, not equal to it. */
    public long size() {
        long attached = attachments.stream().mapToLong(MailAttachment::size).sum();
        long text = body.text().length() + body.html().map(String::length).orElse(0);
        return PROPERTY_BYTES + text + attached;
    }

    /** The headers of the MIME's top in order, unfolded and encoded, without the marker. */
    public void forEachHeader(BiConsumer<String, String> reader) {
        mime.headers().forEach(header -> reader.accept(header.name(), header.value()));
    }

    MailContent withSubject(String subject) {
        return new MailContent(
                envelope.withSubject(subject), messageClass, importance, body, attachments, mime.withSubject(subject));
    }
}
