package org.mailcaravan.graph;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.WrappedFile;
import org.mailcaravan.mailbox.StagingException;

/** Content that a route wants to be sent: its length is known and it can be read more than once. Never larger in memory than what one request may carry. */
final class OutgoingContent implements Closeable {
    /** What Graph takes in one request: 4 MB, and base64 makes four bytes out of three. */
    static final int MOST_AT_ONCE = 3 * 1024 * 1024;

    private final byte[] memory;
    private final Optional<Path> file;
    private final boolean ours;

    private OutgoingContent(byte[] memory, Optional<Path> file, boolean ours) {
        this.memory = memory;
        this.file = file;
        this.ours = ours;
    }

    static OutgoingContent of(byte[] bytes) {
        return new OutgoingContent(bytes, Optional.empty(), false);
    }

    /** The body: bytes, text, a file or a stream. A stream that is too long for one request waits in a temporary file. */
    static OutgoingContent of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof WrappedFile<?> wrapped) {
            body = wrapped.getFile();
        }
        if (body instanceof File onDisk) {
            return new OutgoingContent(new byte[0], Optional.of(onDisk.toPath()), false);
        }
        if (body instanceof Path onDisk) {
            return new OutgoingContent(new byte[0], Optional.of(onDisk), false);
        }
        try (InputStream in = exchange.getMessage().getMandatoryBody(InputStream.class)) {
            return of(in);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException("the operation needs a body that can be read as a stream");
        } catch (IOException e) {
            throw new StagingException("the body could not be read into a temporary file", e);
        }
    }

    static OutgoingContent of(InputStream in) throws IOException {
        byte[] begin = in.readNBytes(MOST_AT_ONCE + 1);
        if (begin.length <= MOST_AT_ONCE) {
            return of(begin);
        }
        Path path = Files.createTempFile("microsoft-graph-", ".content");
        try (OutputStream out = Files.newOutputStream(path)) {
            out.write(begin);
            in.transferTo(out);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        return new OutgoingContent(new byte[0], Optional.of(path), true);
    }

    long length() {
        try {
            return file.isPresent() ? Files.size(file.get()) : memory.length;
        } catch (IOException e) {
            throw new StagingException("the file to be sent cannot be read", e);
        }
    }

    boolean fitsOneRequest() {
        return length() <= MOST_AT_ONCE;
    }

    InputStream open() throws IOException {
        return file.isPresent() ? Files.newInputStream(file.get()) : new ByteArrayInputStream(memory);
    }

    /** All of it, if it fits one request. */
    byte[] bytes() {
        try (InputStream in = open();
                ByteArrayOutputStream all = new ByteArrayOutputStream()) {
            in.transferTo(all);
            return all.toByteArray();
        } catch (IOException e) {
            throw new StagingException("the content to be sent cannot be read", e);
        }
    }

    @Override
    public void close() {
        if (ours) {
            try {
                Files.deleteIfExists(file.orElseThrow());
            } catch (IOException e) {
                throw new StagingException("a temporary file could not be removed", e);
            }
        }
    }
}
