package org.mailcaravan.oauth;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;

/**
 * An X.509 certificate with its RSA key, by which an assertion is signed for every request ({@code private_key_jwt}; RFC 7523). Both are read before each use;
 * they may stand in one file. Several certificates may be there while one takes the place of another: each needs its key, the newest valid one is tried first.
 * Certificates without a key, for example issuers, are skipped.
 */
public final class ClientCertificate implements ClientAuthentication {
    private static final int LEAST_BITS = 2048;

    private final ProofSource certificates;
    private final ProofSource keys;
    private final Clock clock;
    private volatile Optional<ClientAuthentication> preferred = Optional.empty();

    /**
     * @param certificates PEM
     * @param keys PEM, PKCS#8 without a password; a file must be for its owner only
     */
    public ClientCertificate(ProofSource certificates, ProofSource keys, Clock clock) {
        this.certificates = certificates;
        this.keys = keys;
        this.clock = clock;
    }

    /** @throws ClientProofException if the texts are no certificate with its key, whether expired or not */
    public void check() {
        pairs();
    }

    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        return candidates().get(0).fields(clientId, tokenEndpoint);
    }

    @Override
    public List<ClientAuthentication> candidates() {
        List<CertificateAndKey> pairs = pairs();
        Instant now = clock.instant();
        List<ClientAuthentication> valid = pairs.stream()
                .filter(pair -> pair.validAt(now))
                .<ClientAuthentication>map(pair -> pair)
                .toList();
        if (valid.isEmpty()) {
            throw outsideValidity(pairs.get(0), now);
        }
        return Candidates.startingWith(preferred, valid);
    }

    @Override
    public void prefer(ClientAuthentication candidate) {
        preferred = Optional.of(candidate);
    }

    @Override
    public Optional<Expiry> expiry(String registration) {
        return pairs().stream()
                .map(CertificateAndKey::end)
                .max(Comparator.naturalOrder())
                .map(end -> Expiry.certificate(registration, end));
    }

    /** Newest first. */
    private List<CertificateAndKey> pairs() {
        List<X509Certificate> found = Pem.certificates(certificates);
        List<RSAPrivateCrtKey> privates = Pem.keys(keys);
        List<CertificateAndKey> pairs = found.stream()
                .flatMap(certificate -> pair(certificate, privates))
                .sorted(Comparator.comparing(CertificateAndKey::begin).reversed())
                .toList();
        if (pairs.isEmpty()) {
            throw keys.refused(
                    "holds no key of a certificate in " + certificates.setting(),
                    "Name the certificate and the private key that were made together.");
        }
        return pairs;
    }

    private Stream<CertificateAndKey> pair(X509Certificate certificate, List<RSAPrivateCrtKey> privates) {
        return privates.stream()
                .filter(key -> certificate.getPublicKey() instanceof RSAPublicKey open
                        && open.getModulus().equals(key.getModulus()))
                .peek(this::refuseShort)
                .limit(1)
                .map(key -> new CertificateAndKey(certificate, key, clock));
    }

    private void refuseShort(RSAPrivateCrtKey key) {
        if (key.getModulus().bitLength() < LEAST_BITS) {
            throw keys.refused(
                    "holds an RSA key of " + key.getModulus().bitLength() + " bits",
                    "Make one of " + LEAST_BITS + " bits or more, with a new certificate.");
        }
    }

    private ClientProofException outsideValidity(CertificateAndKey newest, Instant now) {
        return newest.begin().isAfter(now)
                ? certificates.refused(
                        "holds a certificate that is valid from " + newest.begin() + " on only",
                        "Check the clock of this machine, or use the former certificate until then.")
                : certificates.refused(
                        "holds a certificate that has expired at " + newest.end(),
                        "Add a new certificate to the app registration (Certificates & secrets) and write it with its key"
                                + " into the files that are named here.");
    }

    /** Prints no key. */
    @Override
    public String toString() {
        return "ClientCertificate[" + certificates.setting() + "]";
    }
}
