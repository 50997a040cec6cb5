package org.mailcaravan.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * Why this process asks for no token until a moment, so that a broken endpoint is not hammered (S20). It ends at once when the grant is renewed: a new sign-in
 * brings another refresh token. Dead grants are for {@link DeadGrants}.
 */
record RefreshPause(
        Optional<Secret> refreshToken, Instant until, int failures, Function<Duration, MailSourceException> failure) {
    private static final Duration REFUSED = Duration.ofMinutes(5);
    private static final Duration ELSEWHERE = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** The registration or the request is wrong. */
    static RefreshPause refused(TokenOutcome.Refused refused, MailboxCredential credential, Instant now) {
        return new RefreshPause(
                credential.refreshToken(),
                now.plus(REFUSED),
                0,
                left -> new MailSourceUnavailableException(
                        "the token endpoint refuses this application (" + refused.code() + "): " + refused.remedy()));
    }

    /** @param failures how many times in a row it failed before */
    static RefreshPause later(TokenOutcome.TryLater later, MailboxCredential credential, Instant now, int failures) {
        Duration backOff = SHORTEST.multipliedBy(1L << Math.min(failures, 10));
        Duration wait = later.after().orElse(backOff.compareTo(LONGEST) > 0 ? LONGEST : backOff);
        Function<Duration, MailSourceException> failure = later.after().isPresent()
                ? left -> new ThrottledException("the token endpoint asks to wait", Optional.of(left))
                : left -> new MailSourceUnavailableException("no token: " + later.reason());
        return new RefreshPause(credential.refreshToken(), now.plus(wait), failures + 1, failure);
    }

    /** Another replica is at it and has not come to an end. */
    static RefreshPause elsewhere(MailboxCredential credential, Instant now) {
        return new RefreshPause(
                credential.refreshToken(),
                now.plus(ELSEWHERE),
                0,
                left -> new ThrottledException("the token is being refreshed elsewhere", Optional.of(left)));
    }

    boolean holds(MailboxCredential credential, Instant now) {
        return now.isBefore(until) && credential.refreshToken().equals(refreshToken);
    }

    MailSourceException exception(Instant now) {
        return failure.apply(Duration.between(now, until));
    }
}
