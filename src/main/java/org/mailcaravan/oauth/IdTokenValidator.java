package org.mailcaravan.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.TenantId;

/**
 * Goes through the rules for an ID token of the code flow in order (OpenID Connect Core 1.0 section 3.1.3.7; S13), with Entra's reading of them. Not
 * enforced: {@code auth_time} and {@code acr} (never asked for), {@code at_hash} (optional in this flow, and Entra leaves it out).
 */
final class IdTokenValidator {
    private static final Duration SKEW = Duration.ofSeconds(300);

    private final AppRegistration registration;
    private final Authority authority;
    private final Clock clock;

    IdTokenValidator(Registrations.Registration registered, Clock clock) {
        this.registration = registered.app();
        this.authority = registered.authority();
        this.clock = clock;
    }

    /**
     * @throws IdTokenRejectedException if a rule is broken
     * @throws AuthorityUnavailableException if the signing keys cannot be read
     */
    Identity validate(String idToken, String nonce, Secret accessToken) throws IdTokenRejectedException {
        try {
            SignedJWT token = SignedJWT.parse(idToken);
            requireSignature(token);
            JWTClaimsSet claims = token.getJWTClaimsSet();
            TenantId tenant = requireIssuer(claims);
            requireAudience(claims);
            requireTime(claims);
            require(OpaqueValues.same(nonce, orEmpty(claims.getStringClaim("nonce"))), "nonce is not ours"); // rule 11
            requireAccessToken(claims, accessToken);
            requireAllowed(tenant);
            return identity(tenant, claims);
        } catch (ParseException | IllegalArgumentException e) {
            throw IdTokenRejectedException.rule("it is no signed token, or a claim has the wrong type");
        }
    }

    // rules 1, 6, 7, 8: not encrypted, signed with the one algorithm we allow (never none, never HMAC) by a key the
    // issuer publishes
    private void requireSignature(SignedJWT token) throws IdTokenRejectedException {
        require(JWSAlgorithm.RS256.equals(token.getHeader().getAlgorithm()), "alg is not RS256");
        String keyId = orEmpty(token.getHeader().getKeyID());
        require(!keyId.isEmpty(), "kid is missing");
        Optional<RSAPublicKey> key = authority.key(keyId);
        require(key.isPresent(), "kid is none of the issuer's keys");
        try {
            require(token.verify(new RSASSAVerifier(key.orElseThrow())), "the signature is wrong");
        } catch (JOSEException e) {
            throw IdTokenRejectedException.rule("the signature cannot be checked");
        }
    }

    // rule 2: the issuer is exactly the one discovered, with the token's own tenant in it
    private TenantId requireIssuer(JWTClaimsSet claims) throws IdTokenRejectedException, ParseException {
        TenantId tenant = new TenantId(orEmpty(claims.getStringClaim("tid")));
        String expected = authority.metadata().issuerOf(tenant);
        require(expected.equals(claims.getIssuer()), "iss is not the expected issuer");
        require(authority.metadata().tenant().map(tenant::equals).orElse(true), "tid is not the issuer's tenant");
        return tenant;
    }

    // rules 3, 4, 5: made for us, and not for anybody else beside us
    private void requireAudience(JWTClaimsSet claims) throws IdTokenRejectedException, ParseException {
        require(List.of(registration.clientId()).equals(claims.getAudience()), "aud is not only this client");
        String party = claims.getStringClaim("azp");
        require(party == null || party.equals(registration.clientId()), "azp is another client");
    }

    // rules 9, 10, and nbf of RFC 7519 section 4.1.5: five minutes of clock difference are forgiven
    private void requireTime(JWTClaimsSet claims) throws IdTokenRejectedException {
        Instant now = clock.instant();
        require(instant(claims.getExpirationTime()).plus(SKEW).isAfter(now), "exp has passed or is missing");
        require(claims.getIssueTime() != null, "iat is missing");
        require(!instant(claims.getIssueTime()).minus(SKEW).isAfter(now), "iat lies ahead");
        require(
                claims.getNotBeforeTime() == null
                        || !instant(claims.getNotBeforeTime()).minus(SKEW).isAfter(now),
                "nbf lies ahead");
    }

    // section 3.1.3.8: the hash is optional, but a wrong one tells that the two tokens were not issued together
    private static void requireAccessToken(JWTClaimsSet claims, Secret accessToken)
            throws IdTokenRejectedException, ParseException {
        String hash = claims.getStringClaim("at_hash");
        require(
                hash == null || OpaqueValues.same(hash, OpaqueValues.leftHalfOfSha256(accessToken.value())),
                "at_hash is of another access token");
    }

    // ours: whose accounts may connect at all
    private void requireAllowed(TenantId tenant) throws IdTokenRejectedException {
        Set<TenantId> allowed = registration.allowedTenants().isEmpty()
                ? Set.copyOf(authority.metadata().tenant().stream().toList())
                : registration.allowedTenants();
        if (!allowed.contains(tenant)) {
            throw IdTokenRejectedException.tenantNotAllowed();
        }
    }

    // ours: sub must be there (rule of section 2), oid names the account in its tenant (needs the scope profile)
    private static Identity identity(TenantId tenant, JWTClaimsSet claims)
            throws IdTokenRejectedException, ParseException {
        require(!orEmpty(claims.getSubject()).isBlank(), "sub is missing");
        String objectId = orEmpty(claims.getStringClaim("oid"));
        require(objectId.matches("[A-Za-z0-9-]{1,100}"), "oid is missing");
        return Identity.of(
                tenant,
                objectId,
                Stream.of(login(claims, "preferred_username"), login(claims, "upn"), login(claims, "email")));
    }

    private static Optional<String> login(JWTClaimsSet claims, String name) throws ParseException {
        return Optional.ofNullable(claims.getStringClaim(name)).filter(value -> !value.isBlank());
    }

    private static Instant instant(@Nullable Date date) {
        return date == null ? Instant.EPOCH : date.toInstant();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void require(boolean kept, String rule) throws IdTokenRejectedException {
        if (!kept) {
            throw IdTokenRejectedException.rule(rule);
        }
    }
}
