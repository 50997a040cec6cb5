package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;

/** Feeds access tokens to the ingestion routes. Safe for use by many threads; concurrent askers cause one token request. */
public interface AccessTokens {
    /**
     * A token that is valid for at least the next minute, refreshed if need be.
     *
     * @throws ConsentRequiredException if the grant is gone: a person must sign in again
     * @throws ThrottledException if the token endpoint asks to wait
     * @throws MailSourceUnavailableException if the token endpoint cannot be reached or answers nonsense
     */
    AccessToken acquire(CredentialId credential, Resource resource);

    /**
     * The API answered 401 to this token: it is not handed out again. Does nothing if it was replaced meanwhile.
     *
     * @param claims the claims challenge of that answer, JSON text of an OpenID Connect {@code claims} parameter as the API wrote it: what the next token must
     *     satisfy (Continuous Access Evaluation); empty: the token was refused without one
     */
    void invalidate(CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims);
}
