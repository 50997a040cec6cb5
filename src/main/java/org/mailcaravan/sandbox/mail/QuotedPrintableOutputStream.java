package org.mailcaravan.sandbox.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Quoted-printable (RFC 2045 section 6.7) for text whose lines end in CRLF. */
final class QuotedPrintableOutputStream extends OutputStream {
    private static final int LINE = 76;
    private static final int NONE = -1;

    private final OutputStream out;
    private int column;
    private int heldSpace = NONE;
    private boolean heldReturn;

    QuotedPrintableOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        int octet = value & 0xFF;
        if (heldReturn) {
            heldReturn = false;
            if (octet == '\n') {
                lineBreak();
                return;
            }
            releaseSpace(false);
            escaped('\r');
        }
        if (octet == '\r') {
            heldReturn = true;
        } else {
            releaseSpace(false);
            put(octet);
        }
    }

    @Override
    public void close() throws IOException {
        releaseSpace(true);
        if (heldReturn) {
            escaped('\r');
        }
        out.flush();
    }

    private void put(int octet) throws IOException {
        if (octet == ' ' || octet == '\t') {
            heldSpace = octet;
        } else if (octet > ' ' && octet < 127 && octet != '=') {
            emit(String.valueOf((char) octet));
        } else {
            escaped(octet);
        }
    }

    private void lineBreak() throws IOException {
        releaseSpace(true);
        out.write('\r');
        out.write('\n');
        column = 0;
    }

    private void releaseSpace(boolean atLineEnd) throws IOException {
        int space = heldSpace;
        heldSpace = NONE;
        if (space != NONE && atLineEnd) {
            escaped(space);
        } else if (space != NONE) {
            emit(String.valueOf((char) space));
        }
    }

    private void escaped(int octet) throws IOException {
        emit("=%02X".formatted(octet));
    }

    private void emit(String token) throws IOException {
        if (column + token.length() > LINE - 1) {
            out.write("=\r\n".getBytes(StandardCharsets.US_ASCII));
            column = 0;
        }
        out.write(token.getBytes(StandardCharsets.US_ASCII));
        column += token.length();
    }
}
