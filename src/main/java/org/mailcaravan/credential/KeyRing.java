package org.mailcaravan.credential;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The keys that credentials are encrypted with: a Tink keyset in JSON of AES-256-GCM keys, from a file or a setting; never in the database. New secrets are
 * encrypted with the primary key, old ones stay readable as long as their key is in the ring and enabled. Immutable, thread-safe.
 */
public final class KeyRing {
    static final String REMEDY =
            "Restore it from your backup, or create a new one (command key-ring) and connect the mailboxes again.";

    private final Aead aead;
    private final String primaryKeyId;
    private final Set<String> keyIds;

    private KeyRing(KeysetHandle keys) throws GeneralSecurityException {
        this.aead = keys.getPrimitive(RegistryConfiguration.get(), Aead.class);
        this.primaryKeyId = Integer.toUnsignedString(keys.getPrimary().getId());
        this.keyIds = IntStream.range(0, keys.size())
                .mapToObj(keys::getAt)
                .filter(entry -> entry.getStatus() == KeyStatus.ENABLED)
                .map(entry -> Integer.toUnsignedString(entry.getId()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads a ring from a file that only its owner may read.
     *
     * @throws KeyRingException if it is missing, readable by others, no keyset, or holds a key that must not be used
     */
    public static KeyRing read(Path file) {
        return parse(file.toString(), KeyRingFile.read(file));
    }

    /**
     * Reads a ring from the value of a setting.
     *
     * @param setting its name, for messages
     * @throws KeyRingException if it is no keyset or holds a key that must not be used
     */
    public static KeyRing parse(String setting, Secret json) {
        return parse(setting, json.value());
    }

    /**
     * Makes a ring with one new key and keeps it in a new file that only its owner may read. The file appears with its whole content or not at all.
     *
     * @throws KeyRingException if there is a file already (it is never replaced: it may be the only way to read credentials) or it cannot be written
     */
    public static KeyRing create(Path file) {
        try {
            AeadConfig.register();
            KeysetHandle keys = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            KeyRingFile.write(file, TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get()));
            return new KeyRing(keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256-GCM", e);
        }
    }

    private static KeyRing parse(String where, String json) {
        try {
            AeadConfig.register();
            KeysetHandle keys = TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
            KeyQuality.check(where, keys);
            return new KeyRing(keys);
        } catch (GeneralSecurityException | RuntimeException e) {
            if (e instanceof KeyRingException known) {
                throw known;
            }
            // no cause: a parser may quote what it read
            throw new KeyRingException(where, "is no Tink keyset in JSON", REMEDY);
        }
    }

    Aead aead() {
        return aead;
    }

    String primaryKeyId() {
        return primaryKeyId;
    }

    /** Whether an enabled key has this id. */
    boolean holds(String keyId) {
        return keyIds.contains(keyId);
    }

    /** Prints key ids, which are no secrets. */
    @Override
    public String toString() {
        return "KeyRing[primary " + primaryKeyId + " of " + keyIds.size() + "]";
    }
}
