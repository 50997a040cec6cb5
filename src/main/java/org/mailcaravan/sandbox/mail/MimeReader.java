package org.mailcaravan.sandbox.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.jspecify.annotations.Nullable;

/** Reads MIME (RFC 5322, RFC 2045) that was handed in, as Exchange does: into properties, text and attachments. */
public final class MimeReader {
    /** Headers that the envelope, the body or the sandbox itself make anew. */
    private static final Set<String> OWN = Set.of(
            "from",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "sender",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "importance",
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "x-sandbox-message");

    private final List<FilePart> parts = new ArrayList<>();
    private Optional<String> text = Optional.empty();
    private Optional<String> html = Optional.empty();

    private MimeReader() {}

    /**
     * The message in these bytes.
     *
     * @param otherwise what stands for absent headers: author, time, message id
     * @throws IOException if there are no headers, or they cannot be read
     */
    public static MailDraft read(byte[] mime, MailDraft otherwise) throws IOException {
        DefaultMessageBuilder builder = new DefaultMessageBuilder();
        builder.setMimeEntityConfig(MimeConfig.PERMISSIVE);
        Message message = builder.parseMessage(new ByteArrayInputStream(mime));
        if (message.getHeader().getFields().isEmpty()) {
            throw new IOException("The MIME has no headers");
        }
        return new MimeReader().draft(message, otherwise);
    }

    private MailDraft draft(Message message, MailDraft otherwise) throws IOException {
        collect(message);
        MailBody body =
                new MailBody(text.orElseGet(() -> html.map(MailBody::textOf).orElse("")), html);
        Importance importance =
                header(message, "Importance").map(MimeReader::importance).orElse(Importance.NORMAL);
        return new MailDraft(envelope(message, otherwise.envelope()), body, importance, parts, extra(message));
    }

    private static Envelope envelope(Message message, Envelope otherwise) {
        MailAddress from = message.getFrom() == null || message.getFrom().isEmpty()
                ? otherwise.from()
                : address(message.getFrom().get(0));
        Instant sent =
                message.getDate() == null ? otherwise.sent() : message.getDate().toInstant();
        String subject = message.getSubject() == null ? "" : message.getSubject();
        Optional<String> id = Optional.ofNullable(message.getMessageId()).or(otherwise::internetMessageId);
        return new Envelope(from, addresses(message.getTo()), addresses(message.getCc()), subject, sent, id)
                .withHidden(addresses(message.getBcc()), addresses(message.getReplyTo()));
    }

    private void collect(Entity entity) throws IOException {
        Body body = entity.getBody();
        if (body instanceof Multipart multipart) {
            for (Entity part : multipart.getBodyParts()) {
                collect(part);
            }
        } else if (body instanceof TextBody words && isReadable(entity)) {
            read(words, entity.getMimeType().equals("text/html"));
        } else if (body instanceof Message attached) {
            parts.add(FilePart.message(subjectOf(attached), bytes(attached)));
        } else if (body instanceof SingleBody single) {
            parts.add(file(entity, bytes(single)));
        }
    }

    private boolean isReadable(Entity entity) {
        boolean attached = "attachment".equals(entity.getDispositionType());
        return !attached
                && (entity.getMimeType().equals("text/html") ? html.isEmpty() : text.isEmpty())
                && Set.of("text/plain", "text/html").contains(entity.getMimeType());
    }

    private void read(TextBody words, boolean isHtml) throws IOException {
        StringWriter out = new StringWriter();
        words.getReader().transferTo(out);
        if (isHtml) {
            html = Optional.of(out.toString());
        } else {
            text = Optional.of(out.toString());
        }
    }

    private static FilePart file(Entity entity, byte[] bytes) {
        String name = Optional.ofNullable(entity.getFilename()).orElse("attachment");
        Optional<String> contentId =
                header(entity, "Content-ID").map(id -> id.strip().replaceAll("^<|>$", ""));
        boolean inline = "inline".equals(entity.getDispositionType()) && contentId.isPresent();
        return FilePart.file(name, entity.getMimeType(), Payload.of(bytes), inline, contentId);
    }

    private static byte[] bytes(SingleBody body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out);
        return out.toByteArray();
    }

    private static byte[] bytes(Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new DefaultMessageWriter().writeMessage(message, out);
        return out.toByteArray();
    }

    private static String subjectOf(Message message) {
        return message.getSubject() == null ? "" : message.getSubject();
    }

    private static List<MimeHeader> extra(Message message) {
        return message.getHeader().getFields().stream()
                .filter(field -> !OWN.contains(field.getName().toLowerCase(Locale.ROOT)))
                .map(field -> new MimeHeader(field.getName(), unfolded(field)))
                .toList();
    }

    private static Optional<String> header(Entity entity, String name) {
        return Optional.ofNullable(entity.getHeader().getField(name)).map(MimeReader::unfolded);
    }

    private static String unfolded(Field field) {
        return field.getBody().replaceAll("\\r?\\n", "").strip();
    }

    private static Importance importance(String text) {
        return Arrays.stream(Importance.values())
                .filter(known -> known.graphName().equalsIgnoreCase(text))
                .findFirst()
                .orElse(Importance.NORMAL);
    }

    private static List<MailAddress> addresses(@Nullable AddressList list) {
        return list == null
                ? List.of()
                : list.flatten().stream().map(MimeReader::address).toList();
    }

    private static MailAddress address(Mailbox mailbox) {
        return new MailAddress(mailbox.getName() == null ? "" : mailbox.getName(), mailbox.getAddress());
    }
}
