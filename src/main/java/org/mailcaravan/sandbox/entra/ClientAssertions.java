package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.ClientCertificate;
import org.mailcaravan.sandbox.FederatedCredential;

/**
 * Client assertions (RFC 7523): signed by a registered certificate ({@code private_key_jwt}), or a trusted issuer's token (workload identity federation).
 * Thread-safe.
 */
final class ClientAssertions {
    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static final Set<JWSAlgorithm> CERTIFICATE_ALGORITHMS = Set.of(JWSAlgorithm.PS256, JWSAlgorithm.RS256);
    private static final Set<JWSAlgorithm> ISSUER_ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final FederatedIssuers issuers = new FederatedIssuers();
    private final Map<String, Instant> seen = new ConcurrentHashMap<>();
    private final Clock clock;

    ClientAssertions(Clock clock) {
        this.clock = clock;
    }

    /**
     * Checks a request's assertion.
     *
     * @param audiences addresses of the token endpoint, without ports
     * @throws AuthorityException AADSTS50027 malformed, 700027 key or signature, 700024 time, 50012 issuer, subject, audience or a replay, 7000222 certificate out
     *     of date, 700213 no federated credential matches, 50013 the issuer's keys do not verify it
     */
    void check(Params form, AppRegistration app, Set<String> audiences) throws AuthorityException {
        if (!form.get("client_assertion_type").equals(TYPE)) {
            throw Aadsts.of(90023, "client_assertion_type");
        }
        try {
            SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));
            JWTClaimsSet claims = assertion.getJWTClaimsSet();
            if (app.clientId().equals(claims.getIssuer())) {
                checkOwn(assertion, claims, app, audiences);
            } else {
                checkFederated(assertion, claims, app);
            }
        } catch (ParseException e) {
            throw Aadsts.of(50027);
        }
    }

    private void checkOwn(SignedJWT assertion, JWTClaimsSet claims, AppRegistration app, Set<String> audiences)
            throws AuthorityException {
        ClientCertificate certificate = signer(assertion.getHeader(), app);
        if (!CERTIFICATE_ALGORITHMS.contains(assertion.getHeader().getAlgorithm())
                || !verifies(assertion, certificate.certificate().getPublicKey())) {
            throw Aadsts.of(700027, "The key was found, but the signature is wrong.", certificate.sha256Thumbprint());
        }
        if (certificate.isOutOfDate(clock.instant())) {
            throw Aadsts.of(7000222, app.clientId());
        }
        checkTimes(claims);
        if (!app.clientId().equals(claims.getSubject())) {
            throw Aadsts.of(50012, "'sub' must be the client id, as 'iss'.");
        }
        if (claims.getAudience().stream().map(ClientAssertions::withoutPort).noneMatch(audiences::contains)) {
            throw Aadsts.of(50012, "'aud' must be the token endpoint of the tenant.");
        }
        checkFresh(app, claims);
    }

    private static ClientCertificate signer(JWSHeader header, AppRegistration app) throws AuthorityException {
        Optional<Base64URL> sha256 = Optional.ofNullable(header.getX509CertSHA256Thumbprint());
        Optional<Base64URL> sha1 = Optional.ofNullable(header.getX509CertThumbprint());
        return app.credentials().certificates().stream()
                .filter(known -> sha256.map(print -> print.toString().equals(known.sha256Thumbprint()))
                        .orElseGet(() -> sha1.map(print -> print.toString().equals(known.sha1Thumbprint()))
                                .orElse(false)))
                .findFirst()
                .orElseThrow(() -> Aadsts.of(
                        700027,
                        "The key was not found.",
                        sha256.or(() -> sha1).map(Base64URL::toString).orElse("(none)")));
    }

    private void checkTimes(JWTClaimsSet claims) throws AuthorityException {
        Instant now = clock.instant();
        Optional<Instant> begins = Optional.ofNullable(claims.getNotBeforeTime())
                .or(() -> Optional.ofNullable(claims.getIssueTime()))
                .map(Date::toInstant);
        Optional<Instant> ends = Optional.ofNullable(claims.getExpirationTime()).map(Date::toInstant);
        boolean good = ends.isPresent()
                && now.isBefore(ends.get().plus(SKEW))
                && !begins.orElse(now).isAfter(now.plus(SKEW))
                && !ends.get().isAfter(begins.orElse(now).plus(LONGEST_LIFE));
        if (!good) {
            throw Aadsts.of(
                    700024,
                    now,
                    begins.map(Instant::toString).orElse("-"),
                    ends.map(Instant::toString).orElse("-"));
        }
    }

    private void checkFresh(AppRegistration app, JWTClaimsSet claims) throws AuthorityException {
        Instant now = clock.instant();
        seen.values().removeIf(end -> end.plus(SKEW).isBefore(now));
        String id = Optional.ofNullable(claims.getJWTID()).orElseThrow(() -> Aadsts.of(50027));
        Instant ends = claims.getExpirationTime().toInstant();
        if (seen.putIfAbsent(app.clientId() + "/" + id, ends) != null) {
            throw Aadsts.of(50012, "The assertion's 'jti' was used before.");
        }
    }

    private void checkFederated(SignedJWT assertion, JWTClaimsSet claims, AppRegistration app)
            throws AuthorityException {
        FederatedCredential trust = app.credentials().federated().stream()
                .filter(known -> known.issuer().equals(claims.getIssuer())
                        && known.subject().equals(claims.getSubject())
                        && List.of(known.audience()).equals(claims.getAudience()))
                .findFirst()
                .orElseThrow(() -> Aadsts.of(700213, claims.getSubject(), claims.getIssuer(), claims.getAudience()));
        if (!ISSUER_ALGORITHMS.contains(assertion.getHeader().getAlgorithm()) || !verifies(assertion, trust)) {
            throw Aadsts.of(50013, trust.issuer());
        }
        Instant now = clock.instant();
        Date ends = claims.getExpirationTime();
        Date begins = claims.getNotBeforeTime();
        if (ends == null
                || !now.isBefore(ends.toInstant())
                || begins != null && begins.toInstant().isAfter(now.plus(SKEW))) {
            throw Aadsts.of(700024, now, begins, ends);
        }
    }

    private boolean verifies(SignedJWT assertion, FederatedCredential trust) throws AuthorityException {
        try {
            String kid = assertion.getHeader().getKeyID();
            JWK key = issuers.keys(trust).getKeyByKeyId(kid);
            return key instanceof AsymmetricJWK asymmetric && verifies(assertion, asymmetric.toPublicKey());
        } catch (IOException | JOSEException e) {
            throw Aadsts.of(50013, trust.issuer());
        }
    }

    private static boolean verifies(SignedJWT assertion, PublicKey key) {
        try {
            return assertion.verify(new DefaultJWSVerifierFactory().createJWSVerifier(assertion.getHeader(), key));
        } catch (JOSEException e) {
            return false;
        }
    }

    /** Addresses are compared without their port: clients that know only 443, as msal4j, leave it out. */
    static String withoutPort(String address) {
        return address.replaceFirst("^(https?://[^/:]+):\\d+", "$1");
    }
}
