package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message as its author wrote it, through an API or as MIME; its own MIME is generated from this.
 *
 * @param parts what is attached
 * @param extra further headers, for example {@code X-Ticket} or {@code References}
 */
public record MailDraft(
        Envelope envelope, MailBody body, Importance importance, List<FilePart> parts, List<MimeHeader> extra)
        implements ContentSource {

    public MailDraft {
        parts = List.copyOf(parts);
        extra = List.copyOf(extra);
    }

    /** An empty message of an author. */
    public static MailDraft from(MailAddress author, Instant now, Optional<String> internetMessageId) {
        Envelope envelope = new Envelope(author, List.of(), List.of(), "", now, internetMessageId);
        return new MailDraft(envelope, new MailBody("", Optional.empty()), Importance.NORMAL, List.of(), List.of());
    }

    public MailDraft with(Envelope now) {
        return new MailDraft(now, body, importance, parts, extra);
    }

    public MailDraft with(MailBody now) {
        return new MailDraft(envelope, now, importance, parts, extra);
    }

    public MailDraft with(Importance now) {
        return new MailDraft(envelope, body, now, parts, extra);
    }

    /** With one more attachment. */
    public MailDraft with(FilePart more) {
        return new MailDraft(
                envelope,
                body,
                importance,
                Stream.concat(parts.stream(), Stream.of(more)).toList(),
                extra);
    }

    public MailDraft withHeaders(List<MimeHeader> now) {
        return new MailDraft(envelope, body, importance, parts, now);
    }

    @Override
    public MailContent content() {
        List<MimeHeader> headers =
                new ArrayList<>(MimeParts.headers(envelope, EncodedWords.utf8Base64(envelope.subject())));
        if (importance != Importance.NORMAL) {
            headers.add(new MimeHeader("Importance", importance.graphName()));
        }
        headers.addAll(extra);
        List<MailAttachment> attachments =
                parts.stream().map(FilePart::attachment).toList();
        return new MailContent(envelope, "IPM.Note", importance, body, attachments, root().withHeaders(headers));
    }

    private MimeEntity root() {
        List<MimeEntity> attached = parts.stream()
                .filter(part -> !part.attachment().isReference())
                .map(FilePart::entity)
                .toList();
        MimeEntity readable = readable();
        return attached.isEmpty()
                ? readable
                : MimeParts.mixed(
                        Stream.concat(Stream.of(readable), attached.stream()).toList());
    }

    private MimeEntity readable() {
        MimeEntity plain = MimeParts.text("plain", body.text());
        return body.html()
                .map(html -> MimeParts.multipart("alternative", "", List.of(plain, MimeParts.text("html", html))))
                .orElse(plain);
    }
}
