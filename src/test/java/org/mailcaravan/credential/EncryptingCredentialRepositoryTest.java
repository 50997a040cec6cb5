package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

class EncryptingCredentialRepositoryTest implements CredentialRepositoryContract {
    @TempDir
    Path directory;

    private final CredentialRepository underneath = new InMemoryCredentialRepository();
    private CredentialRepository testee = underneath;
    private KeyRing keys;
    private final Map<String, Integer> counted = new HashMap<>();
    private final KeyUses uses = (key, encryptions) -> counted.merge(key, encryptions, Integer::sum);

    @BeforeEach
    void createKeyRing() {
        keys = KeyRing.create(directory.resolve("key-ring.json"));
        testee = new EncryptingCredentialRepository(underneath, keys, uses);
    }

    @Override
    public CredentialRepository testee() {
        return testee;
    }

    @Test
    void whatLiesUnderneathIsNotThePlainText() {
        MailboxCredential saved = testee.save(aCredential());
        MailboxCredential stored = underneath.find(saved.id()).orElseThrow();

        assertThat(secrets(stored)).hasSize(3).allSatisfy(secret -> {
            assertThat(secret.value()).startsWith("mc1." + keys.current().primaryId() + ".");
            assertThat(secret.value()).doesNotContain(CANARY);
        });
        assertThat(secrets(stored).stream().map(Secret::value).distinct()).hasSize(3);
    }

    @Test
    void equalSecretsNeverEncryptToEqualTexts() {
        MailboxCredential first = testee.save(aCredential());
        Optional<Secret> before = underneath.find(first.id()).orElseThrow().refreshToken();

        testee.save(first);

        assertThat(underneath.find(first.id()).orElseThrow().refreshToken()).isNotEqualTo(before);
    }

    /** S25: every encryption counts, reading does not. */
    @Test
    void whatIsEncryptedIsCountedForThePrimaryKey() {
        MailboxCredential saved = testee.save(aCredential());
        testee.save(saved);
        testee.find(saved.id());

        assertThat(counted).containsExactly(Map.entry(keys.current().primaryId(), 6));
    }

    /** S25: a key that is worn out encrypts nothing, and nothing is stored. */
    @Test
    void aRefusedEncryptionStoresNothing() {
        KeyUses wornOut = (key, encryptions) -> {
            throw new KeyRingException("with key " + key, "has encrypted enough", "Rotate it.");
        };
        MailboxCredential credential = aCredential();

        assertThatThrownBy(() -> new EncryptingCredentialRepository(underneath, keys, wornOut).save(credential))
                .isInstanceOf(KeyRingException.class);
        assertThat(underneath.find(credential.id())).isEmpty();
    }

    /** S25, F53: between reading a row and decrypting it the row may be rewrapped and its key retired. */
    @Test
    void aRowWhoseKeyWasRetiredMeanwhileIsReadOnceMore() {
        MailboxCredential saved = testee.save(aCredential());
        MailboxCredential before = underneath.find(saved.id()).orElseThrow();
        Path file = directory.resolve("key-ring.json");
        String former = keys.current().primaryId();
        KeyRing.rotate(file);
        KeyRing rotated = KeyRing.read(file);
        KeyUses uncounted = (key, encryptions) -> {};
        MailboxCredential after = new CredentialCipher(rotated, uncounted).encrypt(saved);
        rotated.retire(List.of(former));
        Deque<MailboxCredential> reads = new ArrayDeque<>(List.of(before, after));
        CredentialRepository moving = new FixedCredentialRepository(reads::pop);

        assertThat(new EncryptingCredentialRepository(moving, rotated, uncounted).find(saved.id()))
                .contains(saved);
        assertThat(reads).isEmpty();
    }

    /** S23: a ciphertext is refused in any other row, column, version, tenant, account or registration. */
    @ParameterizedTest
    @MethodSource("swaps")
    void aCiphertextIsRefusedAnywhereElse(Swap swap) {
        InMemoryCredentialRepository altered = new InMemoryCredentialRepository();
        MailboxCredential one = testee.save(testee.save(aCredential()));
        MailboxCredential stored = underneath.find(one.id()).orElseThrow();

        MailboxCredential moved = swap.change().apply(stored);
        store(altered, moved);

        assertUnreadable(altered, moved.id());
    }

