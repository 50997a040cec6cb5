package org.mailcaravan.oauth;

import org.mailcaravan.credential.Secret;

/** A sign-in that came back to the browser that began it: what is needed to redeem its code. Its {@code toString} is a label. */
record PendingSignIn(SignIn signIn, Secret code, Secret codeVerifier) {
    static String codeVerifier(String cookie, String state) {
        return OpaqueValues.derive(cookie, "code_verifier", state);
    }

    static String nonce(String cookie, String state) {
        return OpaqueValues.derive(cookie, "nonce", state);
    }

    @Override
    public String toString() {
        return "Pending" + signIn;
    }
}
