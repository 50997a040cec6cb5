package org.mailcaravan.oauth;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.credential.StoredToken;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.Protocol;

/**
 * A mailbox that may be connected: who signed in and what was granted; nothing is stored yet. Its {@code toString} is a label.
 *
 * @param target the mailbox that is meant
 * @param grantedAt when the tokens' life began at the latest
 * @param exchange the grant for Exchange Online, if the mailbox will be read through EWS
 */
record ConnectCandidate(
        SignIn signIn,
        Identity identity,
        Target target,
        Instant grantedAt,
        TokenOutcome.Granted graph,
        Optional<TokenOutcome.Granted> exchange) {
    /**
     * Which mailbox is to be connected.
     *
     * @param objectId of the mailbox's account
     * @param access by whose right
     */
    record Target(String objectId, MailboxAddress address, Access access) {
        @Override
        public String toString() {
            return "Target[" + objectId + "]";
        }
    }

    ConnectCandidate withExchange(Optional<TokenOutcome.Granted> granted) {
        return new ConnectCandidate(signIn, identity, target, grantedAt, graph, granted);
    }

    ConnectCandidate withTarget(Target found) {
        return new ConnectCandidate(signIn, identity, found, grantedAt, graph, exchange);
    }

    /** For looking people up. */
    AccessToken graphAccess() {
        return new AccessToken(graph.accessToken().value(), grantedAt.plus(graph.expiresIn()));
    }

    Protocol protocol() {
        return exchange.isPresent() ? Protocol.EWS : Protocol.GRAPH;
    }

    /** The newest one, whichever resource it came with. */
    Secret refreshToken() {
        return exchange.flatMap(TokenOutcome.Granted::refreshToken)
                .or(graph::refreshToken)
                .orElseThrow();
    }

    /** The token for the API that the mailbox will be read through. */
    AccessToken readingToken() {
        StoredToken token = exchangeToken().orElseGet(() -> stored(graph));
        return new AccessToken(token.value().value(), token.expiresAt());
    }

    /** Empty for EWS: that account granted Graph no more than who it is. */
    Optional<StoredToken> graphToken() {
        return exchange.isPresent() ? Optional.empty() : Optional.of(stored(graph));
    }

    Optional<StoredToken> exchangeToken() {
        return exchange.map(this::stored);
    }

    Set<String> scopes() {
        Set<String> all = new LinkedHashSet<>(graph.scopes());
        exchange.ifPresent(granted -> all.addAll(granted.scopes()));
        return all;
    }

    private StoredToken stored(TokenOutcome.Granted granted) {
        return new StoredToken(granted.accessToken(), grantedAt.plus(granted.expiresIn()));
    }

    @Override
    public String toString() {
        return "ConnectCandidate[" + signIn.reference() + "]";
    }
}
