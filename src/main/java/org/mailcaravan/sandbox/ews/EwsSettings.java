package org.mailcaravan.sandbox.ews;

/**
 * Knobs of the sandbox's EWS.
 *
 * @param gzip whether answers are compressed when the client accepts it
 * @param concurrentPerMailbox requests at once for one mailbox; one more is refused with ErrorExceededConnectionCount
 */
public record EwsSettings(boolean gzip, int concurrentPerMailbox) {
    /** EWSMaxConcurrency of Exchange Online. */
    public static final int EXCHANGE_ONLINE_CONCURRENCY = 27;

    public EwsSettings {
        if (concurrentPerMailbox < 1) {
            throw new IllegalArgumentException("EWS needs at least 1 concurrent request per mailbox");
        }
    }

    /** As Exchange Online: compression on, 27 requests at once. */
    public static EwsSettings defaults() {
        return new EwsSettings(true, EXCHANGE_ONLINE_CONCURRENCY);
    }
}
