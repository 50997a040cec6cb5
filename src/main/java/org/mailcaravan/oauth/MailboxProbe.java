package org.mailcaravan.oauth;

import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;

/** Whether a mailbox can be read at all, asked once while it is being connected and nothing is stored. */
@FunctionalInterface
public interface MailboxProbe {
    /** @throws MailSourceException if not; its remedy is shown to the person */
    void probe(Mailbox candidate, AccessToken token);
}
