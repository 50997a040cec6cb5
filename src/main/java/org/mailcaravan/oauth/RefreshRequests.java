package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.MailboxCredential;

/** What is asked of the token endpoint for a credential: by its refresh token, or as the application itself. */
final class RefreshRequests {
    private final TokenEndpoint endpoint;
    private final Scopes scopes;
    private final boolean cae;

    /** @param cae whether to say that we understand claims challenges */
    RefreshRequests(TokenEndpoint endpoint, Scopes scopes, boolean cae) {
        this.endpoint = endpoint;
        this.scopes = scopes;
        this.cae = cae;
    }

    /** @param challenge claims that the API demands of the next token */
    TokenOutcome request(MailboxCredential row, Resource resource, Optional<String> challenge) {
        TokenRequest request = row.refreshToken()
                .map(token -> TokenRequest.refresh(row.registration(), token, scopes.toRefresh(resource)))
                .orElseGet(() -> TokenRequest.clientCredentials(row.registration(), scopes.ofApplication(resource)));
        return endpoint.request(request.withClaims(Claims.parameter(challenge, cae)));
    }
}
