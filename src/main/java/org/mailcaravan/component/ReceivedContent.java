package org.mailcaravan.component;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.converter.stream.FileInputStreamCache;

/** Content on its way into the body of an Exchange: small in memory, else in a temporary file of its own that lives as long as the Exchange and its copies. */
public final class ReceivedContent extends OutputStream {
    /** Bytes; more go to a file. */
    public static final int MOST_IN_MEMORY = 128 * 1024;

    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private Optional<Path> file = Optional.empty();
    private OutputStream target = memory;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (file.isEmpty() && memory.size() + length > MOST_IN_MEMORY) {
            Path path = Files.createTempFile("mail-", ".content");
            file = Optional.of(path);
            target = Files.newOutputStream(path);
            memory.writeTo(target);
        }
        target.write(source, offset, length);
    }

    /** As Camel's own stream caching keeps it: Camel deletes the file when the last Exchange that has it ends. */
    public InputStream body(Exchange exchange) throws IOException {
        target.close();
        return file.isPresent()
                ? (InputStream) new FileInputStreamCache(file.get().toFile()).copy(exchange)
                : new ByteArrayInputStream(memory.toByteArray());
    }

    /** After a failure. */
    public void discard() throws IOException {
        target.close();
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
    }
}
