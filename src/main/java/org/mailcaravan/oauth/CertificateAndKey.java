package org.mailcaravan.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One certificate with its key: signs an assertion for one request (RFC 7523 section 3; S17). Two are equal if their certificates are. */
final class CertificateAndKey implements ClientAuthentication {
    private static final Duration LIFE = Duration.ofMinutes(5);

    private final X509Certificate certificate;
    private final RSAPrivateKey key;
    private final Clock clock;

    CertificateAndKey(X509Certificate certificate, RSAPrivateKey key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    Instant begin() {
        return certificate.getNotBefore().toInstant();
    }

    Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    boolean validAt(Instant moment) {
        return !moment.isBefore(begin()) && !moment.isAfter(end());
    }

    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.PS256)
                .type(JOSEObjectType.JWT)
                .x509CertSHA256Thumbprint(X509CertUtils.computeSHA256Thumbprint(certificate))
                .build();
        SignedJWT assertion = new SignedJWT(header, claims(clientId, tokenEndpoint));
        try {
            assertion.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new ClientProofException(
                    "the client certificate's key",
                    Optional.empty(),
                    "cannot sign",
                    "Make a new certificate with a new RSA key.");
        }
        return ClientAssertion.fields(assertion.serialize());
    }

    private JWTClaimsSet claims(String clientId, URI tokenEndpoint) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .audience(tokenEndpoint.toString())
                .issuer(clientId)
                .subject(clientId)
                .jwtID(UUID.randomUUID().toString())
                .notBeforeTime(Date.from(now))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateAndKey that && certificate.equals(that.certificate);
    }

    @Override
    public int hashCode() {
        return certificate.hashCode();
    }
}