    static Stream<Swap> swaps() {
        return Stream.of(
                new Swap(
                        "columns: graph as refresh",
                        c -> c.withRefreshToken(c.graphToken().orElseThrow().value())),
                new Swap(
                        "columns: refresh as graph",
                        c -> c.withGraphToken(c.graphToken()
                                .map(t -> new StoredToken(c.refreshToken().orElseThrow(), t.expiresAt())))),
                new Swap(
                        "columns: the two access tokens",
                        c -> c.withGraphToken(c.exchangeToken()).withExchangeToken(c.graphToken())),
                new Swap("version: rolled back", c -> c.withVersion(1)),
                new Swap("version: pretended newer", c -> c.withVersion(3)),
                new Swap("tenant", c -> rename(c, c.registration(), "99999999-1111-4222-8333-444455556666", "")),
                new Swap("registration", c -> rename(c, "second", c.tenant().value(), "")),
                new Swap("account", c -> rename(c, c.registration(), c.tenant().value(), "x")),
                new Swap(
                        "the boundary between account and registration",
                        c -> rename(
                                c,
                                c.registration().substring(1),
                                c.tenant().value(),
                                c.registration().substring(0, 1))));
    }

    record Swap(String name, Function<MailboxCredential, MailboxCredential> change) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** S26: there is no plain text mode. */
    @ParameterizedTest
    @ValueSource(strings = {"plain-token", "mc1", "mc1..", "mc1.abc.def", "mc2.1.AAAA", "mc1.1.AAAA.x", ".1.AAAA"})
    void whatIsNoCiphertextIsRefusedAndNotRepeated(String stored) {
        MailboxCredential plain = underneath.save(aCredential().withRefreshToken(Secret.of(stored)));

        assertThatThrownBy(() -> testee.find(plain.id()))
                .isInstanceOf(CredentialUnreadableException.class)
                .hasMessageContaining(plain.id().toString())
                .hasMessageContaining("refresh_token")
                .hasMessageContaining("connect the mailbox again")
                .hasMessageNotContaining(stored)
                .hasMessageNotContaining(CANARY);
    }

    /** S26: no key, no secret. */
    @Test
    void aMissingKeyIsNamedTogetherWithTheRemedy() {
        MailboxCredential saved = testee.save(aCredential());
        KeyRing other = KeyRing.create(directory.resolve("other.json"));
        CredentialRepository withOtherKeys = new EncryptingCredentialRepository(underneath, other, uses);

        assertThatThrownBy(() -> withOtherKeys.find(saved.registration(), saved.tenant(), saved.objectId()))
                .isInstanceOf(CredentialUnreadableException.class)
                .hasMessageContaining(saved.id().toString())
                .hasMessageContaining(keys.current().primaryId())
                .hasMessageContaining("credential.key-ring-file");
    }

    @Test
    void aRingReadAgainFromItsFileDecrypts() {
        MailboxCredential saved = testee.save(aCredential());
        KeyRing again = KeyRing.read(directory.resolve("key-ring.json"));

        assertThat(new EncryptingCredentialRepository(underneath, again, uses).find(saved.id()))
                .contains(saved);
    }

    private void assertUnreadable(CredentialRepository altered, CredentialId id) {
        assertThatThrownBy(() -> new EncryptingCredentialRepository(altered, keys, uses).find(id))
                .isInstanceOf(CredentialUnreadableException.class)
                .hasMessageContaining(id.toString())
                .hasMessageNotContaining(CANARY);
    }

    /** Puts a row as it is underneath, version included. */
    private static void store(CredentialRepository repository, MailboxCredential row) {
        MailboxCredential current = row.withVersion(0);
        while (current.version() < row.version()) {
            current = repository.save(current);
        }
    }

    private static List<Secret> secrets(MailboxCredential row) {
        return List.of(
                row.refreshToken().orElseThrow(),
                row.graphToken().orElseThrow().value(),
                row.exchangeToken().orElseThrow().value());
    }

    private static MailboxCredential rename(MailboxCredential row, String registration, String tenant, String more) {
        return new MailboxCredential(
                row.id(),
                registration,
                new TenantId(tenant),
                row.objectId() + more,
                row.refreshToken(),
                row.refreshedAt(),
                row.graphToken(),
                row.exchangeToken(),
                row.grantedScopes(),
                row.version());
    }
}
