package org.mailcaravan.sandbox;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;

/** A body stream that stalls, drips or breaks at a planned byte. */
final class BrokenBody extends FilterOutputStream {
    /** @param pieceBytes the most that is written between two pauses */
    record Plan(long intactBytes, long pieceBytes, Duration pause, boolean cut) {
        static Plan stall(long afterBytes, Duration wait) {
            return new Plan(afterBytes, Long.MAX_VALUE, wait, false);
        }

        static Plan cut(long afterBytes) {
            return new Plan(afterBytes, Long.MAX_VALUE, Duration.ZERO, true);
        }

        static Plan drip(int bytesPerPiece, Duration pause) {
            return new Plan(0, Math.max(1, bytesPerPiece), pause, false);
        }
    }

    private final Plan plan;
    private long left;

    BrokenBody(OutputStream out, Plan plan) {
        super(out);
        this.plan = plan;
        this.left = plan.intactBytes();
    }

    static void pause(Duration wait) throws IOException {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the sandbox is closing");
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            if (left == 0) {
                breakHere();
            }
            int piece = (int) Math.min(left, (long) offset + length - at);
            out.write(from, at, piece);
            at += piece;
            left -= piece;
        }
    }

    private void breakHere() throws IOException {
        out.flush();
        if (plan.cut()) {
            throw new ConnectionCutException("planned: body cut");
        }
        pause(plan.pause());
        left = plan.pieceBytes();
    }

    @Override
    public void close() throws IOException {
        if (plan.cut()) {
            out.flush();
            throw new ConnectionCutException("planned: body cut");
        }
        super.close();
    }
}
