package org.mailcaravan.sandbox.mail;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A file as attachment and as MIME part, its bytes generated from a seed. */
record FilePart(MailAttachment attachment, MimeEntity entity) {
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
