package org.mailcaravan.sandbox.graph;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Outlook's limits per app and mailbox (concepts/throttling-limits.md): requests at once, requests per ten minutes and bytes uploaded per five minutes. It
 * remembers whether clients keep to them, and whether they come back before the {@code Retry-After} they were told, by whomever. Thread-safe.
 */
final class Throttle {
    private final Clock clock;
    private final ThrottleLimits usual;
    private volatile ThrottleLimits limits;
    private final Map<Place, MailboxUsage> usages = new ConcurrentHashMap<>();

    /** For whom is counted. */
    record Place(String appId, String mailbox) {}

    /** @param usual those that hold unless told otherwise */
    Throttle(ThrottleLimits usual, Clock clock) {
        this.usual = usual;
        this.limits = usual;
        this.clock = clock;
    }

    /** The limits that hold unless told otherwise. */
    ThrottleLimits usual() {
        return usual;
    }

    /** Sets the limits and forgets all that was counted; requests in progress end uncounted. */
    void limit(ThrottleLimits next) {
        limits = next;
        usages.clear();
    }

    /** A request in progress; releasing twice is once. */
    final class Permit {
        private final MailboxUsage usage;
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Permit(MailboxUsage usage) {
            this.usage = usage;
        }

        void release() {
            if (held.compareAndSet(true, false)) {
                usage.leave();
            }
        }

        /** To be told before such an answer leaves: the request is over, and a {@code Retry-After} of a 429 or 503 holds from now on. */
        void endsWith(int status, Optional<String> retryAfter) {
            release();
            if (status == 429 || status == 503) {
                Instant now = clock.instant();
                retryAfter.flatMap(text -> until(text, now)).ifPresent(until -> usage.told(now, until));
            }
        }
    }

    /**
     * Begins a request.
     *
     * @param mailbox object id of the owner
     * @param announced bytes it will upload, as far as known
     * @throws GraphError 429 when a limit is exceeded
     */
    Permit enter(String appId, String mailbox, long announced) {
        MailboxUsage usage = usages.computeIfAbsent(new Place(appId, mailbox), place -> new MailboxUsage());
        usage.enter(limits, clock.instant(), announced).ifPresent(refusal -> {
            throw GraphError.throttled(refusal.limit(), refusal.retryAfterSeconds());
        });
        return new Permit(usage);
    }

    /** Begins a request that came by itself; the bytes of a body of unknown length count as they are read. */
    Permit enter(String appId, String mailbox, HttpExchange exchange) {
        Optional<Long> length = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"))
                .map(Long::valueOf);
        Permit permit = enter(appId, mailbox, length.orElse(0L));
        if (length.isEmpty()) {
            exchange.setStreams(new Upload(exchange.getRequestBody(), permit.usage), null);
        }
        return permit;
    }

    void forEach(BiConsumer<Place, MailboxUsage> told) {
        usages.forEach(told);
    }

    private static Optional<Instant> until(String retryAfter, Instant now) {
        if (retryAfter.matches("\\d{1,9}")) {
            return Optional.of(now.plusSeconds(Long.parseLong(retryAfter)));
        }
        try {
            return Optional.of(ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException neither) {
            return Optional.empty();
        }
    }

    private final class Upload extends FilterInputStream {
        private final MailboxUsage usage;

        Upload(InputStream in, MailboxUsage usage) {
            super(in);
            this.usage = usage;
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            usage.uploaded(limits, clock.instant(), read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            usage.uploaded(limits, clock.instant(), Math.max(0, read));
            return read;
        }
    }
}
