package org.mailcaravan.oauth;

import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailboxAddress;

/** Looks a mailbox up in the directory (Graph {@code GET /users/{id or userPrincipalName}}). */
@FunctionalInterface
public interface MailboxLookup {
    /**
     * @param user an address or an object id
     * @param token for Microsoft Graph
     * @throws MailSourceException if it cannot be looked up; its remedy is shown to the person
     */
    Found fetch(String user, AccessToken token);

    /**
     * An account of the directory.
     *
     * @param objectId Graph's {@code user.id}
     * @param address where it receives mail
     */
    record Found(String objectId, MailboxAddress address) {}
}
