package org.mailcaravan.ingest;

/**
 * How a sink took a delivery.
 *
 * @param kind what is to be done next
 * @param reason why, for people; empty when delivered. Never mail content
 */
public record DeliveryOutcome(Kind kind, String reason) {
    /** What is to be done next. */
    public enum Kind {
        /** The receiver has it. */
        DELIVERED,
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
