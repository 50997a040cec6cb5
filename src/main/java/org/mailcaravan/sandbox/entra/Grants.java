package org.mailcaravan.sandbox.entra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.mailcaravan.sandbox.AppRegistration;

/** Authorization codes and refresh tokens in circulation. Thread-safe. */
final class Grants {
    static final Duration CODE_LIFE = Duration.ofMinutes(10);
    static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(90);
    /** How often one refresh token works: once, and once more after it was replaced. */
    static final int REFRESH_TOKEN_USES = 2;

    private static final Duration REMEMBERED = Duration.ofHours(24);

    /** A code; spent ones are remembered for a day, so that a second use is told from an unknown code. */
    record Code(Grant grant, Instant expires, AtomicBoolean spent) {}

    /** A refresh token. */
    record RefreshToken(Grant grant, Instant expires, AtomicInteger uses) {}

    private final Clock clock;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, RefreshToken> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, Integer> revocations = new ConcurrentHashMap<>();

    Grants(Clock clock) {
        this.clock = clock;
    }

    private Grant grant(AuthorizationRequest request, String objectId) {
        return new Grant(
                request.app().clientId(),
                objectId,
                request.scopes(),
                request.replyTo().redirectUri(),
                request.pkce(),
                request.nonce(),
                revocations(objectId),
                request.claims().notBefore());
    }

    /** What a sign-in on behalf of a device grants. */
    Grant deviceGrant(AppRegistration app, String objectId, Scopes scopes) {
        return new Grant(
                app.clientId(), objectId, scopes, "", Optional.empty(), Optional.empty(), revocations(objectId), 0);
    }

    String issueCode(AuthorizationRequest request, String objectId) {
        Grant grant = grant(request, objectId);
        codes.values().removeIf(old -> old.expires().plus(REMEMBERED).isBefore(clock.instant()));
        String code = Secrets.code();
        codes.put(code, new Code(grant, clock.instant().plus(CODE_LIFE), new AtomicBoolean()));
        return code;
    }

    String issueRefreshToken(Grant grant) {
        String token = Secrets.refreshToken();
        refreshTokens.put(
                token, new RefreshToken(grant, clock.instant().plus(REFRESH_TOKEN_LIFE), new AtomicInteger()));
        return token;
    }

    Optional<Code> findCode(String value) {
        return Optional.ofNullable(codes.get(value));
    }

    Optional<RefreshToken> findRefreshToken(String value) {
        return Optional.ofNullable(refreshTokens.get(value));
    }

    /** Counts a use; a token that has had its last one is forgotten. */
    boolean use(String value, RefreshToken token) {
        int use = token.uses().incrementAndGet();
        if (use >= REFRESH_TOKEN_USES) {
            refreshTokens.remove(value);
        }
        return use <= REFRESH_TOKEN_USES;
    }

    boolean isOver(Instant expires) {
        return !clock.instant().isBefore(expires);
    }

    boolean isRevoked(Grant grant) {
        return grant.revocations() != revocations(grant.objectId());
    }

    private int revocations(String objectId) {
        return revocations.getOrDefault(objectId, 0);
    }

    void revoke(String objectId) {
        revocations.merge(objectId, 1, Integer::sum);
    }

    void expireCodes(Predicate<String> objectIds) {
        codes.replaceAll((value, code) ->
                objectIds.test(code.grant().objectId()) ? new Code(code.grant(), clock.instant(), code.spent()) : code);
    }

    void expireRefreshTokens(Predicate<String> objectIds) {
        refreshTokens.replaceAll((value, token) -> objectIds.test(token.grant().objectId())
                ? new RefreshToken(token.grant(), clock.instant(), token.uses())
                : token);
    }
}
