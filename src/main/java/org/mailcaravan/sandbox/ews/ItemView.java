package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * A message as one answer shows it.
 *
 * @param content built once per answer
 * @param salt makes the generated MIME of this answer differ from that of others
 * @param mimeLimit bytes of MIME after which Exchange's mark for an incomplete copy follows
 */
record ItemView(SandboxMessage message, MailContent content, ItemShape shape, long salt, long mimeLimit) {
    /** What Exchange puts at the end of a MIME it could not finish. */
    static final String TRUNCATION_MARK = "=== Truncated Data ===";

    /** {@code t:Message}, or the element of a meeting message. */
    void write(SoapWriter out) throws XMLStreamException, IOException {
        out.start(elementName());
        for (ItemField field : shape.fields()) {
            field.write(out, this);
        }
        out.end();
    }

    private String elementName() {
        return switch (content.messageClass()) {
            case "IPM.Schedule.Meeting.Request" -> "t:MeetingRequest";
            case "IPM.Schedule.Meeting.Canceled" -> "t:MeetingCancellation";
            default ->
                content.messageClass().startsWith("IPM.Schedule.Meeting.Resp") ? "t:MeetingResponse" : "t:Message";
        };
    }

    boolean isIn(String wellKnownFolder) {
        return message.folder().wellKnownName().filter(wellKnownFolder::equals).isPresent();
    }

    String topic() {
        return content.envelope().subject().replaceFirst("^((?i)(re|fw|fwd|aw|wg): *)+", "");
    }

    /** As a standard base64 id. */
    String conversationId() {
        return message.conversationId().replace('-', '/').replace('_', '+');
    }

    void writeExtendedProperties(SoapWriter out) throws XMLStreamException {
        for (ExtendedField field : shape.extended()) {
            field.write(out, message);
        }
    }

    /** A header of the MIME's top. */
    Optional<String> header(String name) {
        List<String> values = new ArrayList<>();
        content.forEachHeader((known, value) -> {
            if (known.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values.stream().findFirst();
    }

    void writeHeaders(SoapWriter out) throws XMLStreamException {
        List<String[]> headers = new ArrayList<>();
        content.forEachHeader((name, value) -> headers.add(new String[] {name, value}));
        out.start("t:InternetMessageHeaders");
        for (String[] header : headers) {
            out.start("t:InternetMessageHeader").attribute("HeaderName", header[0]);
            out.text(header[1]).end();
        }
        out.end();
    }

    void writeMime(OutputStream out) throws IOException {
        if (mimeLimit == Long.MAX_VALUE) {
            message.writeMime(out, salt);
        } else {
            message.writeMime(new LimitedOutputStream(out, mimeLimit), salt);
            out.write(TRUNCATION_MARK.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
