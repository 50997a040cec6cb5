package org.mailcaravan.sandbox.entra;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.entra.TokenRefusedException.Reason;

/** The access tokens in circulation, so that they can be ended or challenged before their time. Thread-safe. */
final class IssuedTokens {
    private record Issued(String objectId, Instant expires, Evaluation evaluation, Optional<Reason> ended) {}

    private final Map<String, Issued> byId = new ConcurrentHashMap<>();
    private final ClaimsChallenges challenges;
    private final Clock clock;

    IssuedTokens(ClaimsChallenges challenges, Clock clock) {
        this.challenges = challenges;
        this.clock = clock;
    }

    void record(String tokenId, String objectId, Instant expires, Evaluation evaluation) {
        if (byId.size() % 1024 == 1023) {
            byId.values().removeIf(token -> token.expires().isBefore(clock.instant()));
        }
        byId.put(tokenId, new Issued(objectId, expires, evaluation, Optional.empty()));
    }

    /** @throws TokenRefusedException if it was ended, or its user challenged after it was issued */
    void check(String tokenId) throws TokenRefusedException {
        Optional<Issued> token = Optional.ofNullable(byId.get(tokenId));
        Optional<Reason> ended = token.flatMap(Issued::ended);
        if (ended.isPresent()) {
            throw new TokenRefusedException(ended.get());
        }
        Optional<String> challenge = token.filter(known -> known.evaluation().continuous())
                .flatMap(known ->
                        challenges.unmet(known.objectId(), known.evaluation().met()));
        if (challenge.isPresent()) {
            throw new TokenRefusedException(Reason.REVOKED, challenge);
        }
    }

    void end(Predicate<String> objectIds, Reason reason) {
        byId.replaceAll(
                (id, token) -> objectIds.test(token.objectId()) && token.ended().isEmpty()
                        ? new Issued(token.objectId(), token.expires(), token.evaluation(), Optional.of(reason))
                        : token);
    }
}
