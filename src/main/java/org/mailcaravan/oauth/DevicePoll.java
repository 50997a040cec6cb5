package org.mailcaravan.oauth;

import java.time.Instant;

/** Where a sign-in on another device stands. */
public sealed interface DevicePoll {
    /** The person is not done yet. @param next when to poll again */
    record Pending(Instant next) implements DevicePoll {}

    /** It is over, well or not; begin anew to try again. */
    record Ended(ConnectResult result) implements DevicePoll {}
}
