package org.mailcaravan.credential;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Refuses keys nobody should trust (list S29): short, zero, repeated, and those printed in documentation. */
final class KeyQuality {
    private static final int KEY_BYTES = 32;

    /** Keys of published test vectors and tutorials. */
    private static final Set<String> PUBLISHED = Set.of(
            // NIST SP 800-38A F.1.5
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            // McGrew and Viega, The Galois/Counter Mode of Operation, test case 16
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            // RFC 8439 section 2.8.2, copied into many samples
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");

    private KeyQuality() {}

    /** @throws KeyRingException if one key is not to be used */
    static void check(String where, KeysetHandle keys) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            KeysetHandle.Entry entry = keys.getAt(i);
            byte[] key = bytes(where, entry);
            if (weak(key) || !seen.add(HexFormat.of().formatHex(key))) {
                throw refused(
                        where, entry, "is not random: zero, a pattern, an example from documentation, or there twice");
            }
        }
    }

    private static byte[] bytes(String where, KeysetHandle.Entry entry) {
        if (!(entry.getKey() instanceof AesGcmKey key)
                || key.getParameters().getKeySizeBytes() != KEY_BYTES
                || key.getParameters().getVariant() != AesGcmParameters.Variant.TINK) {
            throw refused(where, entry, "is no AES-256-GCM key with a TINK prefix");
        }
        return key.getKeyBytes().toByteArray(InsecureSecretKeyAccess.get());
    }

    private static boolean weak(byte[] key) {
        return PUBLISHED.contains(HexFormat.of().formatHex(key)) || ascending(key) || repeats(key);
    }

    /** 00 01 02 …, the favourite of examples, wherever it starts; a step of zero means one byte throughout. */
    private static boolean ascending(byte[] key) {
        int step = key[1] - key[0];
        for (int i = 1; i < key.length; i++) {
            if ((byte) (key[i] - key[i - 1]) != (byte) step) {
                return false;
            }
        }
        return true;
    }

    private static boolean repeats(byte[] key) {
        for (int period = 1; period <= key.length / 2; period *= 2) {
            byte[] rotated = Arrays.copyOf(Arrays.copyOfRange(key, period, key.length), key.length);
            System.arraycopy(key, 0, rotated, key.length - period, period);
            if (Arrays.equals(key, rotated)) {
                return true;
            }
        }
        return false;
    }

    private static KeyRingException refused(String where, KeysetHandle.Entry entry, String reason) {
        return new KeyRingException(
                where, "is refused: key " + Integer.toUnsignedString(entry.getId()) + " " + reason, KeyRing.REMEDY);
    }
}
