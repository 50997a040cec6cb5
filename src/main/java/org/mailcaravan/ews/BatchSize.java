package org.mailcaravan.ews;

/**
 * How many items one GetItem of a mailbox asks for: begins with the ten that Microsoft advises, grows while the mailbox keeps up, halves when it does not. Thread-safe.
 */
final class BatchSize {
    static final int LARGEST = 32;
    /** Listed bytes of one batch; a larger message goes alone. */
    static final long MOST_BYTES = 8L * 1024 * 1024;

    private static final int FIRST = 10;

    private int items = FIRST;

    synchronized int items() {
        return items;
    }

    /** A batch of this many items was answered well. One that was not full says nothing about a larger one. */
    synchronized void succeeded(int asked) {
        if (asked >= items) {
            items = Math.min(LARGEST, items * 2);
        }
    }

    synchronized void shrink() {
        items = Math.max(1, items / 2);
    }
}
