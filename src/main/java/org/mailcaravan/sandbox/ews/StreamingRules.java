package org.mailcaravan.sandbox.ews;

import java.time.Duration;

/**
 * How notifications are streamed.
 *
 * @param heartbeat after so much silence a StatusEvent is sent
 * @param minute how long a minute of {@code ConnectionTimeout} lasts
 * @param pieceBytes envelopes are sent in pieces of so many bytes; 0 sends each as a whole
 * @param lost whether notifications are thrown away
 * @param gzip whether streams are compressed for those who accept it; ews-java-api, which says it does, waits for ever then
 */
record StreamingRules(Duration heartbeat, Duration minute, int pieceBytes, boolean lost, boolean gzip) {
    static final StreamingRules EXCHANGE =
            new StreamingRules(Duration.ofSeconds(45), Duration.ofMinutes(1), 0, false, false);

    StreamingRules {
        if (heartbeat.isNegative() || heartbeat.isZero() || minute.isNegative() || minute.isZero() || pieceBytes < 0) {
            throw new IllegalArgumentException("heartbeatMs and minuteMs must be above 0, pieceBytes 0 or above");
        }
    }
}
