package org.mailcaravan.sandbox.entra;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.entra.TokenRefusedException.Reason;

/** The access tokens in circulation, so that they can be ended before their time. Thread-safe. */
final class IssuedTokens {
    private record Issued(String objectId, Instant expires, Optional<Reason> ended) {}

    private final Map<String, Issued> byId = new ConcurrentHashMap<>();
    private final Clock clock;

    IssuedTokens(Clock clock) {
        this.clock = clock;
    }

    void record(String tokenId, String objectId, Instant expires) {
        byId.values().removeIf(token -> token.expires().isBefore(clock.instant()));
        byId.put(tokenId, new Issued(objectId, expires, Optional.empty()));
    }

    Optional<Reason> whyEnded(String tokenId) {
        return Optional.ofNullable(byId.get(tokenId)).flatMap(Issued::ended);
    }

    void end(Predicate<String> objectIds, Reason reason) {
        byId.replaceAll(
                (id, token) -> objectIds.test(token.objectId()) && token.ended().isEmpty()
                        ? new Issued(token.objectId(), token.expires(), Optional.of(reason))
                        : token);
    }
}
