package org.mailcaravan.sandbox.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is settled about a seeded message before its shape is: who writes, about what, in which language. */
record SeedDraft(SeedDice dice, int index, SeedLetter letter, Envelope envelope) {

    MailBody body() {
        return new MailBody(letter.text(), Optional.of(letter.html("")));
    }

    SeedDraft withMessageId(Optional<String> id) {
        Envelope changed =
                new Envelope(envelope.from(), envelope.to(), envelope.cc(), envelope.subject(), envelope.sent(), id);
        return new SeedDraft(dice, index, letter, changed);
    }

    SeedDraft withSubject(String subject) {
        return new SeedDraft(dice, index, letter.withSubject(subject), envelope.withSubject(subject));
    }

    SeedDraft from(MailAddress sender) {
        Envelope changed = new Envelope(
                sender,
                envelope.to(),
                envelope.cc(),
                envelope.subject(),
                envelope.sent(),
                envelope.internetMessageId());
        return new SeedDraft(dice, index, letter, changed);
    }

    MailContent note(MailBody body, List<MailAttachment> attachments, MimeEntity root) {
        return content("IPM.Note", body, attachments, root);
    }

    MailContent content(String messageClass, MailBody body, List<MailAttachment> attachments, MimeEntity root) {
        Importance importance = index % 17 == 3 ? Importance.HIGH : Importance.NORMAL;
        return new MailContent(
                envelope, messageClass, importance, body, attachments, root.withHeaders(headers(importance)));
    }

    private List<MimeHeader> headers(Importance importance) {
        List<MimeHeader> headers = new ArrayList<>();
        headers.add(new MimeHeader("Received", received("mx1.contoso-mail.example", "inbound.contoso-mail.example")));
        headers.add(new MimeHeader("Received", received("smtp." + domain(), "mx1.contoso-mail.example")));
        headers.addAll(MimeParts.headers(envelope, letter.encodedSubject()));
        if (importance != Importance.NORMAL) {
            headers.add(new MimeHeader("Importance", importance.graphName()));
        }
        headers.add(new MimeHeader("X-Mailer", dice.pick("Fabled Mail 4.2", "Postkutsche 11", "Webshop Notifier")));
        return headers;
    }

    private String received(String from, String by) {
        String id = Long.toHexString(dice.seed());
        return "from " + from + " (192.0.2." + dice.between(1, 255) + ") by " + by + " (198.51.100.7) with ESMTPS id "
                + id + "; " + MimeParts.date(envelope.sent());
    }

    private String domain() {
        return envelope.from().address().replaceFirst(".*@", "");
    }
}
