package org.mailcaravan.graph;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Fails after so many characters, whatever they are: a parser's own limits are checked too late to spare memory. */
final class LimitedReader extends FilterReader {
    private long left;

    LimitedReader(Reader in, long most) {
        super(in);
        left = most;
    }

    /** There is more than was asked for. */
    static final class TooLongException extends IOException {
        private TooLongException() {
            super("too many characters");
        }
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        left -= Math.max(count, 0);
        if (left < 0) {
            throw new TooLongException();
        }
        return count;
    }
}
