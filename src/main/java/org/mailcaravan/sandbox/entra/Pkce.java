package org.mailcaravan.sandbox.entra;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** The challenge of RFC 7636. As at Entra an absent method means {@code plain}. */
record Pkce(String challenge, boolean s256) {
    private static final String FORM = "[A-Za-z0-9._~-]{43,128}";

    /** @throws AuthorityException if method or size are wrong */
    static Optional<Pkce> from(Params params) throws AuthorityException {
        Optional<String> challenge = params.find("code_challenge");
        String method = params.find("code_challenge_method").orElse("plain");
        if (!method.equals("S256") && !method.equals("plain")) {
            throw Aadsts.of(501492, method);
        }
        if (challenge.isPresent() && !challenge.get().matches(FORM)) {
            throw Aadsts.of(501491).as("invalid_request"); // RFC 7636 4.4.1; at the token endpoint it is invalid_grant
        }
        return challenge.map(value -> new Pkce(value, method.equals("S256")));
    }

    /** @throws AuthorityException AADSTS501481 if the verifier is absent or does not fit, 50147 if there was no challenge */
    static void check(Optional<Pkce> pkce, Optional<String> verifier) throws AuthorityException {
        if (pkce.isEmpty() && verifier.isPresent()) {
            throw Aadsts.of(50147);
        }
        if (pkce.isPresent() && !verifier.map(pkce.get()::fits).orElse(false)) {
            throw Aadsts.of(501481);
        }
    }

    private boolean fits(String verifier) {
        return verifier.matches(FORM) && (s256 ? sha256(verifier) : verifier).equals(challenge);
    }

    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
