package org.mailcaravan.sandbox.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Something attached: what the mailbox says about it, and its MIME part. */
public record FilePart(MailAttachment attachment, MimeEntity entity) {
    private static final Map<String, String> TYPES = Map.of(
            "pdf", "application/pdf",
            "png", "image/png",
            "csv", "text/csv",
            "txt", "text/plain",
            "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "zip", "application/zip",
            "p7m", "application/pkcs7-mime",
            "dat", "application/ms-tnef",
            "rpmsg", "application/x-microsoft-rpmsg-message");

    /**
     * A file.
     *
     * @param contentId what {@code cid:} references name, without angle brackets
     */
    public static FilePart file(String name, String type, Payload payload, boolean inline, Optional<String> contentId) {
        List<MimeHeader> headers = new ArrayList<>();
        headers.add(new MimeHeader("Content-Type", type + "; name=\"" + quoted(name) + "\""));
        headers.add(new MimeHeader(
                "Content-Disposition", (inline ? "inline" : "attachment") + "; filename=\"" + quoted(name) + "\""));
        contentId.ifPresent(
                id -> headers.add(new MimeHeader("Content-ID", "<" + id.replaceAll("[\\r\\n<>]", "") + ">")));
        MailAttachment attachment = new MailAttachment(name, type, payload.size(), inline, contentId);
        MimeContent leaf = new MimeContent.Leaf(payload, TransferEncoding.BASE64);
        return new FilePart(attachment, new MimeEntity(headers, leaf));
    }

    /** A message, given as MIME, attached to another. */
    public static FilePart message(String subject, byte[] mime) {
        MimeEntity entity = MimeEntity.of(
                new MimeContent.Leaf(Payload.of(mime), TransferEncoding.EIGHT_BIT),
                new MimeHeader("Content-Type", "message/rfc822"),
                new MimeHeader("Content-Disposition", "attachment"));
        return new FilePart(
                new MailAttachment(subject, "message/rfc822", mime.length, false, Optional.empty()), entity);
    }

    /** A link to a file elsewhere; MIME has no part for it. */
    public static FilePart reference(String name) {
        return new FilePart(MailAttachment.reference(name), MimeParts.text("plain", ""));
    }

    static FilePart named(String name, long size, long seed) {
        return of(name, typeOf(name), new GeneratedPayload(typeOf(name), size, seed));
    }

    static FilePart of(String name, String type, Payload payload) {
        MimeEntity entity = MimeEntity.of(
                new MimeContent.Leaf(payload, TransferEncoding.BASE64),
                new MimeHeader("Content-Type", type + "; name=\"" + quoted(name) + "\""),
                new MimeHeader("Content-Disposition", "attachment; filename=\"" + quoted(name) + "\""));
        return new FilePart(new MailAttachment(name, type, payload.size(), false, Optional.empty()), entity);
    }

    static FilePart inlineImage(String name, long size, long seed, String contentId) {
        Payload payload = new GeneratedPayload("image/png", size, seed);
        MimeEntity entity = MimeEntity.of(
                new MimeContent.Leaf(payload, TransferEncoding.BASE64),
                new MimeHeader("Content-Type", "image/png; name=\"" + name + "\""),
                new MimeHeader("Content-Disposition", "inline; filename=\"" + name + "\""),
                new MimeHeader("Content-ID", "<" + contentId + ">"));
        return new FilePart(
                new MailAttachment(name, "image/png", payload.size(), true, Optional.of(contentId)), entity);
    }

    private static String typeOf(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(extension, "application/octet-stream");
    }

    /** In a header a name is an encoded word inside quotes: not RFC 2231, but what Exchange and most senders write. */
    private static String quoted(String name) {
        return EncodedWords.utf8Base64(name.replaceAll("[\"\\\\\\r\\n]", "_"));
    }
}
