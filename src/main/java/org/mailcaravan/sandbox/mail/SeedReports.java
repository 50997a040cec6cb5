package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** Builds the seeded mail that programs write: meeting requests (RFC 6047) and delivery reports (RFC 3464). */
final class SeedReports {
    private static final DateTimeFormatter ICAL_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private SeedReports() {}

    static MailContent invitation(SeedDraft draft) {
        MimeEntity calendar = MimeEntity.of(
                new MimeContent.Leaf(Payload.of(calendar(draft)), TransferEncoding.BASE64),
                new MimeHeader("Content-Type", "text/calendar; charset=\"utf-8\"; method=REQUEST"));
        List<MimeEntity> parts =
                List.of(draft.letter().textPart(), draft.letter().htmlPart(""), calendar);
        return draft.content(
                "IPM.Schedule.Meeting.Request", draft.body(), List.of(), MimeParts.multipart("alternative", "", parts));
    }

    static MailContent deliveryReport(SeedDraft ordinary) {
        SeedDraft draft = ordinary.from(new MailAddress("Mail Delivery System", "postmaster@contoso-mail.example"))
                .withSubject("Undeliverable: " + ordinary.envelope().subject());
        MimeEntity original = MimeParts.text("plain", draft.letter().text())
                .withHeaders(
                        MimeParts.headers(ordinary.envelope(), ordinary.letter().encodedSubject()));
        List<MimeEntity> parts = List.of(draft.letter().textPart(), status(draft), SeedShapes.attached(original));
        MailAttachment item =
                new MailAttachment(ordinary.envelope().subject(), "message/rfc822", 2_000, false, Optional.empty());
        MimeEntity root = MimeParts.multipart("report", "; report-type=delivery-status", parts);
        MailBody body = new MailBody(draft.letter().text(), Optional.empty());
        return draft.content("REPORT.IPM.Note.NDR", body, List.of(item), root);
    }

    private static MimeEntity status(SeedDraft draft) {
        String fields = "Reporting-MTA: dns; mx1.contoso-mail.example\r\n\r\nFinal-Recipient: rfc822; gone"
                + draft.index() + "@fjordbarn.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                + "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n";
        return MimeEntity.of(
                new MimeContent.Leaf(Payload.of(fields), TransferEncoding.SEVEN_BIT),
                new MimeHeader("Content-Type", "message/delivery-status"));
    }

    private static String calendar(SeedDraft draft) {
        Instant start = draft.envelope().sent().plusSeconds(7 * 86_400);
        return String.join(
                "\r\n",
                "BEGIN:VCALENDAR",
                "PRODID:-//Fabled Mail//EN",
                "VERSION:2.0",
                "METHOD:REQUEST",
                "BEGIN:VEVENT",
                "UID:" + Long.toHexString(draft.dice().seed()) + "@orchard-pine.example",
                "DTSTAMP:" + ICAL_TIME.format(draft.envelope().sent()),
                "DTSTART:" + ICAL_TIME.format(start),
                "DTEND:" + ICAL_TIME.format(start.plusSeconds(3_600)),
                "SUMMARY:" + draft.envelope().subject(),
                "ORGANIZER:mailto:" + draft.envelope().from().address(),
                "ATTENDEE;RSVP=TRUE:mailto:" + draft.envelope().to().get(0).address(),
                "END:VEVENT",
                "END:VCALENDAR",
                "");
    }
}
