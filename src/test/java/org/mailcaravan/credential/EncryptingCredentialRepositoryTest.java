package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
    private static final long SEED = 20261124;

    @TempDir
    Path directory;

    private final CredentialRepository underneath = new InMemoryCredentialRepository();
    private CredentialRepository testee = underneath;
    private KeyRing keys;

    @BeforeEach
    void createKeyRing() {
        keys = KeyRing.create(directory.resolve("key-ring.json"));
        testee = new EncryptingCredentialRepository(underneath, keys);
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
            assertThat(secret.value()).startsWith("mc1." + keys.primaryKeyId() + ".");
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

    /** S23, the matrix: 600 generated moves of one ciphertext to the place of another; only the identical place is accepted. */
    @Test
    void hundredsOfGeneratedMovesAreRefused() {
        Random random = new Random(SEED);
        List<MailboxCredential> rows = generatedRows(random);
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            MailboxCredential from = rows.get(random.nextInt(rows.size()));
            MailboxCredential to = rows.get(random.nextInt(rows.size()));
            int source = random.nextInt(3);
            int target = random.nextInt(3);
            boolean samePlace = from == to && source == target;
            InMemoryCredentialRepository altered = new InMemoryCredentialRepository();
            MailboxCredential moved = put(to, target, secrets(from).get(source));
            store(altered, moved);
            if (samePlace) {
                assertThat(new EncryptingCredentialRepository(altered, keys).find(moved.id()))
                        .isPresent();
            } else {
                assertUnreadable(altered, moved.id());
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    /** S26: every altered character of a stored value is refused. */
    @Test
    void hundredsOfAlteredValuesAreRefused() {
        Random random = new Random(SEED);
        MailboxCredential saved = testee.save(aCredential());
        MailboxCredential stored = underneath.find(saved.id()).orElseThrow();
        String value = stored.refreshToken().orElseThrow().value();
        for (int i = 0; i < 300; i++) {
            // the last character of base64 carries bits that do not count
            int at = random.nextInt(value.length() - 1);
            char other = value.charAt(at) == 'A' ? 'B' : 'A';
            InMemoryCredentialRepository altered = new InMemoryCredentialRepository();
            store(
                    altered,
                    stored.withRefreshToken(Secret.of(value.substring(0, at) + other + value.substring(at + 1))));
            assertUnreadable(altered, saved.id());
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
        CredentialRepository withOtherKeys = new EncryptingCredentialRepository(underneath, other);

        assertThatThrownBy(() -> withOtherKeys.find(saved.registration(), saved.tenant(), saved.objectId()))
                .isInstanceOf(CredentialUnreadableException.class)
                .hasMessageContaining(saved.id().toString())
                .hasMessageContaining(keys.primaryKeyId())
                .hasMessageContaining("credential.key-ring-file");
    }

    @Test
    void aRingReadAgainFromItsFileDecrypts() {
        MailboxCredential saved = testee.save(aCredential());
        KeyRing again = KeyRing.read(directory.resolve("key-ring.json"));

        assertThat(new EncryptingCredentialRepository(underneath, again).find(saved.id()))
                .contains(saved);
    }

    private void assertUnreadable(CredentialRepository altered, CredentialId id) {
        assertThatThrownBy(() -> new EncryptingCredentialRepository(altered, keys).find(id))
                .isInstanceOf(CredentialUnreadableException.class)
                .hasMessageContaining(id.toString())
                .hasMessageNotContaining(CANARY);
    }

    private List<MailboxCredential> generatedRows(Random random) {
        List<MailboxCredential> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            MailboxCredential saved = testee.save(aCredential());
            rows.add(underneath.find(saved.id()).orElseThrow());
            for (int more = random.nextInt(3); more > 0; more--) {
                saved = testee.save(saved);
                rows.add(underneath.find(saved.id()).orElseThrow());
            }
        }
        return rows;
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

    private static MailboxCredential put(MailboxCredential row, int column, Secret secret) {
        return switch (column) {
            case 0 -> row.withRefreshToken(secret);
            case 1 -> row.withGraphToken(row.graphToken().map(t -> new StoredToken(secret, t.expiresAt())));
            default -> row.withExchangeToken(row.exchangeToken().map(t -> new StoredToken(secret, t.expiresAt())));
        };
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
