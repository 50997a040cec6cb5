package org.mailcaravan.mailbox;

import java.time.Instant;
import java.util.Optional;

/**
 * What a protocol may offer beside the changes of a folder: to begin a large folder at its newest messages, and to list what a folder holds at present. Safe for
 * use by several threads; every method may throw each {@link MailSourceException}.
 */
public interface FolderListing {
    /**
     * Fetches the first page of changes.
     *
     * @param since at least what was received from here on is told by this page and those that follow it
     * @return the page, and whether older messages are left out
     */
    Opening open(Mailbox mailbox, MailFolder folder, Instant since);

    /**
     * A folder that was begun.
     *
     * @param page its first page
     * @param partial whether these changes never tell of messages that were received before the beginning: they must be listed
     */
    record Opening(MailPage page, boolean partial) {}

    /**
     * Fetches one page of what the folder holds, newest first. Messages that come and go meanwhile hide no other message.
     *
     * @param cursor where to go on; empty: with the newest message
     * @param wanted messages received at or after this time are shown with their metadata, older ones by id only; empty: all by id only
     * @return the page; {@link MailPage#roundComplete} says that it was the last one
     * @throws CursorLostException if the cursor no longer holds: list again from the beginning
     */
    MailPage fetchListing(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor, Optional<Instant> wanted);
}
