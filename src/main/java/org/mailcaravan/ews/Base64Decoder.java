package org.mailcaravan.ews;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Base64 (RFC 4648 section 4) that arrives in pieces of any length. Strict: anything but its alphabet, white space and padding at the end is refused. */
final class Base64Decoder {
    private static final byte BAD = -1;
    private static final byte BLANK = -2;
    private static final byte PAD = -3;
    private static final byte[] VALUES = values();

    private final OutputStream out;
    private final byte[] buffer = new byte[12 * 1024];
    private int filled;
    private int bits;
    private int digits;
    private int padding;

    Base64Decoder(OutputStream out) {
        this.out = out;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, BAD);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        for (char blank : new char[] {' ', '\t', '\r', '\n'}) {
            values[blank] = BLANK;
        }
        values['='] = PAD;
        return values;
    }

    /**
     * @throws UnusableContentException if this is no base64
     * @throws IOException if the output breaks
     */
    void decode(char[] text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            byte value = text[i] < 128 ? VALUES[text[i]] : BAD;
            if (value >= 0 && padding == 0) {
                digit(value);
            } else if (value == PAD) {
                padding++;
            } else if (value != BLANK) {
                throw new UnusableContentException("its content is not base64");
            }
        }
    }

    private void digit(int value) throws IOException {
        bits = bits << 6 | value;
        if (++digits == 4) {
            if (filled > buffer.length - 3) {
                flush();
            }
            buffer[filled++] = (byte) (bits >> 16);
            buffer[filled++] = (byte) (bits >> 8);
            buffer[filled++] = (byte) bits;
            bits = 0;
            digits = 0;
        }
    }

    /** @throws UnusableContentException if the last group is incomplete */
    void finish() throws IOException {
        boolean whole = digits == 0 && padding == 0 || digits >= 2 && digits + padding == 4;
        if (!whole) {
            throw new UnusableContentException("its content ends within a base64 group");
        }
        flush();
        if (digits >= 2) {
            int last = bits << 6 * (4 - digits);
            out.write(last >> 16);
            if (digits == 3) {
                out.write(last >> 8);
            }
        }
    }

    private void flush() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }
}
