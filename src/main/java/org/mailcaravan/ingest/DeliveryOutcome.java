package org.mailcaravan.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * How a sink took a delivery.
 *
 * @param kind what is to be done next
 * @param reason why, for people, or the rule that filtered it; empty when delivered. Never mail content
 * @param retryAfter how long the receiver asked to wait, if it did
 */
public record DeliveryOutcome(Kind kind, String reason, Optional<Duration> retryAfter) {
    /** Of a receiver that named no time. */
    public DeliveryOutcome(Kind kind, String reason) {
        this(kind, reason, Optional.empty());
    }

    /** What is to be done next. */
    public enum Kind {
        /** The receiver has it. */
        DELIVERED,
        /** The sink leaves it out, by a named rule. */
        FILTERED,
        /** Not now: again later. */
        RETRY,
        /** The receiver will never take this message: parked as dead at once. */
        PERMANENT,
        /** The receiver takes nothing as things are set up: the sink pauses, no message is charged for it. */
        SINK_MISCONFIGURED
    }

    public static DeliveryOutcome delivered() {
        return new DeliveryOutcome(Kind.DELIVERED, "");
    }
}
