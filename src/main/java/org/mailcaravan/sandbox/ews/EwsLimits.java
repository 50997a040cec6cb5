package org.mailcaravan.sandbox.ews;

import java.time.Duration;

/**
 * The throttling policy per account; what an application does by impersonation is charged to the mailbox.
 *
 * @param concurrent EWSMaxConcurrency: requests at once, streams not counted
 * @param subscriptions EWSMaxSubscriptions
 * @param streams HangingConnectionLimit
 * @param budget requests within {@code window}; more make the server busy. Exchange's own budget is of time and not published
 * @param busy how a spent budget is told
 * @param grace so long after a back-off was told, requests may have been under way
 */
record EwsLimits(
        int concurrent, int subscriptions, int streams, long budget, Duration window, Busy busy, Duration grace) {
    /** The ways of Exchange to say that it is busy. */
    enum Busy {
        /** HTTP 500, a SOAP fault. */
        FAULT,
        /** HTTP 200, in the first response message. */
        RESPONSE,
        /** HTTP 200, hidden in an ErrorInternalServerError. */
        INTERNAL,
        /** HTTP 503 of the front end. */
        UNAVAILABLE
    }

    EwsLimits {
        if (concurrent < 1
                || subscriptions < 0
                || streams < 0
                || budget < 1
                || window.isZero()
                || window.isNegative()) {
            throw new IllegalArgumentException("Limits must be at least 1 (subscriptions and streams 0)");
        }
    }

    /** As in Exchange Online, and in its budget without end. */
    static EwsLimits online(int concurrent) {
        return new EwsLimits(
                concurrent, 20, 10, Long.MAX_VALUE, Duration.ofMinutes(1), Busy.FAULT, Duration.ofMillis(250));
    }

    /** As Exchange Server has them unless an administrator says otherwise. */
    static EwsLimits onPremises() {
        return new EwsLimits(27, 5000, 10, Long.MAX_VALUE, Duration.ofMinutes(1), Busy.FAULT, Duration.ofMillis(250));
    }
}
