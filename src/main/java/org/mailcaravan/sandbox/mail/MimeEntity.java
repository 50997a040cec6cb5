package org.mailcaravan.sandbox.mail;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message or a part as a tree: headers and one of payload, parts, or an attached message.
 *
 * @param headers without Content-Transfer-Encoding and, for a multipart, without its boundary
 */
record MimeEntity(List<MimeHeader> headers, MimeContent content) {

    MimeEntity {
        headers = List.copyOf(headers);
    }

    static MimeEntity of(MimeContent content, MimeHeader... headers) {
        return new MimeEntity(List.of(headers), content);
    }

    MimeEntity withHeaders(List<MimeHeader> first) {
        return new MimeEntity(Stream.concat(first.stream(), headers.stream()).toList(), content);
    }

    MimeEntity withSubject(String subject) {
        MimeHeader changed = new MimeHeader("Subject", EncodedWords.utf8Base64(subject));
        return new MimeEntity(
                headers.stream()
                        .map(header -> header.name().equals("Subject") ? changed : header)
                        .toList(),
                content);
    }

    /** This and all parts below, in the order of the MIME; what is inside an attached message does not count. */
    Stream<MimeEntity> parts() {
        return content instanceof MimeContent.Multipart multipart
                ? multipart.parts().stream().flatMap(MimeEntity::parts)
                : Stream.of(this);
    }

    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(MimeHeader::value)
                .findFirst();
    }
}
