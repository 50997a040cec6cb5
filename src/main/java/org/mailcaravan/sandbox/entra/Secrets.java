package org.mailcaravan.sandbox.entra;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Collectors;

/** Unguessable values, as long as the real ones, so that columns too short for them are found out here. */
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private Secrets() {}

    /** About 600 characters. */
    static String code() {
        return "1.A" + random(450);
    }

    /** About 1,200 characters. */
    static String refreshToken() {
        return "1.A" + random(900);
    }

    /** About 150 characters. */
    static String deviceCode() {
        return random(110);
    }

    /** Nine letters that nobody mistakes for others. */
    static String userCode() {
        return RANDOM.ints(9, 0, USER_CODE_LETTERS.length())
                .mapToObj(at -> USER_CODE_LETTERS.substring(at, at + 1))
                .collect(Collectors.joining());
    }

    /** For forms and cookies. */
    static String handle() {
        return random(32);
    }

    private static String random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    }
}
