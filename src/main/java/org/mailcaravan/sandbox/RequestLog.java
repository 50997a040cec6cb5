package org.mailcaravan.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what the sandbox was asked, by kind and by mailbox. A kind is {@code <area>:<operation>}: {@code authorize}, {@code token:authorization_code},
 * {@code token:refresh_token}, {@code graph:messages/delta}, {@code graph:message/$value}, {@code ews:GetItem}. A mailbox is the user's object id, or
 * {@link #NO_MAILBOX} when nobody is known. Each {@code $batch} item is to be counted as one request. Thread-safe.
 */
public final class RequestLog {
    /** Stands for "no mailbox". */
    public static final String NO_MAILBOX = "-";

    private record Key(String kind, String mailbox) {}

    private final Map<Key, Long> requests = new HashMap<>();
    private final Map<String, Long> bytes = new TreeMap<>();

    /** Counts one request. */
    public synchronized void count(String kind, String mailbox) {
        requests.merge(new Key(kind, mailbox), 1L, Long::sum);
    }

    /** Counts one request and, as they are written, the bytes of its answer's body. Call it before the head is sent. */
    public void count(HttpExchange exchange, String kind, String mailbox) {
        count(kind, mailbox);
        exchange.setStreams(null, new Counting(exchange.getResponseBody(), kind));
    }

    /** Requests by kind, sorted by kind. */
    public synchronized Map<String, Long> byKind() {
        Map<String, Long> sums = new TreeMap<>();
        requests.forEach((key, count) -> sums.merge(key.kind(), count, Long::sum));
        return sums;
    }

    /** Requests by mailbox (object id or {@link #NO_MAILBOX}) and, within it, by kind. */
    public synchronized Map<String, Map<String, Long>> byMailbox() {
        Map<String, Map<String, Long>> sums = new TreeMap<>();
        requests.forEach((key, count) ->
                sums.computeIfAbsent(key.mailbox(), unseen -> new TreeMap<>()).merge(key.kind(), count, Long::sum));
        return sums;
    }

    /** Bytes of answers' bodies by kind. */
    public synchronized Map<String, Long> bytesByKind() {
        return new TreeMap<>(bytes);
    }

    /** Starts again from nothing. */
    public synchronized void reset() {
        requests.clear();
        bytes.clear();
    }

    private synchronized void addBytes(String kind, long written) {
        bytes.merge(kind, written, Long::sum);
    }

    private final class Counting extends FilterOutputStream {
        private final String kind;

        Counting(OutputStream out, String kind) {
            super(out);
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            addBytes(kind, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            addBytes(kind, length);
        }
    }
}
