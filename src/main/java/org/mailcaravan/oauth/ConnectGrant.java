package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.mailbox.Protocol;

/** Bean {@code connectGrant}: turns the code into tokens, one request per resource (AADSTS28000). */
public final class ConnectGrant {
    private final TokenEndpoint endpoint;
    private final Scopes scopes;

    ConnectGrant(TokenEndpoint endpoint, OAuthSettings settings) {
        this.endpoint = endpoint;
        this.scopes = new Scopes(settings.resources());
    }

    /** A redeemed code. Its {@code toString} is a label. */
    record Redeemed(PendingSignIn signIn, TokenOutcome.Granted graph) {
        @Override
        public String toString() {
            return "Redeemed[" + signIn.reference() + "]";
        }
    }

    /** Redeems the code for Microsoft Graph. */
    public Redeemed redeem(PendingSignIn signIn) {
        TokenRequest request = TokenRequest.authorizationCode(
                signIn.registration().name(),
                signIn.code(),
                signIn.registration().redirectUri(),
                signIn.codeVerifier(),
                scopes.toRedeem(signIn.protocol()));
        TokenOutcome.Granted graph = granted(endpoint.request(request));
        if (graph.refreshToken().isEmpty()) {
            throw ConnectFailures.missingScope("offline_access"); // the refresh token is its only proof (S16)
        }
        return new Redeemed(signIn, graph);
    }

    /** Decides how the mailbox will be read, and for EWS asks for a token of Exchange Online. */
    public ConnectCandidate exchange(ConnectCandidate candidate) {
        boolean graphReads = scopes.allowReading(candidate.graph().scopes(), Protocol.GRAPH);
        ConnectProtocol wanted = candidate.signIn().protocol();
        if (wanted == ConnectProtocol.GRAPH && !graphReads) {
            throw ConnectFailures.missingScope("Mail.Read");
        }
        return wanted != ConnectProtocol.EWS && graphReads ? candidate : withExchange(candidate);
    }

    private ConnectCandidate withExchange(ConnectCandidate candidate) {
        TokenOutcome.Granted exchange = granted(endpoint.request(TokenRequest.refresh(
                candidate.signIn().registration().name(),
                candidate.refreshToken(),
                scopes.toRefresh(Resource.EXCHANGE))));
        if (!exchange.scopes().isEmpty() && !scopes.allowReading(exchange.scopes(), Protocol.EWS)) {
            throw ConnectFailures.missingScope("EWS.AccessAsUser.All");
        }
        return candidate.withExchange(Optional.of(exchange));
    }

    private static TokenOutcome.Granted granted(TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Granted granted) {
            return granted;
        }
        throw ConnectFailures.of(outcome);
    }
}
