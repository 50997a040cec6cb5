package org.mailcaravan.sandbox.ews;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets the first bytes through and swallows the rest. */
final class LimitedOutputStream extends FilterOutputStream {
    private long left;

    LimitedOutputStream(OutputStream out, long limit) {
        super(out);
        this.left = limit;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int count = (int) Math.min(left, length);
        left -= count;
        out.write(bytes, offset, count);
    }
}
