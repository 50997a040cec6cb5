package org.mailcaravan.console;

import io.vertx.ext.auth.HashingStrategy;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/** Hashes of passwords: PBKDF2 with HMAC-SHA512, in the form {@code $pbkdf2$it=<iterations>$<salt>$<hash>}. Thread-safe. */
final class Passwords {
    /** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA512. */
    private static final String ITERATIONS = "210000";

    private static final String ALGORITHM = "pbkdf2";
    private static final int SALT_BYTES = 16;
    private static final int LONGEST = 256;
    private static final HashingStrategy HASHING = HashingStrategy.load();

    /** What the password of nobody is compared with, so that an unknown name takes as long as a known one. */
    private static final String NOBODY = hash("", new byte[SALT_BYTES]);

    private Passwords() {}

    static String hash(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return hash(password, salt);
    }

    private static String hash(String password, byte[] salt) {
        String text = Base64.getEncoder().withoutPadding().encodeToString(salt);
        return HASHING.hash(ALGORITHM, Map.of("it", ITERATIONS), text, password);
    }

    static boolean isHash(String text) {
        return text.matches("\\$pbkdf2\\$it=[1-9][0-9]{4,6}\\$[A-Za-z0-9+/=]{16,}\\$[A-Za-z0-9+/=]{40,}");
    }

    /** @param hash one for which {@link #isHash} holds */
    static boolean matches(String hash, String password) {
        return password.length() <= LONGEST && HASHING.verify(hash, password);
    }

    /** Takes as long as a comparison. */
    static void matchNobody(String password) {
        matches(NOBODY, password);
    }
}
