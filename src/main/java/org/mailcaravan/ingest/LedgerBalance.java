package org.mailcaravan.ingest;

/**
 * The ledger equation of one mailbox and sink: everything discovered is in exactly one place. Messages staged before the sink subscribed do not count.
 *
 * @param discovered messages the mailbox showed
 * @param delivered the sink confirmed them
 * @param filtered a named rule left them out
 * @param dead given up with a reason
 * @param vanished gone from the mailbox before their content was read, with evidence
 * @param inFlight content or delivery still due
 */
public record LedgerBalance(long discovered, long delivered, long filtered, long dead, long vanished, long inFlight) {
    /** Whether nothing is unaccounted for. */
    public boolean holds() {
        return discovered == delivered + filtered + dead + vanished + inFlight;
    }

    /** The sum of two mailboxes or sinks. */
    public LedgerBalance plus(LedgerBalance other) {
        return new LedgerBalance(
                discovered + other.discovered,
                delivered + other.delivered,
                filtered + other.filtered,
                dead + other.dead,
                vanished + other.vanished,
                inFlight + other.inFlight);
    }
}
