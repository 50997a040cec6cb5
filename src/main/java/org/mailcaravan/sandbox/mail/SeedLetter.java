package org.mailcaravan.sandbox.mail;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What a seeded mail says and in which language and encodings.
 *
 * @param wording how subject and text are encoded
 */
record SeedLetter(MailAddress sender, String subject, String text, Wording wording) {

    /** The ways of senders to encode what is not ASCII. */
    enum Wording {
        ENGLISH(StandardCharsets.UTF_8),
        GERMAN_QUOTED(StandardCharsets.UTF_8),
        JAPANESE_UTF8(StandardCharsets.UTF_8),
        JAPANESE_ISO_2022(Charset.forName("ISO-2022-JP")),
        JAPANESE_SHIFT_JIS(Charset.forName("Shift_JIS")),
        JAPANESE_SPLIT(StandardCharsets.UTF_8),
        ARABIC_UTF8(StandardCharsets.UTF_8),
        ARABIC_WINDOWS(Charset.forName("windows-1256")),
        EMOJI(StandardCharsets.UTF_8),
        EMOJI_SPLIT(StandardCharsets.UTF_8);

        private final Charset charset;

        Wording(Charset charset) {
            this.charset = charset;
        }
    }

    /** Two in three letters are English; the others take turns so that every wording comes in any 30 messages. */
    static SeedLetter pick(SeedDice dice, int index) {
        Wording wording =
                index % 3 == 1 ? Wording.values()[1 + index / 3 % (Wording.values().length - 1)] : Wording.ENGLISH;
        String ticket = " [#" + (20_000 + index) + "]";
        return new SeedLetter(
                SeedTexts.sender(dice),
                SeedTexts.subject(wording, dice) + ticket,
                SeedTexts.text(wording, dice),
                wording);
    }

    SeedLetter withSubject(String changed) {
        return new SeedLetter(sender, changed, text, wording);
    }

    String encodedSubject() {
        return switch (wording) {
            case GERMAN_QUOTED -> EncodedWords.utf8Quoted(subject);
            case JAPANESE_SPLIT, EMOJI_SPLIT -> EncodedWords.splitUtf8Base64(subject);
            default -> EncodedWords.base64(subject, wording.charset);
        };
    }

    /** The text as a part, in the charset of the wording. */
    MimeEntity textPart() {
        if (wording.charset.equals(StandardCharsets.UTF_8)) {
            return MimeParts.text("plain", text);
        }
        boolean sevenBit = wording == Wording.JAPANESE_ISO_2022;
        Payload payload = Payload.of(text.replace("\n", "\r\n").getBytes(wording.charset));
        return MimeEntity.of(
                new MimeContent.Leaf(payload, sevenBit ? TransferEncoding.SEVEN_BIT : TransferEncoding.BASE64),
                new MimeHeader("Content-Type", "text/plain; charset=" + wording.charset.name()));
    }

    /** The text as HTML; {@code extra} stands at the end of the body. */
    String html(String extra) {
        String paragraphs = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n\n", "</p>\n<p>");
        return "<html><head><meta charset=\"utf-8\"></head><body><p>" + paragraphs + "</p>" + extra
                + "</body></html>\n";
    }

    MimeEntity htmlPart(String extra) {
        return MimeParts.text("html", html(extra));
    }
}
