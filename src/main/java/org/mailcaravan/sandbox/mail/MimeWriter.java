package org.mailcaravan.sandbox.mail;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Writes a {@link MimeEntity} as Exchange generates MIME: anew on each request, with boundaries and header folding that differ
 * from one request to the next (by the salt) while headers unfolded and part bytes stay the same.
 */
final class MimeWriter {
    /** The oracle of loss and duplicate tests: the number of the message, in every MIME. */
    static final String MARKER_HEADER = "X-Sandbox-Message";

    private static final byte[] CRLF = {'\r', '\n'};
    private static final int LINE = 76;

    private final OutputStream out;
    private final long salt;
    private final int foldAt;
    private int boundaries;

    MimeWriter(OutputStream out, long salt) {
        this.out = new BufferedOutputStream(out, 16_384);
        this.salt = salt;
        this.foldAt = 56 + (int) Math.floorMod(salt, 21L);
    }

    void writeMessage(MimeEntity message, long number) throws IOException {
        write(message.withHeaders(List.of(new MimeHeader(MARKER_HEADER, Long.toString(number)))));
        out.flush();
    }

    /** Without the marker: a message inside another. */
    void writeEntity(MimeEntity entity) throws IOException {
        write(entity);
        out.flush();
    }

    private void write(MimeEntity entity) throws IOException {
        MimeContent content = entity.content();
        if (content instanceof MimeContent.Multipart multipart) {
            writeMultipart(entity.headers(), multipart);
        } else if (content instanceof MimeContent.Leaf leaf) {
            writeLeaf(entity.headers(), leaf);
        } else if (content instanceof MimeContent.Attached attached) {
            headers(entity.headers());
            out.write(CRLF);
            write(attached.message());
        }
    }

    private void writeMultipart(List<MimeHeader> headers, MimeContent.Multipart multipart) throws IOException {
        String boundary = nextBoundary();
        headers(headers);
        header(
                "Content-Type",
                "multipart/" + multipart.subtype() + multipart.parameters() + "; boundary=\"" + boundary + "\"");
        out.write(CRLF);
        for (MimeEntity part : multipart.parts()) {
            ascii("--" + boundary);
            write(part);
            out.write(CRLF);
        }
        ascii("--" + boundary + "--");
    }

    private void writeLeaf(List<MimeHeader> headers, MimeContent.Leaf leaf) throws IOException {
        headers(headers);
        header("Content-Transfer-Encoding", leaf.encoding().token());
        out.write(CRLF);
        try (OutputStream encoded = encoder(leaf.encoding())) {
            leaf.payload().writeTo(encoded);
        }
    }

    private OutputStream encoder(TransferEncoding encoding) {
        OutputStream open = new UnclosedOutputStream(out);
        return switch (encoding) {
            case BASE64 -> Base64.getMimeEncoder(LINE, CRLF).wrap(open);
            case QUOTED_PRINTABLE -> new QuotedPrintableOutputStream(open);
            case SEVEN_BIT, EIGHT_BIT -> open;
        };
    }

    private void headers(List<MimeHeader> headers) throws IOException {
        for (MimeHeader header : headers) {
            header(header.name(), header.value());
        }
    }

    private void header(String name, String value) throws IOException {
        StringBuilder line = new StringBuilder(name).append(':');
        for (String word : value.split(" ", -1)) {
            if (line.length() + word.length() >= foldAt
                    && !word.isEmpty()
                    && !line.toString().isBlank()
                    && line.charAt(line.length() - 1) != ':') {
                ascii(line.toString());
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        ascii(line.toString());
    }

    private void ascii(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write(CRLF);
    }

    private String nextBoundary() {
        boundaries++;
        return "_%03d_%016x_".formatted(boundaries, mixed(salt + 31L * boundaries));
    }

    /** Steele and others, SplitMix64: neighbouring salts give boundaries that have nothing in common. */
    private static long mixed(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** Lets an encoder be closed, which writes its rest, without closing the stream below. */
    private static final class UnclosedOutputStream extends FilterOutputStream {
        UnclosedOutputStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {
            // the message goes on
        }
    }
}
