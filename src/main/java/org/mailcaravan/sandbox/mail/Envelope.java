package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who wrote to whom, when and about what.
 *
 * @param subject decoded subject, may be empty
 * @param sent the {@code Date} header
 * @param internetMessageId with angle brackets; some mail has none, and two messages may share one
 */
public record Envelope(
        MailAddress from,
        List<MailAddress> to,
        List<MailAddress> cc,
        String subject,
        Instant sent,
        Optional<String> internetMessageId) {

    public Envelope {
        to = List.copyOf(to);
        cc = List.copyOf(cc);
    }

    Envelope withSubject(String newSubject) {
        return new Envelope(from, to, cc, newSubject, sent, internetMessageId);
    }
}
