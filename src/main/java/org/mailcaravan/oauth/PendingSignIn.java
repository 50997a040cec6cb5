package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.Secret;

/**
 * A sign-in that came back to the browser that began it: what is needed to redeem its code. Its {@code toString} is a label.
 *
 * @param reference correlation id
 * @param registration the app registration that the person signed in with
 * @param ticket the ticket it was begun with; empty: the open page
 */
record PendingSignIn(
        String reference,
        Registrations.Registration registration,
        ConnectProtocol protocol,
        Optional<ConnectTicket> ticket,
        Secret code,
        Secret codeVerifier,
        Secret nonce) {
    static String codeVerifier(String cookie, String state) {
        return OpaqueValues.derive(cookie, "code_verifier", state);
    }

    static String nonce(String cookie, String state) {
        return OpaqueValues.derive(cookie, "nonce", state);
    }

    @Override
    public String toString() {
        return "PendingSignIn[" + reference + "]";
    }
}
