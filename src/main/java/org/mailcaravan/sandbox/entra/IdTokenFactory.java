package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxUser;

/** Makes id_tokens (version 2.0), good ones and, on demand, bad ones. */
final class IdTokenFactory {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final String OTHER_TENANT = "7b3a1c8e-55d0-4f0e-9a52-0f6d1d3e9c11";

    private final String tenantId;
    private final SigningKeys keys;
    private final Clock clock;

    IdTokenFactory(String tenantId, SigningKeys keys, Clock clock) {
        this.tenantId = tenantId;
        this.keys = keys;
        this.clock = clock;
    }

    /** @param base the listener's address, of which the issuer is made */
    String idToken(
            String base,
            SandboxUser user,
            AppRegistration app,
            Grant grant,
            Optional<String> nonce,
            Optional<IdTokenFault> fault) {
        JWTClaimsSet.Builder claims = claims(base, user, app, grant);
        nonce.ifPresent(value -> claims.claim("nonce", value));
        fault.ifPresent(kind -> spoil(claims, kind, base));
        return sign(claims.build(), fault);
    }

    private JWTClaimsSet.Builder claims(String base, SandboxUser user, AppRegistration app, Grant grant) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(base + "/" + tenantId + "/v2.0")
                .audience(app.clientId())
                .subject(subject(app.clientId(), user))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim("tid", tenantId)
                .claim("uti", UUID.randomUUID().toString())
                .claim("ver", "2.0");
        if (grant.scopes().has("profile")) {
            claims.claim("name", user.displayName())
                    .claim("oid", user.objectId())
                    .claim("preferred_username", user.userPrincipalName());
        }
        return grant.scopes().has("email") ? claims.claim("email", user.userPrincipalName()) : claims;
    }

    /** Pairwise: the same person has another one at each application. */
    static String subject(String clientId, SandboxUser user) {
        return Pkce.sha256(clientId + "/" + user.objectId());
    }

    private void spoil(JWTClaimsSet.Builder claims, IdTokenFault fault, String base) {
        switch (fault) {
            case WRONG_AUDIENCE -> claims.audience(UUID.randomUUID().toString());
            case WRONG_NONCE -> claims.claim("nonce", Secrets.handle());
            case NO_NONCE -> claims.claim("nonce", null);
            case WRONG_TENANT ->
                claims.issuer(base + "/" + OTHER_TENANT + "/v2.0").claim("tid", OTHER_TENANT);
            case WRONG_ISSUER -> claims.issuer("https://login.example/" + tenantId + "/v2.0");
            case EXPIRED -> expire(claims);
            case WRONG_SIGNATURE, UNKNOWN_KEY, ALG_NONE -> {
                // these spoil the signature, not a claim
            }
        }
    }

    private void expire(JWTClaimsSet.Builder claims) {
        Instant past = clock.instant().minus(Duration.ofDays(1));
        claims.issueTime(Date.from(past.minus(LIFE)))
                .notBeforeTime(Date.from(past.minus(LIFE)))
                .expirationTime(Date.from(past));
    }

    private String sign(JWTClaimsSet claims, Optional<IdTokenFault> fault) {
        if (fault.filter(IdTokenFault.ALG_NONE::equals).isPresent()) {
            return new PlainJWT(claims).serialize();
        }
        if (fault.filter(IdTokenFault.UNKNOWN_KEY::equals).isPresent()) {
            return TokenFactory.sign(claims, SigningKeys.newKey());
        }
        if (fault.filter(IdTokenFault.WRONG_SIGNATURE::equals).isPresent()) {
            RSAKey forged = new RSAKey.Builder(SigningKeys.newKey())
                    .keyID(keys.current().getKeyID())
                    .build();
            return TokenFactory.sign(claims, forged);
        }
        return TokenFactory.sign(claims, keys.current());
    }
}
