package org.mailcaravan.sandbox.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What one app does to one mailbox. Windows begin with the first request after the one before. Thread-safe. */
final class MailboxUsage {
    private int inProgress;
    private int mostAtOnce;
    private long entered;
    private long throttled;
    private long early;
    private Window requests = new Window(Instant.EPOCH, 0);
    private Window upload = new Window(Instant.EPOCH, 0);
    private Instant toldAt = Instant.EPOCH;
    private Instant blockedUntil = Instant.EPOCH;

    /** @param limit as Graph's message names it */
    record Refusal(String limit, int retryAfterSeconds) {}

    /**
     * @param requests all of them, refused ones included
     * @param throttled those refused with 429
     * @param mostAtOnce the most that were in progress, the refused one included
     * @param early those that came before the {@code Retry-After} they were told was over
     */
    record Counts(long requests, long throttled, int mostAtOnce, long early) {}

    private record Window(Instant start, long used) {
        Window at(Instant now, Duration length) {
            return now.isBefore(start.plus(length)) ? this : new Window(now, 0);
        }

        Window plus(long more) {
            return new Window(start, used + more);
        }

        int secondsLeft(Instant now, Duration length) {
            long ms = Duration.between(now, start.plus(length)).toMillis();
            return (int) Math.max(1, (ms + 999) / 1000);
        }
    }

    /** Begins a request, or says which limit is exceeded; a refused request counts as well. */
    synchronized Optional<Refusal> enter(ThrottleLimits limits, Instant now, long announced) {
        entered++;
        early += now.isBefore(blockedUntil) && now.isAfter(toldAt.plus(limits.grace())) ? 1 : 0;
        requests = requests.at(now, limits.requestsIn()).plus(1);
        upload = upload.at(now, limits.uploadIn());
        mostAtOnce = Math.max(mostAtOnce, inProgress + 1);
        Optional<Refusal> refusal = refusal(limits, now, announced);
        if (refusal.isPresent()) {
            throttled++;
            told(now, now.plusSeconds(refusal.get().retryAfterSeconds()));
        } else {
            inProgress++;
            upload = upload.plus(announced);
        }
        return refusal;
    }

    synchronized void leave() {
        inProgress--;
    }

    synchronized void uploaded(ThrottleLimits limits, Instant now, long bytes) {
        upload = upload.at(now, limits.uploadIn()).plus(bytes);
    }

    /** The client hears that it shall wait. */
    synchronized void told(Instant now, Instant until) {
        if (until.isAfter(blockedUntil)) {
            toldAt = now;
            blockedUntil = until;
        }
    }

    synchronized Counts counts() {
        return new Counts(entered, throttled, mostAtOnce, early);
    }

    private Optional<Refusal> refusal(ThrottleLimits limits, Instant now, long announced) {
        if (requests.used() > limits.requests()) {
            return Optional.of(new Refusal("MailboxRequests", requests.secondsLeft(now, limits.requestsIn())));
        }
        if (upload.used() + announced > limits.uploadBytes()) {
            return Optional.of(new Refusal("MailboxUpload", upload.secondsLeft(now, limits.uploadIn())));
        }
        return limits.concurrent() > 0 && inProgress >= limits.concurrent()
                ? Optional.of(new Refusal("MailboxConcurrency", 1))
                : Optional.empty();
    }
}
