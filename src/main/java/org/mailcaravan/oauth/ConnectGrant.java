package org.mailcaravan.oauth;

import java.util.Optional;
import java.util.Set;
import org.mailcaravan.mailbox.Protocol;

/** Bean {@code connectGrant}: turns the code into tokens, one request per resource (AADSTS28000). */
public final class ConnectGrant {
    private final TokenEndpoint endpoint;
    private final Scopes scopes;

    ConnectGrant(TokenEndpoint endpoint, OAuthSettings settings) {
        this.endpoint = endpoint;
        this.scopes = Scopes.of(settings);
    }

    /** A redeemed code. Its {@code toString} is a label. */
    record Redeemed(SignIn signIn, TokenOutcome.Granted graph) {
        @Override
        public String toString() {
            return "Redeemed[" + signIn.reference() + "]";
        }
    }

    /** Redeems the code for Microsoft Graph. */
    public Redeemed redeem(PendingSignIn pending) {
        SignIn signIn = pending.signIn();
        TokenRequest request = TokenRequest.authorizationCode(
                signIn.registration().name(),
                pending.code(),
                signIn.registration().redirectUri(),
                pending.codeVerifier(),
                scopes.toRedeem(Scopes.Wanted.of(signIn.protocol(), signIn.shared())));
        TokenOutcome.Granted graph = granted(endpoint.request(request));
        if (graph.refreshToken().isEmpty()) {
            throw ConnectFailures.missingScope("offline_access"); // the refresh token is its only proof (S16)
        }
        return new Redeemed(signIn, graph);
    }

    /** Decides how the mailbox will be read, and for EWS asks for a token of Exchange Online. */
    public ConnectCandidate exchange(ConnectCandidate candidate) {
        boolean shared = candidate.signIn().shared().isPresent();
        boolean graphReads = scopes.allowReading(candidate.graph().scopes(), Protocol.GRAPH, shared);
        ConnectProtocol wanted = candidate.signIn().protocol();
        if (wanted == ConnectProtocol.GRAPH && !graphReads) {
            throw ConnectFailures.missingScope(scopes.needed(Protocol.GRAPH, shared));
        }
        return wanted != ConnectProtocol.EWS && graphReads ? candidate : withExchange(candidate);
    }

    private ConnectCandidate withExchange(ConnectCandidate candidate) {
        TokenOutcome.Granted exchange = granted(endpoint.request(TokenRequest.refresh(
                candidate.signIn().registration().name(),
                candidate.refreshToken(),
                scopes.toRefresh(Resource.EXCHANGE, Set.of()))));
        if (!exchange.scopes().isEmpty() && !scopes.allowReading(exchange.scopes(), Protocol.EWS, false)) {
            throw ConnectFailures.missingScope(scopes.needed(Protocol.EWS, false));
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
