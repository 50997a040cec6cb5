package org.mailcaravan.sandbox.entra;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Continuous access evaluation: from when on the tokens of a user or service principal must have been asked for anew. Thread-safe. */
final class ClaimsChallenges {
    private record Challenge(long notBefore, boolean interaction) {}

    private final Clock clock;
    private final Map<String, Challenge> byObjectId = new ConcurrentHashMap<>();

    ClaimsChallenges(Clock clock) {
        this.clock = clock;
    }

    /** @param interaction whether only a new sign-in meets it */
    void challenge(String objectId, boolean interaction) {
        long now = clock.instant().getEpochSecond();
        byObjectId.merge(
                objectId,
                new Challenge(now, interaction),
                (old, unused) -> new Challenge(Math.max(now, old.notBefore() + 1), interaction));
    }

    /** The challenge, as JSON, that a token must still meet which met those up to {@code met}. */
    Optional<String> unmet(String objectId, long met) {
        return Optional.ofNullable(byObjectId.get(objectId))
                .filter(challenge -> challenge.notBefore() > met)
                .map(ClaimsChallenges::json);
    }

    /**
     * What a new token will have met.
     *
     * @param bySigningIn what the sign-in behind the grant met
     * @throws AuthorityException {@code interaction_required} if the challenge that the request answers asks for a person
     */
    long met(String objectId, ClaimsRequest asked, long bySigningIn) throws AuthorityException {
        Optional<Challenge> stern =
                Optional.ofNullable(byObjectId.get(objectId)).filter(Challenge::interaction);
        if (stern.filter(challenge -> challenge.notBefore() > bySigningIn && asked.notBefore() >= challenge.notBefore())
                .isPresent()) {
            throw Aadsts.of(50076).withClaims(json(stern.get()));
        }
        return Math.max(bySigningIn, stern.isPresent() ? 0 : asked.notBefore());
    }

    private static String json(Challenge challenge) {
        return "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"" + challenge.notBefore() + "\"}}}";
    }
}
