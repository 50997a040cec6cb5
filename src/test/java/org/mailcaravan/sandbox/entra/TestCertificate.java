package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.mailcaravan.sandbox.ClientCertificate;

/** Self-signed certificates as applications register them. */
final class TestCertificate {
    private static final X500Name NAME = new X500Name("CN=client of the sandbox");

    private TestCertificate() {}

    static ClientCertificate of(RSAKey key, Instant from, Instant to) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    NAME, BigInteger.ONE, Date.from(from), Date.from(to), NAME, key.toRSAPublicKey());
            return new ClientCertificate(
                    UUID.randomUUID().toString(),
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withRSA").build(key.toRSAPrivateKey()))));
        } catch (JOSEException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
