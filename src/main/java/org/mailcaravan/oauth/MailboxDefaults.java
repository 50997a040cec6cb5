package org.mailcaravan.oauth;

import java.util.List;

/**
 * The sync settings a newly connected mailbox gets.
 *
 * @param protocol asked for unless a ticket names another
 * @param folders well-known folder names, for example {@code inbox}
 * @param deliverFromNow whether older mail is only recorded ({@code before-connect}) and not delivered
 * @param postActions whether read mail is to be marked or moved afterwards; asks for {@code Mail.ReadWrite} instead of {@code Mail.Read}
 */
public record MailboxDefaults(
        ConnectProtocol protocol, List<String> folders, boolean deliverFromNow, boolean postActions) {
    /** Mail is read only. */
    public MailboxDefaults(ConnectProtocol protocol, List<String> folders, boolean deliverFromNow) {
        this(protocol, folders, deliverFromNow, false);
    }

    public MailboxDefaults {
        folders = List.copyOf(folders);
        if (folders.isEmpty()) {
            throw new IllegalArgumentException("name at least one folder to read, for example inbox");
        }
    }
}
