package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/**
 * What the mailbox says about one attachment (the bytes are in the message's MIME).
 *
 * @param name file name, or subject of an attached message
 * @param contentType media type
 * @param size bytes before transfer encoding
 * @param inline shown in the body, so it does not count for {@code hasAttachments}
 * @param contentId {@code cid:} reference without angle brackets
 */
public record MailAttachment(String name, String contentType, long size, boolean inline, Optional<String> contentId) {
    private static final String REFERENCE = "application/vnd.sandbox.reference";

    /** A link to a file elsewhere (Graph referenceAttachment): it has no bytes here. */
    public static MailAttachment reference(String name) {
        return new MailAttachment(name, REFERENCE, 0, false, Optional.empty());
    }

    /** True for a link to a file elsewhere. */
    public boolean isReference() {
        return contentType.equals(REFERENCE);
    }

    /** True for an attached message (Graph itemAttachment, EWS ItemAttachment). */
    public boolean isItem() {
        return contentType.equals("message/rfc822");
    }
}
