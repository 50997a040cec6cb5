package org.mailcaravan.sandbox.ews;

import java.util.Map;
import java.util.TreeMap;

/**
 * Why something was not answered.
 *
 * @param code EWS {@code ResponseCode}
 * @param text for people
 * @param values machine-readable extras of {@code MessageXml}, for example {@code BackOffMilliseconds}
 */
record Problem(String code, String text, Map<String, String> values) {

    Problem {
        values = new TreeMap<>(values);
    }

    Problem(String code, String text) {
        this(code, text, Map.of());
    }

    static Problem itemNotFound() {
        return new Problem("ErrorItemNotFound", "The specified object was not found in the store.");
    }

    static Problem malformedId() {
        return new Problem("ErrorInvalidIdMalformed", "Id is malformed.");
    }

    static Problem serverBusy(long backOffMilliseconds) {
        return new Problem(
                "ErrorServerBusy",
                "The server cannot service this request right now. Try again later.",
                Map.of("BackOffMilliseconds", String.valueOf(backOffMilliseconds)));
    }

    /** The same as Exchange hides it now and then. */
    static Problem serverBusyInside(long backOffMilliseconds) {
        return new Problem(
                "ErrorInternalServerError",
                "An internal server error occurred. The operation failed.",
                Map.of(
                        "InnerErrorMessageText", "The server cannot service this request right now.",
                        "InnerErrorResponseCode", "ErrorServerBusy",
                        "BackOffMilliseconds", String.valueOf(backOffMilliseconds)));
    }

    /** What follows an item that broke the batch: not tried. */
    static Problem batchStopped() {
        return new Problem(
                "ErrorBatchProcessingStopped", "Processing of the batch was stopped because a previous item failed.");
    }

    boolean isWarning() {
        return code.equals("ErrorBatchProcessingStopped");
    }
}
