package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

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
        assertThat(KeyRing.read(file).current().primaryId())
                .isEqualTo(created.current().primaryId());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aRingIsReadFromASettingToo() throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing created = KeyRing.create(file);

        KeyRing parsed = KeyRing.parse("credential.key-ring", Secret.of(Files.readString(file)));

        assertThat(parsed.current().primaryId()).isEqualTo(created.current().primaryId());
        assertThat(parsed).hasToString("KeyRing[primary " + created.current().primaryId() + " of 1]");
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
                .hasMessageContaining("keys new");
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

        assertThat(ring.current().holds("7")).isFalse();
        assertThat(ring.current().holds("8")).isTrue();
    }

    /** S25: the former key decrypts only. */
    @Test
    void rotatingAddsAPrimaryKeyAndKeepsTheFormerOnes() throws IOException {
        Path file = directory.resolve("key-ring.json");
        String first = KeyRing.create(file).current().primaryId();

        String second = KeyRing.rotate(file);
        String third = KeyRing.rotate(file);

        Keys keys = KeyRing.read(file).current();
        assertThat(keys.ids()).containsExactly(first, second, third).doesNotHaveDuplicates();
        assertThat(keys.primaryId()).isEqualTo(third);
        assertThat(keys.old()).containsExactly(first, second).allMatch(keys::holds);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(filesBeside(file)).containsExactly(file);
    }

    /** Replicas must hold a key before one of them encrypts with it. */
    @Test
    void aPreparedKeyIsHeldAndBecomesPrimaryByTheNextRotation() {
        Path file = directory.resolve("key-ring.json");
        String first = KeyRing.create(file).current().primaryId();

        String prepared = KeyRing.prepare(file);

        Keys between = KeyRing.read(file).current();
        assertThat(between.primaryId()).isEqualTo(first);
        assertThat(between.prepared()).containsExactly(prepared);
        assertThat(between.holds(prepared)).isTrue();
        assertThat(KeyRing.rotate(file)).isEqualTo(prepared);
        assertThat(KeyRing.read(file).current().ids()).containsExactly(first, prepared);
    }

    @Test
    void onlyFormerKeysCanBeRemoved() throws IOException {
        Path file = directory.resolve("key-ring.json");
        String first = KeyRing.create(file).current().primaryId();
        String second = KeyRing.rotate(file);
        String third = KeyRing.prepare(file);
        String before = Files.readString(file);

        for (String id : List.of(second, third, "17", "no-number-canary")) {
            assertThatThrownBy(() -> KeyRing.remove(file, List.of(first, id)))
                    .isInstanceOf(KeyRingException.class)
                    .hasMessageContaining("Former keys are: " + first)
                    .hasMessageNotContaining("canary");
            assertThat(file).hasContent(before);
        }
        KeyRing.remove(file, List.of(first));

        assertThat(KeyRing.read(file).current().ids()).containsExactly(second, third);
        assertThat(KeyRing.read(file).current().primaryId()).isEqualTo(second);
    }

    /** S25: without a restart, with one look a second. */
    @Test
    void aRingFollowsItsFile() {
        Path file = directory.resolve("key-ring.json");
        String first = KeyRing.create(file).current().primaryId();
        AtomicLong nanos = new AtomicLong();
        KeyRing running = KeyRing.read(file, nanos::get);

        String second = KeyRing.rotate(file);

        assertThat(running.current().primaryId()).isEqualTo(first);
        nanos.set(999_999_999);
        assertThat(running.current().primaryId()).isEqualTo(first);
        nanos.set(1_000_000_000);
        assertThat(running.current().primaryId()).isEqualTo(second);
    }

    @Test
    void anUnknownKeyIsLookedForInTheFileAtOnce() {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        KeyRing running = KeyRing.read(file, () -> 0);

        String second = KeyRing.rotate(file);

        assertThat(running.holding("17").holds("17")).isFalse();
        assertThat(running.current().primaryId()).isEqualTo(second);
        String third = KeyRing.rotate(file);
        assertThat(running.holding(third).primaryId()).isEqualTo(third);
    }

    /** F53: whatever happens to the file, the keys that were read stay in use until a good one is there. */
    @ParameterizedTest
    @ValueSource(strings = {"", "secret-canary", "{}", "(removed)", "(readable by others)"})
    void aBrokenNewFileKeepsTheFormerKeysAndSaysSo(String content) throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        String good = Files.readString(file);
        KeyRing running = KeyRing.read(file, () -> 0);
        String first = running.current().primaryId();
        ListAppender<ILoggingEvent> log = log();

        breakRing(file, content);

        assertThat(running.latest().primaryId()).isEqualTo(first);
        assertThat(running.latest().primaryId()).isEqualTo(first);
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getFormattedMessage())
                    .contains("the former keys stay in use", file.toString())
                    .doesNotContain("canary", good);
        });
        Files.deleteIfExists(file);
        Files.writeString(ownerOnly(file), good);
        String second = KeyRing.rotate(file);
        assertThat(running.latest().primaryId()).isEqualTo(second);
    }

    @Test
    void aRingWhosePermissionsAreCorrectedIsReadAgain() throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        KeyRing running = KeyRing.read(file, () -> 0);
        String second = KeyRing.rotate(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(running.latest().holds(second)).isFalse();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThat(running.latest().primaryId()).isEqualTo(second);
    }

    private static void breakRing(Path file, String content) throws IOException {
        if (content.equals("(removed)")) {
            Files.delete(file);
        } else if (content.equals("(readable by others)")) {
            KeyRing.rotate(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } else {
            Files.writeString(file, content);
        }
    }

    /** Two at once must not lose the key of one of them. */
    @Test
    void aRingThatIsBeingChangedIsNotChangedByAnother() throws IOException {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        String before = Files.readString(file);
        Path underWay = Files.createFile(directory.resolve("key-ring.json.new"));

        assertThatThrownBy(() -> KeyRing.rotate(file))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("being changed by another process")
                .hasMessageContaining(underWay.toString());
        assertThat(file).hasContent(before);
        assertThat(underWay).exists();
    }

    @Test
    void ofManyRotationsAtOnceNoneLosesAKey() throws Exception {
        Path file = directory.resolve("key-ring.json");
        String first = KeyRing.create(file).current().primaryId();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Optional<String>>> rotations = Collections.nCopies(12, () -> rotated(file));
        List<String> added = new ArrayList<>(List.of(first));
        for (Future<Optional<String>> rotation : threads.invokeAll(rotations)) {
            rotation.get().ifPresent(added::add);
        }
        threads.shutdown();

        assertThat(added).hasSizeGreaterThan(1);
        assertThat(KeyRing.read(file).current().ids()).containsExactlyInAnyOrderElementsOf(added);
        assertThat(filesBeside(file)).containsExactly(file);
    }

    private static Optional<String> rotated(Path file) {
        try {
            return Optional.of(KeyRing.rotate(file));
        } catch (KeyRingException e) {
            assertThat(e).hasMessageContaining("being changed by another process");
            return Optional.empty();
        }
    }

    @Test
    void aLinkToTheRingStaysALink() throws IOException {
        Path file = directory.resolve("real.json");
        String first = KeyRing.create(file).current().primaryId();
        Path link = Files.createSymbolicLink(directory.resolve("key-ring.json"), file);

        String second = KeyRing.rotate(link);

        assertThat(link).isSymbolicLink();
        assertThat(KeyRing.read(file).current().ids()).containsExactly(first, second);
    }

    @Test
    void aRingThatIsMissingOrUnsafeIsNotRotated() throws IOException {
        Path missing = directory.resolve("nowhere.json");
        Path open = directory.resolve("key-ring.json");
        KeyRing.create(open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> KeyRing.rotate(missing)).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> KeyRing.rotate(open)).hasMessageContaining("chmod 600");
        assertThat(missing).doesNotExist();
    }

    /** A ring from the environment has no file to change. */
    @Test
    void aRingFromASettingSaysHowItIsChanged() {
        KeyRing ring = KeyRing.parse(
                "credential.key-ring", Secret.of(Keys.generate().rotated().json()));

        assertThatThrownBy(() -> ring.retire(ring.current().old()))
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("credential.key-ring comes from a setting")
                .hasMessageContaining("keys remove FILE " + ring.current().old().get(0))
                .hasMessageContaining("restart");
        assertThat(ring.followsFile()).isFalse();
    }

    private static ListAppender<ILoggingEvent> log() {
        Logger logger = (Logger) LoggerFactory.getLogger(KeyRing.class);
        logger.detachAndStopAllAppenders(); // of former runs
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        return appender;
    }

    private static List<Path> filesBeside(Path file) throws IOException {
        try (Stream<Path> files = Files.list(file.getParent())) {
            return files.toList();
        }
    }

    private static Path ownerOnly(Path file) throws IOException {
        return Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
