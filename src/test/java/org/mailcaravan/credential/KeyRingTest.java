package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final String RANDOM = "9f0c6b1e27d84a3395c1e8f7720bd64a5e13c98ff0264b7d8a41d35e6cb09712";

    @TempDir
    Path directory;

    @BeforeAll
    static void register() throws GeneralSecurityException {
        AeadConfig.register();
    }

    @Test
    void aNewRingIsForItsOwnersEyesOnlyAndCanBeReadAgain() throws IOException {
        Path file = directory.resolve("new").resolve("key-ring.json");

        KeyRing created = KeyRing.create(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyRing.read(file).primaryKeyId()).isEqualTo(created.primaryKeyId());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aRingIsReadFromASettingToo() throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing created = KeyRing.create(file);

        KeyRing parsed = KeyRing.parse("credential.key-ring", Secret.of(Files.readString(file)));

        assertThat(parsed.primaryKeyId()).isEqualTo(created.primaryKeyId());
        assertThat(parsed).hasToString("KeyRing[primary " + created.primaryKeyId() + " of 1]");
    }

    @Test
    void anExistingFileIsNeverReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("key-ring.json"), "precious");

        assertThatThrownBy(() -> KeyRing.create(file))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("exists already");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aMissingFileIsNamedTogetherWithTheRemedy() {
        assertThatThrownBy(() -> KeyRing.read(directory.resolve("nowhere.json")))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("nowhere.json")
                .hasMessageContaining("credential.key-ring-file")
                .hasMessageContaining("key-ring");
    }

    /** S30: a key that others can read is no key. */
    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
    void aFileThatOthersMayUseIsRefused(String permissions) throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> KeyRing.read(file))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "not json",
                "{\"primaryKeyId\":1,\"key\":[]}",
                "{\"primaryKeyId\":\"x\"}",
                "[1,2]",
                "{\"key\":{\"keyData\":\"secret-canary\"}}"
            })
    void whatIsNoKeysetIsRefusedAndNotRepeated(String json) {
        assertThatThrownBy(() -> KeyRing.parse("credential.key-ring", Secret.of(json)))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("credential.key-ring")
                .hasMessageNotContaining("secret-canary")
                .hasNoCause();
    }

    @Test
    void emptyAndHugeFilesAreRefused() throws IOException {
        for (int size : new int[] {0, 70_000}) {
            Path file = ownerOnly("x".repeat(size));

            assertThatThrownBy(() -> KeyRing.read(file))
                    .isInstanceOf(KeyRingException.class)
                    .hasMessageContaining(size + " bytes");
        }
    }

    /** S29: zero, one byte throughout, ascending, repeated, and published in documentation. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "4141414141414141414141414141414141414141414141414141414141414141",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "9f0c6b1e27d84a3395c1e8f7720bd64a9f0c6b1e27d84a3395c1e8f7720bd64a",
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
            })
    void weakAndPublishedKeysAreRefused(String hex) throws Exception {
        Secret json = json(ring(32, AesGcmParameters.Variant.TINK, hex));

        assertThatThrownBy(() -> KeyRing.parse("credential.key-ring", json))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("not random")
                .hasMessageNotContaining(hex);
    }

    /** S29: the same key twice. */
    @Test
    void theSameKeyTwiceIsRefused() throws Exception {
        Secret json = json(ring(32, AesGcmParameters.Variant.TINK, RANDOM, RANDOM));

        assertThatThrownBy(() -> KeyRing.parse("credential.key-ring", json))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("twice");
    }

    /** S22, S29: AES-256-GCM with a key id, nothing shorter, nothing else. */
    @Test
    void otherKindsOfKeysAreRefused() throws Exception {
        Secret shortKey = json(ring(16, AesGcmParameters.Variant.TINK, RANDOM.substring(32)));
        Secret noPrefix = json(ring(32, AesGcmParameters.Variant.NO_PREFIX, RANDOM));
        Secret chacha = json(KeysetHandle.generateNew(PredefinedAeadParameters.XCHACHA20_POLY1305));

        for (Secret json : new Secret[] {shortKey, noPrefix, chacha}) {
            assertThatThrownBy(() -> KeyRing.parse("credential.key-ring", json))
                    .isInstanceOf(KeyRingException.class)
                    .hasMessageContaining("AES-256-GCM");
        }
    }

    /** S25: a disabled key no longer counts. */
    @Test
    void aDisabledKeyIsNotHeld() throws Exception {
        KeysetHandle keys = KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(key(32, AesGcmParameters.Variant.TINK, RANDOM, 7))
                        .setStatus(KeyStatus.DISABLED))
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withFixedId(8)
                        .makePrimary())
                .build();

        KeyRing ring = KeyRing.parse("credential.key-ring", json(keys));

        assertThat(ring.holds("7")).isFalse();
        assertThat(ring.holds("8")).isTrue();
    }

    private Path ownerOnly(String content) throws IOException {
        Path file = Files.writeString(Files.createTempFile(directory, "ring", ".json"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static KeysetHandle ring(int bytes, AesGcmParameters.Variant variant, String... hex) throws Exception {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder();
        for (int i = 0; i < hex.length; i++) {
            var entry = KeysetHandle.importKey(key(bytes, variant, hex[i], 100 + i));
            if (variant == AesGcmParameters.Variant.NO_PREFIX) {
                entry.withFixedId(100 + i);
            }
            builder.addEntry(i == 0 ? entry.makePrimary() : entry);
        }
        return builder.build();
    }

    private static AesGcmKey key(int bytes, AesGcmParameters.Variant variant, String hex, int id)
            throws GeneralSecurityException {
        AesGcmKey.Builder key = AesGcmKey.builder()
                .setParameters(AesGcmParameters.builder()
                        .setKeySizeBytes(bytes)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(variant)
                        .build())
                .setKeyBytes(SecretBytes.copyFrom(HexFormat.of().parseHex(hex), InsecureSecretKeyAccess.get()));
        if (variant != AesGcmParameters.Variant.NO_PREFIX) {
            key.setIdRequirement(id);
        }
        return key.build();
    }

    private static Secret json(KeysetHandle keys) throws GeneralSecurityException {
        return Secret.of(TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get()));
    }
}
