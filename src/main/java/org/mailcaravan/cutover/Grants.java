package org.mailcaravan.cutover;

import java.util.Optional;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/** What is known of the grants that mailboxes are read with, and what can be found out. Safe for use by several threads. */
public interface Grants {
    /** The name of the app registration that the mailbox's grant belongs to. */
    String registration(Mailbox mailbox);

    /** The application (client) id of a registration. */
    String appId(String registration);

    /** The permission of Graph that the grant does not hold, as far as that is known without asking. */
    Optional<String> missing(Mailbox mailbox);

    /**
     * A token by which the mailbox can be read through a protocol; the token endpoint is asked, for somebody may have consented since the grant was given. A grant
     * that does not reach is left as good as it was.
     *
     * @throws ConsentRequiredException if somebody must consent first
     * @throws org.mailcaravan.mailbox.MailSourceException if the token endpoint does not tell
     */
    AccessToken acquire(Mailbox mailbox, Protocol protocol);

    /** The protocol refused this token: it is not handed out again. */
    void forget(Mailbox mailbox, Protocol protocol, AccessToken token);
}
