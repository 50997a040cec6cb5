package org.mailcaravan.credential;

/** Counts how often a key has encrypted: AES-GCM with random nonces is safe for 2^32 times (NIST SP 800-38D section 8.3). Thread-safe. */
@FunctionalInterface
public interface KeyUses {
    /**
     * Counts before it is encrypted.
     *
     * @throws KeyRingException if the key has to be rotated first
     */
    void count(String keyId, int encryptions);
}
