package org.mailcaravan.sandbox.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Builds the ordinary shapes of seeded mail. */
final class SeedShapes {
    /** Attached bytes that make the MIME, in base64 lines of 76 characters, 25 MiB. */
    private static final long BIG_FILE_BYTES = 25L * 1024 * 1024 / 78 * 57;

    private static final String[] FILE_NAMES = {
        "invoice.pdf",
        "photo.png",
        "stock.csv",
        "complaint.docx",
        "prices.xlsx",
        "Lieferschein Größe.pdf",
        "注文書.pdf",
        "notes.txt"
    };

    private SeedShapes() {}

    static MailContent plain(SeedDraft draft) {
        MailBody body = new MailBody(draft.letter().text(), Optional.empty());
        return draft.note(body, List.of(), draft.letter().textPart());
    }

    static MailContent alternative(SeedDraft draft) {
        return draft.note(draft.body(), List.of(), alternatives(draft, ""));
    }

    static MailContent inlineImages(SeedDraft draft) {
        List<FilePart> images = IntStream.rangeClosed(1, draft.dice().between(1, 4))
                .mapToObj(number -> FilePart.inlineImage(
                        "image00" + number + ".png",
                        draft.dice().between(2_000, 30_000),
                        draft.dice().seed(),
                        "image00" + number + ".png@"
                                + Long.toHexString(draft.dice().seed())))
                .toList();
        String tags = images.stream()
                .map(image -> "<img src=\"cid:" + image.attachment().contentId().orElse("") + "\">")
                .collect(Collectors.joining());
        MailBody body =
                new MailBody(draft.letter().text(), Optional.of(draft.letter().html(tags)));
        Stream<MimeEntity> parts = Stream.concat(
                Stream.of(alternatives(draft, tags)), images.stream().map(FilePart::entity));
        MimeEntity root = MimeParts.multipart("related", "; type=\"multipart/alternative\"", parts.toList());
        return draft.note(body, attachments(images), root);
    }

    static MailContent files(SeedDraft draft) {
        int count = draft.index() % 11;
        List<FilePart> files = IntStream.range(0, count)
                .mapToObj(number -> file(draft, number))
                .toList();
        return mixed(draft, files);
    }

    static MailContent opaque(SeedDraft draft, String name, long size) {
        return mixed(
                draft,
                List.of(FilePart.named(
                        name, size + draft.dice().below(5_000), draft.dice().seed())));
    }

    static MailContent big(SeedDraft draft) {
        return mixed(
                draft,
                List.of(FilePart.named(
                        "site-survey.zip", BIG_FILE_BYTES, draft.dice().seed())));
    }

    static MailContent smime(SeedDraft draft) {
        FilePart sealed = FilePart.named(
                "smime.p7m", draft.dice().between(3_000, 20_000), draft.dice().seed());
        MimeEntity root = MimeEntity.of(
                sealed.entity().content(),
                new MimeHeader("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\""),
                new MimeHeader("Content-Disposition", "attachment; filename=\"smime.p7m\""));
        MailBody none = new MailBody("", Optional.empty());
        return draft.content("IPM.Note.SMIME", none, List.of(sealed.attachment()), root);
    }

    static MailContent emptyBody(SeedDraft draft) {
        return draft.note(new MailBody("", Optional.empty()), List.of(), MimeParts.text("plain", ""));
    }

    static MailContent longHeaders(SeedDraft draft) {
        String references = IntStream.range(0, 150)
                .mapToObj(number -> "<" + Long.toHexString(draft.dice().seed()) + "@list.orchard-pine.example>")
                .collect(Collectors.joining(" "));
        String unbroken = "0123456789abcdef".repeat(200);
        MimeEntity root = draft.letter()
                .textPart()
                .withHeaders(
                        List.of(new MimeHeader("References", references), new MimeHeader("X-Scan-Trace", unbroken)));
        return draft.note(new MailBody(draft.letter().text(), Optional.empty()), List.of(), root);
    }

    static MailContent attachedMessage(SeedDraft draft) {
        Envelope inner = new Envelope(
                SeedTexts.sender(draft.dice()),
                List.of(draft.envelope().from()),
                List.of(),
                "Complaint of a customer",
                draft.envelope().sent().minusSeconds(86_400),
                Optional.of("<" + Long.toHexString(draft.dice().seed()) + "@petit-phare.example>"));
        MimeEntity message = MimeParts.mixed(List.of(
                        MimeParts.text("plain", SeedTexts.text(SeedLetter.Wording.GERMAN_QUOTED, draft.dice())),
                        file(draft, 1).entity()))
                .withHeaders(MimeParts.headers(inner, inner.subject()));
        MimeEntity attached = attached(message);
        MailAttachment item = new MailAttachment(inner.subject(), "message/rfc822", 12_000, false, Optional.empty());
        return draft.note(draft.body(), List.of(item), MimeParts.mixed(List.of(alternatives(draft, ""), attached)));
    }

    static MimeEntity attached(MimeEntity message) {
        return MimeEntity.of(
                new MimeContent.Attached(message),
                new MimeHeader("Content-Type", "message/rfc822"),
                new MimeHeader("Content-Disposition", "attachment"));
    }

    private static FilePart file(SeedDraft draft, int number) {
        String name = FILE_NAMES[(draft.index() + number) % FILE_NAMES.length];
        return FilePart.named(
                name, draft.dice().between(300, 40_000), draft.dice().seed());
    }

    private static MailContent mixed(SeedDraft draft, List<FilePart> files) {
        List<MimeEntity> parts = new ArrayList<>(List.of(alternatives(draft, "")));
        files.forEach(file -> parts.add(file.entity()));
        return draft.note(draft.body(), attachments(files), MimeParts.mixed(parts));
    }

    private static MimeEntity alternatives(SeedDraft draft, String extra) {
        List<MimeEntity> parts =
                List.of(draft.letter().textPart(), draft.letter().htmlPart(extra));
        return MimeParts.multipart("alternative", "", parts);
    }

    private static List<MailAttachment> attachments(List<FilePart> files) {
        return files.stream().map(FilePart::attachment).toList();
    }
}
