package org.mailcaravan.cutover;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.parser.AbstractContentHandler;
import org.apache.james.mime4j.parser.MimeStreamParser;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;

/**
 * What of a message must be the same whichever protocol hands it out: some headers, and the bytes of each part. Boundaries, folding and transfer encodings are
 * made anew by the server each time.
 *
 * @param headers by lower-case name, unfolded
 * @param parts SHA-256 of each part's decoded bytes, in their order
 */
record MimeOutline(Map<String, String> headers, List<String> parts) {
    private static final Set<String> COMPARED =
            Set.of("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references");

    /** @throws IOException if it is no MIME */
    static MimeOutline read(InputStream mime) throws IOException {
        Outliner outliner = new Outliner();
        MimeConfig limits = new MimeConfig.Builder()
                .setMaxLineLen(-1)
                .setMaxHeaderCount(10_000)
                .setMaxHeaderLen(-1)
                .build();
        MimeStreamParser parser = new MimeStreamParser(limits);
        parser.setContentDecoding(true);
        parser.setContentHandler(outliner);
        try {
            parser.parse(mime);
        } catch (MimeException e) {
            throw new IOException("no MIME", e);
        }
        return new MimeOutline(outliner.headers, outliner.parts);
    }

    /** In what another outline differs, in words that quote no mail. */
    List<String> differences(MimeOutline other) {
        List<String> found = new ArrayList<>();
        Set<String> names = new TreeSet<>(headers.keySet());
        names.addAll(other.headers.keySet());
        names.stream()
                .filter(name -> !headers.getOrDefault(name, "").equals(other.headers.getOrDefault(name, "")))
                .forEach(name -> found.add("header " + name));
        if (parts.size() != other.parts.size()) {
            found.add("number of parts: " + parts.size() + " and " + other.parts.size());
            return found;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).equals(other.parts.get(i))) {
                found.add("bytes of part " + (i + 1));
            }
        }
        return found;
    }

    private static final class Outliner extends AbstractContentHandler {
        private final Map<String, String> headers = new TreeMap<>();
        private final List<String> parts = new ArrayList<>();
        private int depth;

        @Override
        public void startMessage() {
            depth++;
        }

        @Override
        public void endMessage() {
            depth--;
        }

        @Override
        public void startBodyPart() {
            depth++;
        }

        @Override
        public void endBodyPart() {
            depth--;
        }

        @Override
        public void field(Field field) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if (depth == 1 && COMPARED.contains(name)) {
                headers.merge(name, field.getBody().replaceAll("\\s+", " ").strip(), (one, more) -> one + "\n" + more);
            }
        }

        @Override
        public void body(BodyDescriptor description, InputStream bytes) throws IOException {
            MessageDigest digest = sha256();
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            parts.add(HexFormat.of().formatHex(digest.digest()));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has SHA-256", e);
            }
        }
    }
}
