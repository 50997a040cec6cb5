package org.mailcaravan.sandbox.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of one part, written on demand: the same bytes each time, never held as a whole unless they are small. */
public interface Payload {
    /** Number of bytes that {@link #writeTo} writes. */
    long size();

    /** @throws IOException when {@code out} refuses the bytes */
    void writeTo(OutputStream out) throws IOException;

    /** A payload of given bytes. */
    static Payload of(byte[] bytes) {
        byte[] copy = bytes.clone();
        return new Payload() {
            @Override
            public long size() {
                return copy.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(copy);
            }
        };
    }

    /** A payload of UTF-8 text. */
    static Payload of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }
}
