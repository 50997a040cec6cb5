package org.mailcaravan.sandbox.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
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

    /** The bytes of an attached file, empty for an attached message or a link. */
    public Optional<Payload> file(int index) {
        return part(index)
                .filter(part -> !attachments.get(index).isItem())
                .map(MimeEntity::content)
                .filter(MimeContent.Leaf.class::isInstance)
                .map(leaf -> ((MimeContent.Leaf) leaf).payload());
    }

    /** The MIME of an attached message, empty for a file or a link. */
    public Optional<Payload> item(int index) {
        return part(index).filter(part -> attachments.get(index).isItem()).map(MailContent::attached);
    }

    private static Payload attached(MimeEntity part) {
        if (part.content() instanceof MimeContent.Leaf leaf) {
            return leaf.payload();
        }
        MimeEntity message = ((MimeContent.Attached) part.content()).message();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new MimeWriter(out, 0).writeEntity(message);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Payload.of(out.toByteArray());
    }

    /** Attachments and parts with a disposition come in the same order; links have no part. */
    private Optional<MimeEntity> part(int index) {
        if (attachments.get(index).isReference()) {
            return Optional.empty();
        }
        long before = attachments.stream()
                .limit(index)
                .filter(other -> !other.isReference())
                .count();
        return mime.parts()
                .filter(part -> part.header("Content-Disposition").isPresent())
                .skip(before)
                .findFirst();
    }

    /** Generates the MIME without the marker, as of a message that lies in no mailbox. */
    public void writeMime(OutputStream out) throws IOException {
        new MimeWriter(out, 0).writeEntity(mime);
    }

    MailContent withImportance(Importance now) {
        return new MailContent(envelope, messageClass, now, body, attachments, mime);
    }

    MailContent withSubject(String subject) {
        return new MailContent(
                envelope.withSubject(subject), messageClass, importance, body, attachments, mime.withSubject(subject));
    }
}
