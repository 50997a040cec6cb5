package org.mailcaravan.sandbox.ews;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Holds accounts to {@link EwsLimits}, and remembers who came back before the end of a back-off. Thread-safe. */
final class EwsThrottle {
    private final EwsLimits usual;
    private final Clock clock;
    private final Map<UUID, Usage> usages = new LinkedHashMap<>();
    private EwsLimits limits;

    /** @param early requests before the end of a back-off that had been told */
    record Counts(long requests, long throttled, int mostAtOnce, long early) {}

    private static final class Usage {
        private long requests;
        private long throttled;
        private long early;
        private int underWay;
        private int mostAtOnce;
        private long inWindow;
        private Instant windowEnd = Instant.MIN;
        private Instant toldAt = Instant.MIN;
        private Instant backOffEnd = Instant.MIN;
    }

    EwsThrottle(EwsLimits usual, Clock clock) {
        this.usual = usual;
        this.limits = usual;
        this.clock = clock;
    }

    EwsLimits usual() {
        return usual;
    }

    synchronized EwsLimits limits() {
        return limits;
    }

    /** Sets the limits and forgets what was counted but the requests under way. */
    synchronized void limit(EwsLimits next) {
        limits = next;
        usages.replaceAll((account, before) -> {
            Usage fresh = new Usage();
            fresh.underWay = before.underWay;
            return fresh;
        });
    }

    static EwsFault tooManyConnections() {
        return new EwsFault(
                "ErrorExceededConnectionCount",
                "You have exceeded the available concurrent connections for your account. Try again once your"
                        + " other requests have completed.");
    }

    /** Counts a request; for how long it should not have come, if the budget is spent. */
    synchronized Optional<Duration> spend(UUID account) {
        Usage usage = usage(account);
        Instant now = clock.instant();
        usage.requests++;
        if (now.isBefore(usage.backOffEnd) && now.isAfter(usage.toldAt.plus(limits.grace()))) {
            usage.early++;
        }
        if (!now.isBefore(usage.windowEnd)) {
            usage.windowEnd = now.plus(limits.window());
            usage.inWindow = 0;
        }
        if (++usage.inWindow <= limits.budget()) {
            return Optional.empty();
        }
        usage.throttled++;
        Duration wait = Duration.between(now, usage.windowEnd);
        told(usage, wait);
        return Optional.of(wait);
    }

    /** A back-off that the fault plan is about to tell. */
    synchronized void told(UUID account, Duration backOff) {
        told(usage(account), backOff);
    }

    private void told(Usage usage, Duration backOff) {
        Instant now = clock.instant();
        if (!now.isBefore(usage.backOffEnd)) {
            usage.toldAt = now;
        }
        Instant end = now.plus(backOff);
        usage.backOffEnd = end.isAfter(usage.backOffEnd) ? end : usage.backOffEnd;
    }

    /** @throws EwsFault ErrorExceededConnectionCount when too many are under way */
    synchronized void enter(UUID account) throws EwsFault {
        Usage usage = usage(account);
        usage.mostAtOnce = Math.max(usage.mostAtOnce, usage.underWay + 1);
        if (usage.underWay >= limits.concurrent()) {
            usage.throttled++;
            throw tooManyConnections();
        }
        usage.underWay++;
    }

    synchronized void leave(UUID account) {
        usage(account).underWay--;
    }

    private Usage usage(UUID account) {
        return usages.computeIfAbsent(account, unseen -> new Usage());
    }

    synchronized Map<UUID, Counts> counts() {
        Map<UUID, Counts> counts = new LinkedHashMap<>();
        usages.forEach((account, usage) ->
                counts.put(account, new Counts(usage.requests, usage.throttled, usage.mostAtOnce, usage.early)));
        return counts;
    }
}
