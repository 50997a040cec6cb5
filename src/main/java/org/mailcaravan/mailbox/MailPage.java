package org.mailcaravan.mailbox;

import java.util.List;

/**
 * One page of a folder's changes. Removals and read-mark changes are left out: a message is found missing when its content is fetched.
 *
 * @param messages created or changed messages, in the server's order; may be empty even if more follows, may repeat known ones
 * @param next where to go on
 * @param roundComplete whether the folder is up to date after this page (Graph deltaLink, EWS IncludesLastItemInRange)
 */
public record MailPage(List<ListedMessage> messages, SyncCursor next, boolean roundComplete) {
    public MailPage {
        messages = List.copyOf(messages);
    }
}
