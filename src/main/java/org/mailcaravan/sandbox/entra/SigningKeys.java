package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The authority's RSA keys; the newest signs, all are published. Thread-safe. */
final class SigningKeys {
    private final CopyOnWriteArrayList<RSAKey> keys = new CopyOnWriteArrayList<>();

    SigningKeys() {
        keys.add(newKey());
    }

    /** A key that this authority never publishes. */
    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("this JDK makes no RSA keys", e);
        }
    }

    RSAKey current() {
        return keys.get(keys.size() - 1);
    }

    List<RSAKey> published() {
        return List.copyOf(keys);
    }

    Optional<RSAKey> find(JWSHeader header) {
        return keys.stream()
                .filter(key -> key.getKeyID().equals(header.getKeyID()))
                .findFirst();
    }

    /** Signs with a new key from now on; older keys stay published only if {@code keepOld}. */
    void rotate(boolean keepOld) {
        RSAKey next = newKey();
        keys.add(next);
        if (!keepOld) {
            keys.removeIf(key -> key != next);
        }
    }
}
