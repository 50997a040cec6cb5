package org.mailcaravan.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * Why no token is asked for until a moment, so that a dead grant or a broken endpoint is not hammered (S20). It ends at once when the grant is renewed: a new
 * sign-in brings another refresh token.
 */
record RefreshPause(
        Optional<Secret> refreshToken, Instant until, int failures, Function<Duration, MailSourceException> failure) {
    private static final Duration DEAD = Duration.ofMinutes(15);
    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** @param failures how many times in a row it failed before */
    static RefreshPause after(TokenOutcome outcome, MailboxCredential credential, Instant now, int failures) {
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            return new RefreshPause(
                    credential.refreshToken(),
                    now.plus(DEAD),
                    0,
                    left -> new ConsentRequiredException(
                            "The grant of credential " + credential.id() + " no longer works (" + needed.code() + ").",
                            needed.remedy()));
        }
        if (outcome instanceof TokenOutcome.Refused refused) {
            return new RefreshPause(
                    credential.refreshToken(),
                    now.plus(LONGEST),
                    0,
                    left -> new MailSourceUnavailableException("the token endpoint refuses this application ("
                            + refused.code() + "): " + refused.remedy()));
        }
        return later((TokenOutcome.TryLater) outcome, credential, now, failures);
    }

    private static RefreshPause later(
            TokenOutcome.TryLater later, MailboxCredential credential, Instant now, int failures) {
        Duration backOff = SHORTEST.multipliedBy(1L << Math.min(failures, 10));
        Duration wait = later.after().orElse(backOff.compareTo(LONGEST) > 0 ? LONGEST : backOff);
        Function<Duration, MailSourceException> failure = later.after().isPresent()
                ? left -> new ThrottledException("the token endpoint asks to wait", Optional.of(left))
                : left -> new MailSourceUnavailableException("no token: " + later.reason());
        return new RefreshPause(credential.refreshToken(), now.plus(wait), failures + 1, failure);
    }

    boolean holds(MailboxCredential credential, Instant now) {
        return now.isBefore(until) && credential.refreshToken().equals(refreshToken);
    }

    MailSourceException exception(Instant now) {
        return failure.apply(Duration.between(now, until));
    }
}
