package org.mailcaravan.ews;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Cuts an endless answer into its SOAP envelopes: GetStreamingEvents answers one whole document after the other, with nothing in between, and the network cuts them
 * anywhere. Looks at the bytes of UTF-8 once, keeps one envelope at most, and leaves everything but where it ends to the XML parser. Not thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation">GetStreamingEvents operation</a>
 */
final class EnvelopeCutter {
    /** A burst of events of 200 mailboxes; beyond it there is no honest envelope. */
    static final int LONGEST = 4 * 1024 * 1024;

    /** The shortest that may stand behind the first dash of a comment: {@code --->} less its own dash. */
    private static final int SHORTEST_COMMENT = 4;

    private final ByteArrayOutputStream envelope = new ByteArrayOutputStream();
    private State state = State.TEXT;
    private int depth;
    private byte quote;
    private byte last;
    private byte lastButOne;
    private int sinceOpening;

    private enum State {
        TEXT,
        OPENED,
        START_TAG,
        QUOTED,
        END_TAG,
        INSTRUCTION,
        DECLARATION,
        COMMENT,
        CDATA
    }

    /** Takes one whole envelope. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] envelope) throws IOException;
    }

    /**
     * @throws BrokenXmlException if this is not a row of XML documents, has a DTD, or an envelope has no end
     * @throws IOException from the sink
     */
    void feed(ByteBuffer bytes, Sink sink) throws IOException {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (isBetween() && b != '<') {
                requireNothing(b);
            } else if (keep(b)) {
                byte[] whole = envelope.toByteArray();
                envelope.reset();
                sink.take(whole);
            }
        }
    }

    private boolean isBetween() {
        return state == State.TEXT && depth == 0;
    }

    /** White space and the mark of the byte order mean nothing. */
    private static void requireNothing(byte b) throws BrokenXmlException {
        if (b > ' ') {
            throw new BrokenXmlException("there is text outside the envelopes");
        }
    }

    /** @return whether the envelope is whole now */
    private boolean keep(byte b) throws BrokenXmlException {
        if (envelope.size() >= LONGEST) {
            throw new BrokenXmlException("an envelope has no end");
        }
        envelope.write(b);
        sinceOpening++;
        boolean whole = step(b);
        lastButOne = last;
        last = b;
        return whole;
    }

    private boolean step(byte b) throws BrokenXmlException {
        switch (state) {
            case TEXT -> state = b == '<' ? State.OPENED : State.TEXT;
            case OPENED -> state = opened(b);
            case START_TAG -> {
                return startTag(b);
            }
            case QUOTED -> state = b == quote ? State.START_TAG : State.QUOTED;
            case END_TAG -> {
                return endTag(b);
            }
            case INSTRUCTION -> state = b == '>' && last == '?' ? State.TEXT : State.INSTRUCTION;
            case DECLARATION -> declaration(b);
            case COMMENT ->
                state = b == '>' && last == '-' && lastButOne == '-' && sinceOpening >= SHORTEST_COMMENT
                        ? State.TEXT
                        : State.COMMENT;
            case CDATA -> state = b == '>' && last == ']' && lastButOne == ']' ? State.TEXT : State.CDATA;
        }
        return false;
    }

    private static State opened(byte b) {
        return switch (b) {
            case '/' -> State.END_TAG;
            case '?' -> State.INSTRUCTION;
            case '!' -> State.DECLARATION;
            default -> State.START_TAG;
        };
    }

    private void declaration(byte b) throws BrokenXmlException {
        if (b != '-' && b != '[') {
            throw new BrokenXmlException("the answer has a DTD, which is refused");
        }
        state = b == '-' ? State.COMMENT : State.CDATA;
        sinceOpening = 0;
    }

    private boolean startTag(byte b) {
        if (b == '"' || b == '\'') {
            quote = b;
            state = State.QUOTED;
        } else if (b == '>') {
            state = State.TEXT;
            depth += last == '/' ? 0 : 1;
            return depth == 0;
        }
        return false;
    }

    private boolean endTag(byte b) throws BrokenXmlException {
        if (b != '>') {
            return false;
        }
        state = State.TEXT;
        if (--depth < 0) {
            throw new BrokenXmlException("an element ends that never began");
        }
        return depth == 0;
    }
}
