package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/**
 * The readable text of a message.
 *
 * @param text plain text, empty if the mail has none
 * @param html HTML alternative
 */
public record MailBody(String text, Optional<String> html) {
    private static final int PREVIEW_LENGTH = 255;

    /** The words of an HTML body, without its tags. */
    public static String textOf(String html) {
        return html.replaceAll("(?is)<(head|style|script)\\b.*?</\\1>", "")
                .replaceAll("(?i)<br ?/?>|</p>|</div>", "\n")
                .replaceAll("(?s)<[^>]*>", "")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    /** The first 255 characters of the text with white space joined (Graph {@code bodyPreview}). */
    public String preview() {
        String joined = text.replaceAll("\\s+", " ").strip();
        int end = joined.offsetByCodePoints(0, Math.min(PREVIEW_LENGTH, joined.codePointCount(0, joined.length())));
        return joined.substring(0, end);
    }
}
