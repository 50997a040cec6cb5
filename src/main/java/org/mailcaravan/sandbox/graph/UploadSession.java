package org.mailcaravan.sandbox.graph;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.Payload;

/** A large attachment on its way: its pieces come in order and are kept in a file, not on the heap. Guarded by itself. */
final class UploadSession {
    private final String appId;
    private final UUID mailbox;
    private final long message;
    private final Wanted wanted;
    private final Instant expires;
    private final Path file;
    private long received;

    /** What will be attached. */
    record Wanted(String name, String contentType, long size, boolean inline, Optional<String> contentId) {}

    UploadSession(String appId, UUID mailbox, long message, Wanted wanted, Instant expires) {
        this.appId = appId;
        this.mailbox = mailbox;
        this.message = message;
        this.wanted = wanted;
        this.expires = expires;
        try {
            file = Files.createTempFile("sandbox-upload", ".part");
        } catch (IOException noSpace) {
            throw new UncheckedIOException(noSpace);
        }
        file.toFile().deleteOnExit();
    }

    /** Of the app that opened it: its pieces count for that one. */
    String appId() {
        return appId;
    }

    UUID mailbox() {
        return mailbox;
    }

    /** Number of the draft. */
    long message() {
        return message;
    }

    long size() {
        return wanted.size();
    }

    Instant expires() {
        return expires;
    }

    /** Where the next piece begins. */
    synchronized long received() {
        return received;
    }

    synchronized boolean isComplete() {
        return received == wanted.size();
    }

    synchronized void append(byte[] piece) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            out.write(piece);
        }
        received += piece.length;
    }

    FilePart part() {
        Payload payload = new Payload() {
            @Override
            public long size() {
                return wanted.size();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                Files.copy(file, out);
            }
        };
        return FilePart.file(wanted.name(), wanted.contentType(), payload, wanted.inline(), wanted.contentId());
    }

    void discard() throws IOException {
        Files.deleteIfExists(file);
    }
}
