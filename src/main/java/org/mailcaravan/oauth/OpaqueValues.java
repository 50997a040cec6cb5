package org.mailcaravan.oauth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and recognises random values of 256 bits. The database keeps only their SHA-256; {@code code_verifier} and {@code nonce} are not kept at all but
 * derived from the browser's cookie and the {@code state}, so that nobody can finish a sign-in with what a row holds.
 */
final class OpaqueValues {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private final SecureRandom random;

    OpaqueValues(SecureRandom random) {
        this.random = random;
    }

    /** 43 characters of base64url: also a well-formed PKCE verifier (RFC 7636 section 4.1). */
    String next() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    static boolean wellFormed(String value) {
        return value.matches("[A-Za-z0-9_-]{43}");
    }

    /** SHA-256 in base64url; also the S256 code challenge of a verifier (RFC 7636 section 4.2). */
    static String sha256(String value) {
        return BASE64.encodeToString(digest(value));
    }

    /** What {@code at_hash} holds for a token that goes with an RS256 signature (OpenID Connect Core 1.0 section 3.1.3.6). */
    static String leftHalfOfSha256(String value) {
        return BASE64.encodeToString(Arrays.copyOf(digest(value), 16));
    }

    private static byte[] digest(String value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String derive(String cookie, String label, String state) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return BASE64.encodeToString(mac.doFinal((label + "|" + state).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the same time wherever the difference is. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
