package org.mailcaravan.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Content codings of RFC 9110 section 8.4.1: gzip is decoded as it is read, others fail at the first read so that status and headers stay readable. */
final class ContentCoding {
    private ContentCoding() {}

    static InputStream decoded(InputStream raw, HttpHeaders headers) {
        String coding =
                String.join(",", headers.allValues("Content-Encoding")).trim().toLowerCase(Locale.ROOT);
        if (coding.isEmpty() || coding.equals("identity")) {
            return raw;
        }
        return coding.equals("gzip") || coding.equals("x-gzip") ? new Gzip(raw) : new Refused(raw);
    }

    /** Reads on behind the last gzip byte: whatever follows, or a cut there, is an error and not a silent end. */
    private static final class Gzip extends InputStream {
        private final InputStream raw;
        private @Nullable GZIPInputStream decoder;

        private Gzip(InputStream raw) {
            this.raw = raw;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (decoder == null) {
                decoder = new GZIPInputStream(raw, 8192);
            }
            int count = decoder.read(target, offset, length);
            if (count < 0 && raw.read() >= 0) {
                throw new IOException("bytes follow the end of a gzip body");
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            raw.close();
        }
    }

    private static final class Refused extends InputStream {
        private final InputStream raw;

        private Refused(InputStream raw) {
            this.raw = raw;
        }

        @Override
        public int read() throws IOException {
            throw new IOException("the answer has a Content-Encoding that nobody asked for");
        }

        @Override
        public void close() throws IOException {
            raw.close();
        }
    }
}
