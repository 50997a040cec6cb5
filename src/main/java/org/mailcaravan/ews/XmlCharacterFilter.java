package org.mailcaravan.ews;

import java.io.IOException;
import java.io.Reader;

/**
 * Makes what Exchange sends readable for an XML 1.0 parser: characters that XML 1.0 section 2.2 forbids, raw or as a character reference ({@code &#x1;},
 * {@code &#0;}), become U+FFFD. They do occur in subjects and bodies. Legal references, and whatever stands in a CDATA section, pass unchanged. Works on a window, so
 * memory does not grow with the document. Markup without an end is refused here, because a parser would collect it.
 */
final class XmlCharacterFilter extends Reader {
    private static final int WINDOW = 8192;
    /** References longer than this are left to the parser; leading zeros are legal and unlimited. */
    private static final int LONGEST_REFERENCE = 64;

    private static final int LONGEST_MARKUP = 256 * 1024;
    private static final String CDATA_START = "<![CDATA[";
    private static final String CDATA_END = "]]>";
    private static final char REPLACEMENT = '\uFFFD';

    private final Reader in;
    private final char[] window = new char[WINDOW];
    /** Filtered and not yet handed out: from position to ready. */
    private int position;

    private int ready;
    /** Read and not yet filtered: from rest to limit. */
    private int rest;

    private int limit;
    private boolean ended;
    private boolean inCdata;
    private int markup;

    XmlCharacterFilter(Reader in) {
        this.in = in;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == ready) {
            if (ended && rest == limit) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, ready - position);
        System.arraycopy(window, position, target, offset, count);
        position += count;
        return count;
    }

    private void fill() throws IOException {
        System.arraycopy(window, rest, window, 0, limit - rest);
        limit -= rest;
        rest = 0;
        position = 0;
        ready = 0;
        int count = in.read(window, limit, WINDOW - limit);
        if (count < 0) {
            ended = true;
        } else {
            limit += count;
        }
        filter();
    }

    /** Filters in place: what comes out is never longer than what went in. Stops where only the next characters can tell. */
    private void filter() throws IOException {
        while (rest < limit) {
            int taken = inCdata ? cdata() : content();
            if (taken == 0) {
                return;
            }
            rest += taken;
        }
    }

    private int cdata() {
        char c = window[rest];
        if (c == ']') {
            int match = match(CDATA_END);
            if (match == 0) {
                return 0;
            }
            inCdata = match < 0;
        }
        return put(isLegal(c) ? c : REPLACEMENT, 1);
    }

    private int content() throws IOException {
        char c = window[rest];
        if (c == '&') {
            return reference();
        }
        if (c == '<' && markup == 0) {
            int match = match(CDATA_START);
            if (match == 0) {
                return 0;
            }
            inCdata = match > 0;
            markup = match > 0 ? 0 : 1;
        } else if (markup > 0) {
            countMarkup(c);
        }
        return put(isLegal(c) ? c : REPLACEMENT, 1);
    }

    private void countMarkup(char c) throws BrokenXmlException {
        markup = c == '>' ? 0 : markup + 1;
        if (markup > LONGEST_MARKUP) {
            throw new BrokenXmlException("a tag does not end within " + LONGEST_MARKUP + " characters");
        }
    }

    /** @return how many characters were taken, 0 if the window ends within what may be a reference */
    private int reference() {
        int end = rest + 1;
        int last = Math.min(limit, rest + LONGEST_REFERENCE);
        while (end < last && isReferencePart(window[end], end - rest)) {
            end++;
        }
        if (end == limit && !ended && end < rest + LONGEST_REFERENCE) {
            return 0;
        }
        boolean complete = end < last && window[end] == ';';
        if (complete && names(rest + 1, end)) {
            return put(REPLACEMENT, end + 1 - rest);
        }
        return put('&', 1);
    }

    private static boolean isReferencePart(char c, int at) {
        return at == 1 ? c == '#' : Character.digit(c, 16) >= 0 && c < 0x80 || at == 2 && c == 'x';
    }

    /** Whether the text between {@code &} and {@code ;} is a character reference to something that XML 1.0 forbids. */
    private boolean names(int from, int to) {
        boolean hex = to - from > 1 && window[from + 1] == 'x';
        int first = from + (hex ? 2 : 1);
        int value = 0;
        for (int i = first; i < to && value <= Character.MAX_CODE_POINT; i++) {
            int digit = Character.digit(window[i], hex ? 16 : 10);
            if (digit < 0) {
                return false;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return first < to && !isLegalCodePoint(value);
    }

    private int put(char c, int taken) {
        window[ready++] = c;
        return taken;
    }

    /** @return 1 if the text stands here, -1 if not, 0 if the window ends too early to tell */
    private int match(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (rest + i == limit) {
                return ended ? -1 : 0;
            }
            if (window[rest + i] != text.charAt(i)) {
                return -1;
            }
        }
        return 1;
    }

    /** XML 1.0 section 2.2, for UTF-16 units: surrogates come in pairs out of the decoder. */
    private static boolean isLegal(char c) {
        return c >= ' ' ? c < 0xFFFE : c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isLegalCodePoint(int c) {
        return c > 0xFFFF ? c <= Character.MAX_CODE_POINT : isLegal((char) c) && !Character.isSurrogate((char) c);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
