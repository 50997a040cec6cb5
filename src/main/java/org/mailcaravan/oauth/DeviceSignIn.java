package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.mailcaravan.credential.Secret;

/**
 * A sign-in on another device that has begun (RFC 8628 section 3.2). Show {@link #userCode()} and {@link #verificationUri()}, then poll until it ends. Its
 * {@code toString} is a label. Thread-safe.
 */
public final class DeviceSignIn {
    private static final Duration SLOWER = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final SignIn signIn;
    private final Secret deviceCode;
    private final String userCode;
    private final URI verificationUri;
    private final Instant expiresAt;
    private Duration interval;
    private Instant next;

    DeviceSignIn(
            SignIn signIn,
            Secret deviceCode,
            String userCode,
            URI verificationUri,
            Instant expiresAt,
            Duration interval,
            Instant now) {
        this.signIn = signIn;
        this.deviceCode = deviceCode;
        this.userCode = userCode;
        this.verificationUri = verificationUri;
        this.expiresAt = expiresAt;
        this.interval = interval;
        this.next = now.plus(interval);
    }

    /** What the person types in. */
    public String userCode() {
        return userCode;
    }

    /** Where he types it in. */
    public URI verificationUri() {
        return verificationUri;
    }

    /** One sentence for the person, in our words. */
    public String message() {
        return "Open " + verificationUri + " in a browser on any device, enter the code " + userCode
                + " and sign in with the account whose mailbox you want to connect.";
    }

    /** When the code ends. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Polling before this moment asks nobody anything. */
    public synchronized Instant nextPoll() {
        return next;
    }

    SignIn signIn() {
        return signIn;
    }

    Secret deviceCode() {
        return deviceCode;
    }

    /** Whether a poll is due; takes the turn, so that of several callers one asks. */
    synchronized boolean takeTurn(Instant now) {
        if (now.isBefore(next)) {
            return false;
        }
        next = now.plus(interval);
        return true;
    }

    /** RFC 8628 section 3.5: five seconds more from now on. */
    synchronized void slowDown(Instant now) {
        interval = interval.plus(SLOWER);
        next = now.plus(interval);
    }

    /** RFC 8628 section 3.5: the endpoint does not answer, so it is asked half as often. */
    synchronized void backOff(Instant now, Duration atLeast) {
        Duration twice = interval.multipliedBy(2);
        interval = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        next = now.plus(interval.compareTo(atLeast) > 0 ? interval : atLeast);
    }

    @Override
    public String toString() {
        return "DeviceSignIn[" + signIn.reference() + "]";
    }
}
