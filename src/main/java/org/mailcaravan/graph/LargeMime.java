package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.field.LenientFieldParser;
import org.apache.james.mime4j.message.DefaultBodyDescriptorBuilder;
import org.apache.james.mime4j.message.MaximalBodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.mailcaravan.mailbox.StagingException;

/**
 * A message of RFC 5322 that is too large for one request, taken apart: the message without its files, byte for byte else, and the files. Graph takes MIME in
 * one request only, and larger files by upload sessions. What is signed or encrypted as a whole cannot be taken apart.
 */
final class LargeMime implements Closeable {
    private static final Set<String> INDIVISIBLE = Set.of("multipart/signed", "multipart/encrypted");
    private static final byte[] LINE_END = {'\r', '\n'};

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final List<DetachedFile> files = new ArrayList<>();
    private final Deque<String> boundaries = new ArrayDeque<>();

    /**
     * A file of the message.
     *
     * @param description name, contentType and so on, as Graph's fileAttachment has them
     */
    record DetachedFile(ObjectNode description, OutgoingContent content) {}

    private LargeMime() {}

    /** @throws IllegalArgumentException if it cannot be taken apart, or is too large even then */
    static LargeMime of(OutgoingContent content) {
        LargeMime mime = new LargeMime();
        boolean whole = false;
        try (InputStream in = content.open()) {
            mime.read(in);
            whole = true;
            return mime;
        } catch (MimeException e) {
            throw new IllegalArgumentException("the body is no message of RFC 5322 that can be taken apart");
        } catch (IOException e) {
            throw new StagingException("the message to be sent cannot be taken apart", e);
        } finally {
            if (!whole) {
                mime.close();
            }
        }
    }

    byte[] rest() {
        return rest.toByteArray();
    }

    List<DetachedFile> files() {
        return files;
    }

    private void read(InputStream in) throws IOException, MimeException {
        MimeTokenStream tokens = new MimeTokenStream(
                MimeConfig.PERMISSIVE,
                DecodeMonitor.SILENT,
                new DefaultBodyDescriptorBuilder(null, LenientFieldParser.getParser(), DecodeMonitor.SILENT));
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        tokens.parse(in);
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            take(state, tokens);
            checkSize();
        }
    }

    private void take(EntityState state, MimeTokenStream tokens) throws IOException {
        switch (state) {
            case T_START_BODYPART -> line(header, "--" + boundaries.element());
            case T_FIELD -> {
                header.write(tokens.getField().getRaw().toByteArray());
                header.write(LINE_END);
            }
            case T_END_HEADER -> header.write(LINE_END);
            case T_START_MULTIPART -> begin((MaximalBodyDescriptor) tokens.getBodyDescriptor());
            case T_END_MULTIPART -> line(rest, "--" + boundaries.remove() + "--");
            case T_BODY -> body(tokens);
            default -> {
                // preambles, epilogues and the ends of parts carry nothing
            }
        }
    }

    private void begin(MaximalBodyDescriptor part) throws IOException {
        if (INDIVISIBLE.contains(part.getMimeType())) {
            throw new IllegalArgumentException(
                    "a signed or encrypted message of more than " + OutgoingContent.MOST_AT_ONCE
                            + " bytes cannot be sent through Graph: it would have to be taken apart");
        }
        keepHeader();
        boundaries.push(part.getBoundary());
    }

    private void body(MimeTokenStream tokens) throws IOException {
        MaximalBodyDescriptor part = (MaximalBodyDescriptor) tokens.getBodyDescriptor();
        if (!boundaries.isEmpty() && isFile(part)) {
            header.reset();
            files.add(new DetachedFile(description(part), OutgoingContent.of(tokens.getDecodedInputStream())));
        } else {
            keepHeader();
            copy(tokens.getInputStream());
            rest.write(LINE_END);
        }
    }

    private void copy(InputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            rest.write(buffer, 0, count);
            checkSize();
        }
    }

    private static boolean isFile(MaximalBodyDescriptor part) {
        return part.getContentDispositionFilename() != null && !"message".equals(part.getMediaType());
    }

    private static ObjectNode description(MaximalBodyDescriptor part) {
        String name = DecoderUtil.decodeEncodedWords(part.getContentDispositionFilename(), DecodeMonitor.SILENT);
        ObjectNode file = GraphJson.object().put("name", name).put("contentType", part.getMimeType());
        if ("inline".equals(part.getContentDispositionType())) {
            file.put("isInline", true);
        }
        if (part.getContentId() != null) {
            file.put("contentId", part.getContentId().replaceAll("^<|>$", ""));
        }
        return file;
    }

    private void keepHeader() throws IOException {
        header.writeTo(rest);
        header.reset();
    }

    private void checkSize() {
        if (rest.size() > OutgoingContent.MOST_AT_ONCE) {
            throw new IllegalArgumentException("without its files the message still has more than "
                    + OutgoingContent.MOST_AT_ONCE + " bytes, which Graph does not take");
        }
    }

    private static void line(ByteArrayOutputStream target, String text) throws IOException {
        target.write(text.getBytes(StandardCharsets.ISO_8859_1));
        target.write(LINE_END);
    }

    @Override
    public void close() {
        files.forEach(file -> file.content().close());
    }
}
