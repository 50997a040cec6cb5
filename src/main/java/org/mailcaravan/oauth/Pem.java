package org.mailcaravan.oauth;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in the textual encoding of RFC 7468. Other blocks are skipped, so that both may stand in one file. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String CONVERT =
            "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out new-key.pem (the file must then be for its owner only).";

    private Pem() {}

    static List<X509Certificate> certificates(ProofSource source) {
        List<X509Certificate> all = new ArrayList<>();
        for (Block block : blocks(source.read())) {
            if (block.label().equals("CERTIFICATE")) {
                all.add(certificate(source, block));
            }
        }
        if (all.isEmpty()) {
            throw source.refused(
                    "holds no certificate", "Name a PEM file with a block that begins -----BEGIN CERTIFICATE-----.");
        }
        return all;
    }

    static List<RSAPrivateCrtKey> keys(ProofSource source) {
        List<RSAPrivateCrtKey> all = new ArrayList<>();
        for (Block block : blocks(source.readPrivate())) {
            if (block.label().equals("PRIVATE KEY")) {
                all.add(key(source, block));
            } else if (block.label().endsWith("PRIVATE KEY")) {
                throw source.refused("holds a key that is encrypted or not in PKCS#8", CONVERT);
            }
        }
        if (all.isEmpty()) {
            throw source.refused(
                    "holds no private key", "Name a PEM file with a block that begins -----BEGIN PRIVATE KEY-----.");
        }
        return all;
    }

    private record Block(String label, String base64) {
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(base64);
        }

        /** Prints no content: it may be a key. */
        @Override
        public String toString() {
            return label;
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static X509Certificate certificate(ProofSource source, Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw source.refused("holds a certificate that cannot be parsed", "Export it again in PEM.");
        }
    }

    private static RSAPrivateCrtKey key(ProofSource source, Block block) {
        try {
            if (KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(block.bytes()))
                    instanceof RSAPrivateCrtKey key) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // told below, without the content
        }
        throw source.refused(
                "holds a key that is no RSA key", "Entra ID takes RSA keys: make one of 2048 bits or more.");
    }
}
