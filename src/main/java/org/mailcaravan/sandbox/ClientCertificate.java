package org.mailcaravan.sandbox;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;

/**
 * A certificate of a registration (manifest {@code keyCredentials}); its private key signs client assertions. Two may overlap while one replaces the other.
 *
 * @param id GUID that the portal shows beside it
 */
public record ClientCertificate(String id, X509Certificate certificate) {

    /** {@code x5t#S256} of RFC 7515 4.1.8: base64url of the SHA-256 of the DER form. */
    public String sha256Thumbprint() {
        return thumbprint("SHA-256");
    }

    /** {@code x5t} of RFC 7515 4.1.7: base64url of the SHA-1 of the DER form. */
    public String sha1Thumbprint() {
        return thumbprint("SHA-1");
    }

    /** Whether {@code now} is outside its validity. */
    public boolean isOutOfDate(Instant now) {
        return now.isBefore(certificate.getNotBefore().toInstant())
                || now.isAfter(certificate.getNotAfter().toInstant());
    }

    private String thumbprint(String algorithm) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("no " + algorithm + " thumbprint", e);
        }
    }

    @Override
    public String toString() {
        return "ClientCertificate[" + id + ", " + sha256Thumbprint() + "]";
    }
}
