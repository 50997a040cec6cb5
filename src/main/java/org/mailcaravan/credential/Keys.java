package org.mailcaravan.credential;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The keys of a ring at one moment, oldest first: those before the primary one decrypt only, those after it are prepared and become primary by the next
 * rotation. Immutable.
 */
final class Keys {
    private final KeysetHandle keyset;
    private final Aead aead;
    private final List<String> ids;
    private final Set<String> enabled;

    private Keys(KeysetHandle keyset) throws GeneralSecurityException {
        this.keyset = keyset;
        this.aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
        this.ids = entries(keyset).stream().map(Keys::id).toList();
        this.enabled = Set.copyOf(entries(keyset).stream()
                .filter(entry -> entry.getStatus() == KeyStatus.ENABLED)
                .map(Keys::id)
                .toList());
    }

    /** One new key. */
    static Keys generate() {
        return built(KeysetHandle.newBuilder().addEntry(newKey().makePrimary()));
    }

    /** @throws KeyRingException if it is no keyset or holds a key that must not be used */
    static Keys parse(String where, String json) {
        try {
            AeadConfig.register();
            KeysetHandle keyset = TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
            KeyQuality.check(where, keyset);
            return new Keys(keyset);
        } catch (GeneralSecurityException | RuntimeException e) {
            if (e instanceof KeyRingException known) {
                throw known;
            }
            // no cause: a parser may quote what it read
            throw new KeyRingException(where, "is no Tink keyset in JSON", KeyRing.REMEDY);
        }
    }

    String json() {
        try {
            return TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a keyset that was read cannot be written", e);
        }
    }

    Aead aead() {
        return aead;
    }

    String primaryId() {
        return id(keyset.getPrimary());
    }

    /** Whether an enabled key has this id. */
    boolean holds(String keyId) {
        return enabled.contains(keyId);
    }

    List<String> ids() {
        return ids;
    }

    /** Keys that only decrypt, or no longer do that. */
    List<String> old() {
        return ids.subList(0, ids.indexOf(primaryId()));
    }

    /** Keys that were never used to encrypt. */
    List<String> prepared() {
        return ids.subList(ids.indexOf(primaryId()) + 1, ids.size());
    }

    /** The next prepared key becomes the primary one, a new key if none is prepared. */
    Keys rotated() {
        Keys ready = prepared().isEmpty() ? withPrepared() : this;
        String next = ready.prepared().get(0);
        KeysetHandle.Builder builder = KeysetHandle.newBuilder();
        for (KeysetHandle.Entry entry : entries(ready.keyset)) {
            KeysetHandle.Builder.Entry copy = copy(entry);
            builder.addEntry(id(entry).equals(next) ? copy.makePrimary() : copy);
        }
        return built(builder);
    }

    /** One key more, which is not used yet. */
    Keys withPrepared() {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(keyset);
        return built(builder.addEntry(newKey()));
    }

    Keys without(List<String> unwanted) {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder();
        for (KeysetHandle.Entry entry : entries(keyset)) {
            if (!unwanted.contains(id(entry))) {
                builder.addEntry(entry.isPrimary() ? copy(entry).makePrimary() : copy(entry));
            }
        }
        return built(builder);
    }

    private static KeysetHandle.Builder.Entry newKey() {
        return KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                .withRandomId();
    }

    private static KeysetHandle.Builder.Entry copy(KeysetHandle.Entry entry) {
        return KeysetHandle.importKey(entry.getKey()).setStatus(entry.getStatus());
    }

    private static Keys built(KeysetHandle.Builder builder) {
        try {
            AeadConfig.register();
            return new Keys(builder.build());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256-GCM", e);
        }
    }

    private static List<KeysetHandle.Entry> entries(KeysetHandle keyset) {
        return IntStream.range(0, keyset.size()).mapToObj(keyset::getAt).toList();
    }

    private static String id(KeysetHandle.Entry entry) {
        return Integer.toUnsignedString(entry.getId());
    }

    /** Prints key ids, which are no secrets. */
    @Override
    public String toString() {
        return "primary " + primaryId() + " of " + ids.size();
    }
}
