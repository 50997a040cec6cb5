package org.mailcaravan.mailbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a protocol may offer for a mailbox that was read by another one before: it recognises messages by names that the other gave them. Safe for use by several
 * threads; every method may throw each {@link MailSourceException}.
 */
public interface MessageNames {
    /** How many ids {@link #translate} takes. */
    int MOST_TRANSLATED = 1000;

    /**
     * Translates EWS item ids.
     *
     * @param itemIds 1 to {@link #MOST_TRANSLATED}
     * @return this protocol's name for each; an item that is not there under its id (deleted, moved since) is left out
     * @throws ConsentRequiredException if translating is not permitted
     */
    Map<String, MessageAlias> translate(Mailbox mailbox, List<String> itemIds);

    /**
     * Fetches one page of all messages of the mailbox, in whichever folder, newest first, each with this protocol's name and its secondary identity. Messages that
     * come, move and go meanwhile hide no other message.
     *
     * @param cursor where to go on; empty: with the newest message
     */
    MailPage fetchPage(Mailbox mailbox, Optional<SyncCursor> cursor);

    /** As {@link #fetchPage}, of one folder. */
    MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor);

    /** The same messages in the same order, each with its secondary identity as well unless it is gone. */
    List<ListedMessage> complete(Mailbox mailbox, List<ListedMessage> messages);
}
