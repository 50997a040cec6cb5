package org.mailcaravan.mailbox;

import java.time.Duration;
import java.util.Optional;

/** The server asks to wait: no request to this mailbox before then. */
public final class ThrottledException extends MailSourceException {
    private final transient Optional<Duration> retryAfter;

    /** @param retryAfter what the server asked for (Retry-After, BackOffMilliseconds); empty: the caller backs off exponentially with jitter */
    public ThrottledException(String what, Optional<Duration> retryAfter) {
        super(what + retryAfter.map(wait -> ": wait " + wait.toMillis() + " ms").orElse(": wait time not given"));
        this.retryAfter = retryAfter;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
