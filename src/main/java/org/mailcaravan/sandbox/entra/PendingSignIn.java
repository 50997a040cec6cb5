package org.mailcaravan.sandbox.entra;

import java.time.Instant;
import java.util.Optional;

/**
 * A sign-in that a browser has begun.
 *
 * @param handle what the forms carry as {@code ctx}
 * @param objectId who signed in, once somebody has
 */
record PendingSignIn(String handle, Errand errand, Instant begun, Optional<String> objectId) {
    PendingSignIn by(String signedIn) {
        return new PendingSignIn(handle, errand, begun, Optional.of(signedIn));
    }

    @Override
    public String toString() {
        return "PendingSignIn[" + errand.app() + "]";
    }
}
