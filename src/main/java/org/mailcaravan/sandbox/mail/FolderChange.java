package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/**
 * One line of a folder's change log.
 *
 * @param sequence position in this folder's log, rising from 1 without gaps
 * @param message the message as it was in this folder at that moment: with its ids of then; for removals its last state here
 */
public record FolderChange(long sequence, Kind kind, SandboxMessage message) {

    /** What happened in the folder. */
    public enum Kind {
        CREATED,
        UPDATED,
        /** Only the read flag changed: Graph answers a partial item, EWS a ReadFlagChange. */
        READ_FLAG,
        /** Gone for good, or moved to another folder. */
        REMOVED_DELETED,
        /** Moved to Deleted Items, from where it can be restored. */
        REMOVED_CHANGED;

        /** Graph's {@code @removed} reason; absent when the message is still there. */
        public Optional<String> removedReason() {
            if (this == REMOVED_DELETED) {
                return Optional.of("deleted");
            }
            return this == REMOVED_CHANGED ? Optional.of("changed") : Optional.empty();
        }
    }
}
