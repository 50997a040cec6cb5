package org.mailcaravan.ingest;

import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;

/**
 * Sees to it that somebody announces the changes of a mailbox. What is announced is a hint: it makes the mailbox be read sooner, and losing it makes it be read
 * later, nothing else.
 */
public interface MailboxWatch {
    /**
     * Called by the mailbox's own task before each reading, so never twice at once for one mailbox, and before the first reading ends. Its failures are its own:
     * it answers that nothing is announced.
     *
     * @param fence the task's fencing number; what is stored on its behalf checks it
     * @throws FencedOffException if another task took the mailbox over
     */
    Watched keep(Mailbox mailbox, long fence);

    /** The mailbox is about to be disconnected, or is read by another protocol from now on: nothing is to be announced any more. Never fails. */
    default void end(Mailbox mailbox) {}

    /**
     * @param announced whether changes are announced at present
     * @param next when to be called again, if the mailbox is not read before
     */
    record Watched(boolean announced, Optional<Instant> next) {
        /** Nobody announces anything, and nobody will. */
        public static final Watched NOT = new Watched(false, Optional.empty());
    }
}
