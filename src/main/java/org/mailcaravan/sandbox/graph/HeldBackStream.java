package org.mailcaravan.sandbox.graph;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Keeps the last byte until it is closed, so that nobody has the whole before that. */
final class HeldBackStream extends FilterOutputStream {
    private int held = -1;

    HeldBackStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        release();
        held = b & 0xFF;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            release();
            out.write(bytes, offset, length - 1);
            held = bytes[offset + length - 1] & 0xFF;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        release();
        out.close();
    }

    private void release() throws IOException {
        if (held >= 0) {
            out.write(held);
            held = -1;
        }
    }
}
