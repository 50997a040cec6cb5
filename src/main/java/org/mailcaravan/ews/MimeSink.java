package org.mailcaravan.ews;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mailcaravan.mailbox.StagingException;

/** Passes MIME on and remembers how it ends: Exchange marks an incomplete copy by a text at its end and by nothing else. */
final class MimeSink extends OutputStream {
    private static final String TRUNCATED = "=== Truncated Data ===";
    private static final int TAIL = 64;

    private final OutputStream out;
    private final byte[] tail = new byte[TAIL];
    private int kept;
    private long written;

    MimeSink(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws StagingException if our own disk fails, so that it is not mistaken for the server's connection */
    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new StagingException("the content of a message could not be written", e);
        }
        written += length;
        remember(bytes, offset, length);
    }

    private void remember(byte[] bytes, int offset, int length) {
        int added = Math.min(length, TAIL);
        int old = Math.min(kept, TAIL - added);
        System.arraycopy(tail, kept - old, tail, 0, old);
        System.arraycopy(bytes, offset + length - added, tail, old, added);
        kept = old + added;
    }

    /** @throws UnusableContentException if there is nothing, or not everything */
    void requireWhole() throws UnusableContentException {
        if (written == 0) {
            throw new UnusableContentException("Exchange sent no MIME content");
        }
        String end = new String(Arrays.copyOf(tail, kept), StandardCharsets.ISO_8859_1);
        if (end.stripTrailing().endsWith(TRUNCATED)) {
            throw UnusableContentException.forNow("Exchange sent an incomplete copy (" + TRUNCATED
                    + "); if that lasts for more than eight hours, an administrator must ask Microsoft's support");
        }
    }
}
