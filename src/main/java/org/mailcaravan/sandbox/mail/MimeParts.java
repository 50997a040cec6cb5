package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Builds the common parts and headers of messages. */
final class MimeParts {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private MimeParts() {}

    /** Text in UTF-8, 7bit if it is short-lined ASCII, else quoted-printable. */
    static MimeEntity text(String subtype, String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
        boolean plain = lines.chars().allMatch(c -> c < 127) && lines.lines().allMatch(line -> line.length() < 900);
        return MimeEntity.of(
                new MimeContent.Leaf(
                        Payload.of(lines), plain ? TransferEncoding.SEVEN_BIT : TransferEncoding.QUOTED_PRINTABLE),
                new MimeHeader("Content-Type", "text/" + subtype + "; charset=\"utf-8\""));
    }

    static MimeEntity mixed(List<MimeEntity> parts) {
        return multipart("mixed", "", parts);
    }

    static MimeEntity multipart(String subtype, String parameters, List<MimeEntity> parts) {
        return MimeEntity.of(new MimeContent.Multipart(subtype, parameters, parts));
    }

    /** The headers every message has, with its subject already encoded. */
    static List<MimeHeader> headers(Envelope envelope, String encodedSubject) {
        List<MimeHeader> headers = new ArrayList<>();
        headers.add(new MimeHeader("From", mailbox(envelope.from())));
        if (!envelope.to().isEmpty()) {
            headers.add(new MimeHeader("To", mailboxes(envelope.to())));
        }
        if (!envelope.replyTo().isEmpty()) {
            headers.add(new MimeHeader("Reply-To", mailboxes(envelope.replyTo())));
        }
        if (!envelope.cc().isEmpty()) {
            headers.add(new MimeHeader("Cc", mailboxes(envelope.cc())));
        }
        headers.add(new MimeHeader("Subject", encodedSubject));
        headers.add(new MimeHeader("Date", date(envelope.sent())));
        envelope.internetMessageId().ifPresent(id -> headers.add(new MimeHeader("Message-ID", id)));
        headers.add(new MimeHeader("MIME-Version", "1.0"));
        return headers;
    }

    static String date(Instant instant) {
        return DATE.format(instant);
    }

    private static String mailboxes(List<MailAddress> addresses) {
        return addresses.stream().map(MimeParts::mailbox).collect(Collectors.joining(", "));
    }

    private static String mailbox(MailAddress address) {
        String clean = address.address().replaceAll("[\\r\\n<> ]", "");
        String name = address.name().replaceAll("[\\r\\n\"\\\\]", " ").strip();
        if (name.isEmpty()) {
            return clean;
        }
        String encoded = EncodedWords.utf8Base64(name);
        return (encoded.equals(name) ? '"' + name + '"' : encoded) + " <" + clean + ">";
    }
}
