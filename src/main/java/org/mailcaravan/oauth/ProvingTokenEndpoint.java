package org.mailcaravan.oauth;

import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every token request the proof it goes with. If the server refuses a client secret or certificate while there is another one, that is tried once at once
 * and remembered: so neither side of an exchange has to be first. A refused client redeems nothing, so the code or refresh token is still unused (S12).
 */
final class ProvingTokenEndpoint implements TokenEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ProvingTokenEndpoint.class);

    /** Wrong secret, expired secret or key, unknown key; and RFC 6749 section 5.2 where there is no number. */
    private static final Set<String> CLIENT_REFUSED =
            Set.of("AADSTS7000215", "AADSTS7000222", "AADSTS700027", "invalid_client");

    private final TokenEndpoint next;
    private final Registrations registrations;

    ProvingTokenEndpoint(TokenEndpoint next, Registrations registrations) {
        this.next = next;
        this.registrations = registrations;
    }

    @Override
    public TokenOutcome request(TokenRequest request) {
        ClientAuthentication authentication = registrations
                .named(request.registration())
                .map(registration -> registration.app().authentication())
                .orElseGet(PublicClient::new);
        try {
            return request(request, authentication, authentication.candidates());
        } catch (ClientProofException e) {
            LOG.error("app registration {}: {}", request.registration(), e.getMessage());
            return e.outcome();
        }
    }

    private TokenOutcome request(
            TokenRequest request, ClientAuthentication authentication, List<ClientAuthentication> candidates) {
        TokenOutcome first = next.request(request.provenBy(candidates.get(0)));
        if (candidates.size() < 2 || !refusesClient(first)) {
            return first;
        }
        TokenOutcome second = next.request(request.provenBy(candidates.get(1)));
        if (refusesClient(second)) {
            return first;
        }
        if (!(second instanceof TokenOutcome.TryLater)) {
            authentication.prefer(candidates.get(1));
            LOG.warn(
                    "app registration {}: the server refused one of two credentials and took the other, which is used from"
                            + " now on",
                    request.registration());
        }
        return second;
    }

    private static boolean refusesClient(TokenOutcome outcome) {
        return outcome instanceof TokenOutcome.Refused refused && refusesClient(refused.code());
    }

    static boolean refusesClient(String code) {
        return CLIENT_REFUSED.contains(code);
    }
}
