package org.mailcaravan.sandbox.mail;

import java.time.Instant;
import java.util.Optional;

/**
 * What happened in a mailbox seen as a whole: a move is one event here, where the logs of its two folders have a line each.
 *
 * @param entry the item or folder as it is now; as it was, if it is gone
 * @param old where a moved one was, or what a copy was made of
 */
public record MailboxEvent(Kind kind, Entry entry, Optional<Entry> old, Instant time) {

    /** In the words of EWS's event types. */
    public enum Kind {
        /** Arrived from outside; {@link #CREATED} is told as well. */
        NEW_MAIL,
        CREATED,
        MODIFIED,
        MOVED,
        COPIED,
        /** Gone for good. */
        DELETED
    }

    /**
     * An item or a folder.
     *
     * @param changeKey of an item; a folder has none here
     */
    public record Entry(String ewsId, Optional<String> changeKey, Optional<String> parentEwsId) {
        static Entry of(SandboxMessage message) {
            return new Entry(
                    message.itemId(),
                    Optional.of(message.changeKey()),
                    Optional.of(message.folder().ewsId()));
        }

        static Entry of(SandboxFolder folder) {
            return new Entry(folder.ewsId(), Optional.empty(), folder.parentEwsId());
        }

        public boolean isFolder() {
            return changeKey.isEmpty();
        }
    }
}
