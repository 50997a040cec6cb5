package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** Makes access tokens: RS256 JWTs in the form (version 1.0) that Graph and Exchange get from the real authority. */
final class TokenFactory {
    private final SandboxDirectory directory;
    private final SigningKeys keys;
    private final IssuedTokens issued;
    private final Clock clock;

    TokenFactory(SandboxDirectory directory, SigningKeys keys, IssuedTokens issued, Clock clock) {
        this.directory = directory;
        this.keys = keys;
        this.issued = issued;
        this.clock = clock;
    }

    /** @param scopes bare names for the {@code scp} claim */
    String accessToken(
            SandboxUser user,
            AppRegistration app,
            String audience,
            Collection<String> scopes,
            Duration life,
            Evaluation evaluation) {
        return signed(claims(app, user.objectId(), audience, life, evaluation)
                .claim("name", user.displayName())
                .claim("scp", scopes.stream().sorted().collect(Collectors.joining(" ")))
                .claim("upn", user.userPrincipalName()));
    }

    /**
     * A token by which the application acts for itself.
     *
     * @param roles bare names for the {@code roles} claim; without any the claim is left out
     */
    String appOnlyToken(
            AppRegistration app, String audience, Collection<String> roles, Duration life, Evaluation evaluation) {
        String principal = directory.servicePrincipalId(app.clientId());
        JWTClaimsSet.Builder claims =
                claims(app, principal, audience, life, evaluation).claim("idtyp", "app");
        return signed(
                roles.isEmpty()
                        ? claims
                        : claims.claim("roles", roles.stream().sorted().toList()));
    }

    private JWTClaimsSet.Builder claims(
            AppRegistration app, String objectId, String audience, Duration life, Evaluation evaluation) {
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        issued.record(id, objectId, now.plus(life), evaluation);
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("https://sts.windows.net/" + directory.tenantId() + "/")
                .audience(audience)
                .subject(objectId)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .claim("appid", app.clientId())
                .claim("oid", objectId)
                .claim("tid", directory.tenantId())
                .claim("uti", id)
                .claim("ver", "1.0");
        return evaluation.continuous() ? claims.claim("xms_cc", List.of("cp1")) : claims;
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return sign(claims.build(), keys.current());
    }

    static String sign(JWTClaimsSet claims, RSAKey key) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .type(JOSEObjectType.JWT)
                    .keyID(key.getKeyID())
                    .build();
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("the authority cannot sign", e);
        }
    }
}
