package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/**
 * Finds out whether a mailbox's grant reaches another protocol by now: an administrator may have consented since it was given. A grant that does not is left as
 * good as it was; one that does is known to from then on. Thread-safe.
 */
public final class WiderGrants {
    private final RefreshingAccessTokens tokens;
    private final Scopes scopes;
    private final CredentialRepository credentials;

    WiderGrants(RefreshingAccessTokens tokens, Scopes scopes, CredentialRepository credentials) {
        this.tokens = tokens;
        this.scopes = scopes;
        this.credentials = credentials;
    }

    /**
     * A token by which the mailbox can be read through a protocol.
     *
     * @throws ConsentRequiredException if somebody must consent first
     * @throws org.mailcaravan.mailbox.MailSourceException if the token endpoint does not tell
     */
    public AccessToken acquire(Mailbox mailbox, Protocol protocol) {
        Resource resource = protocol == Protocol.GRAPH ? Resource.GRAPH : Resource.EXCHANGE;
        if (mailbox.access() == Access.APPLICATION) {
            return tokens.acquire(mailbox.credential(), resource);
        }
        return tokens.widen(
                mailbox.credential(), resource, scopes.needed(protocol, mailbox.access() == Access.DELEGATE));
    }

    /** An application's token names the roles it had when it was issued: the next one is asked for anew. */
    public void forget(Mailbox mailbox, Protocol protocol, AccessToken token) {
        tokens.invalidate(
                mailbox.credential(),
                protocol == Protocol.GRAPH ? Resource.GRAPH : Resource.EXCHANGE,
                token,
                Optional.empty());
    }

    /** The name of the app registration that the mailbox's grant belongs to; {@code default} if the grant is gone. */
    public String registration(Mailbox mailbox) {
        return credentials
                .find(mailbox.credential())
                .map(MailboxCredential::registration)
                .orElse("default");
    }
}
