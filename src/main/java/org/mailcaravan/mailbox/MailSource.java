package org.mailcaravan.mailbox;

import java.util.List;
import java.util.Optional;

/**
 * The port to one mail protocol: Microsoft Graph or Exchange Web Services. Safe for use by several threads. Every method may throw each
 * {@link MailSourceException}; none sleeps: a server that asks to wait is answered by {@link ThrottledException}.
 */
public interface MailSource {
    Protocol protocol();

    /**
     * Whether the mailbox can be read with this token: one cheap request, made while a mailbox is being connected and nothing is stored yet.
     *
     * @throws MailSourceException if not
     */
    void probe(Mailbox candidate, AccessToken token);

    /** Resolves the mailbox's folder names. A name the mailbox does not have is left out. */
    List<MailFolder> fetchFolders(Mailbox mailbox);

    /**
     * Fetches one page of changes.
     *
     * @param cursor where to go on; empty: from the beginning, every message of the folder is listed
     * @throws CursorLostException if the server no longer knows the cursor: start again from the beginning
     */
    MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor);

    /**
     * Fetches the content of some messages, in batches or in parallel as the protocol likes it best. Returns when each has been handed over or given up.
     *
     * @throws MailSourceException if the mailbox as a whole stopped answering; messages handed over before stay handed over
     */
    void fetchContent(Mailbox mailbox, List<WantedMessage> messages, ContentReceiver receiver);

    /** What the protocol offers beside changes, if it does; empty: every folder is read by its changes alone, from the beginning. */
    default Optional<FolderListing> listing() {
        return Optional.empty();
    }

    /** What the protocol offers to recognise messages that another protocol named, if its own listings do not tell those names anyway. */
    default Optional<MessageNames> names() {
        return Optional.empty();
    }
}
