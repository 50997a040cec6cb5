package org.mailcaravan.sandbox.graph;

/**
 * How strict and how quirky this Graph is.
 *
 * @param concurrentPerMailbox requests at once per app and mailbox before 429, 0 for no limit; Microsoft: 4
 * @param quirks whether delta shows empty and short pages, repeated rows, replays and removals of unknown ids
 */
public record GraphSettings(int concurrentPerMailbox, boolean quirks) {

    /** As the real service: 4 at once, all quirks. */
    public static GraphSettings defaults() {
        return new GraphSettings(4, true);
    }

    /** The same without delta's quirks, for tests that count rows. */
    public GraphSettings withoutQuirks() {
        return new GraphSettings(concurrentPerMailbox, false);
    }
}
