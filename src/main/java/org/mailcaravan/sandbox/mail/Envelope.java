package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who wrote to whom, when and about what.
 *
 * @param bcc known to the sender's copy only, and to no MIME
 * @param subject decoded subject, may be empty
 * @param sent the {@code Date} header
 * @param internetMessageId with angle brackets; some mail has none, and two messages may share one
 */
public record Envelope(
        MailAddress from,
        List<MailAddress> to,
        List<MailAddress> cc,
        List<MailAddress> bcc,
        List<MailAddress> replyTo,
        String subject,
        Instant sent,
        Optional<String> internetMessageId) {

    public Envelope {
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        bcc = List.copyOf(bcc);
        replyTo = List.copyOf(replyTo);
    }

    public Envelope(
            MailAddress from,
            List<MailAddress> to,
            List<MailAddress> cc,
            String subject,
            Instant sent,
            Optional<String> internetMessageId) {
        this(from, to, cc, List.of(), List.of(), subject, sent, internetMessageId);
    }

    public Envelope withSubject(String now) {
        return new Envelope(from, to, cc, bcc, replyTo, now, sent, internetMessageId);
    }

    public Envelope withFrom(MailAddress now) {
        return new Envelope(now, to, cc, bcc, replyTo, subject, sent, internetMessageId);
    }

    public Envelope withRecipients(List<MailAddress> nowTo, List<MailAddress> nowCc) {
        return new Envelope(from, nowTo, nowCc, bcc, replyTo, subject, sent, internetMessageId);
    }

    public Envelope withHidden(List<MailAddress> nowBcc, List<MailAddress> nowReplyTo) {
        return new Envelope(from, to, cc, nowBcc, nowReplyTo, subject, sent, internetMessageId);
    }

    public Envelope withSent(Instant now) {
        return new Envelope(from, to, cc, bcc, replyTo, subject, now, internetMessageId);
    }
}
