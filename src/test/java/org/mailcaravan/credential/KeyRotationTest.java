package org.mailcaravan.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.KeyRotation.Key;
import org.mailcaravan.credential.KeyRotation.Progress;
import org.mailcaravan.credential.KeyRotation.Rewrapped;
import org.mailcaravan.credential.KeyRotation.Role;
import org.mailcaravan.credential.KeyRotation.Status;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.SettableClock;

/** S25: rotate, rewrap, retire; on H2 here, on PostgreSQL in {@link PostgresKeyRotationTest}. */
class KeyRotationTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock(NOW);
    private HikariDataSource dataSource;
    private Transactions transactions;
    private Path file;
    private String former;
    private KeyRing ring;
    private JdbcKeyUses uses;
    private CredentialRepository credentials;
    private KeyRotation rotation;

    @BeforeEach
    void open() {
        dataSource = database();
        transactions = new Transactions(dataSource);
        file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        ring = KeyRing.read(file);
        former = ring.current().primaryId();
        uses = new JdbcKeyUses(transactions, clock);
        credentials = new EncryptingCredentialRepository(new JdbcCredentialRepository(transactions), ring, uses);
        rotation = new KeyRotation(transactions, ring, uses, clock);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    HikariDataSource database() {
        return FreshDatabase.h2();
    }

    @Test
    void aRotatedRewrappedAndRetiredRingReadsEverythingWithoutTheFormerKey() {
        List<MailboxCredential> saved = save(250);
        String primary = KeyRing.rotate(file);

        Rewrapped rewrapped = rotation.rewrap(progress -> {});
        clock.advance(KeyRotation.QUIET);
        List<String> retired = rotation.retire();

        assertThat(rewrapped).isEqualTo(new Rewrapped(primary, 250, 0, List.of()));
        assertThat(retired).containsExactly(former);
        assertThat(KeyRing.read(file).current().ids()).containsExactly(primary);
        CredentialRepository fresh = new EncryptingCredentialRepository(
                new JdbcCredentialRepository(transactions), KeyRing.read(file), uses);
        assertThat(saved).allSatisfy(row -> assertThat(fresh.find(row.id())).contains(row));
    }

    /** S28: no secret column is left behind, whichever they are. */
    @Test
    void everySecretColumnIsRewrapped() {
        save(3);
        String primary = KeyRing.rotate(file);

        rotation.rewrap(progress -> {});

        for (SecretColumn column : SecretColumn.values()) {
            assertThat(stored(column)).hasSize(3).allMatch(value -> value.startsWith(SecretCipher.prefix(primary)));
        }
    }

    @Test
    void aCredentialWithoutAccessTokensIsRewrappedToo() {
        MailboxCredential bare =
                credentials.save(aCredential().withGraphToken(Optional.empty()).withExchangeToken(Optional.empty()));
        KeyRing.rotate(file);

        assertThat(rotation.rewrap(progress -> {}).rewrapped()).isEqualTo(1);
        assertThat(credentials.find(bare.id())).contains(bare);
    }

    @Test
    void progressIsToldAfterEveryBatchAndASecondRunFindsNothingToDo() {
        save(250);
        KeyRing.rotate(file);
        List<Progress> told = new ArrayList<>();

        rotation.rewrap(told::add);

        assertThat(told).containsExactly(new Progress(100, 250), new Progress(200, 250), new Progress(250, 250));
        assertThat(rotation.rewrap(told::add).rewrapped()).isZero();
    }

    @Test
    void aRewrapThatWasCutOffGoesOnWhereItEnded() {
        save(250);
        KeyRing.rotate(file);

        assertThatThrownBy(() -> rotation.rewrap(progress -> {
                    throw new IllegalStateException("killed");
                }))
                .hasMessage("killed");

        assertThat(rotation.rewrap(progress -> {}).rewrapped()).isEqualTo(150);
    }

    /** F35: a refresh under way when its row is rewrapped must be able to save the token it got. */
    @Test
    void whoReadBeforeARewrapSavesAfterIt() {
        MailboxCredential read = credentials.save(aCredential());
        KeyRing.rotate(file);
        rotation.rewrap(progress -> {});

        MailboxCredential saved = credentials.save(read.withRefreshToken(Secret.of("rotated")));

        assertThat(credentials.find(read.id())).contains(saved);
        assertThat(saved.version()).isEqualTo(2);
    }

    /** F35: what is saved after the rewrap read the row is never overwritten. */
    @Test
    void whoSavesDuringARewrapWins() {
        MailboxCredential read = credentials.save(aCredential());
        MailboxCredential removed = credentials.save(aCredential());
        KeyRing.rotate(file);
        CredentialCiphertexts ciphertexts = new CredentialCiphertexts(transactions);
        List<MailboxCredential> rows =
                ciphertexts.notEncryptedWith(ring.latest().primaryId(), CredentialCiphertexts.FIRST, 10);
        CredentialCipher cipher = new CredentialCipher(ring, uses);

        MailboxCredential saved = credentials.save(read.withRefreshToken(Secret.of("rotated")));
        credentials.remove(removed.id());
        int replaced = ciphertexts.replace(
                rows.stream().map(cipher::decrypt).map(cipher::encrypt).toList());

        assertThat(rows).hasSize(2);
        assertThat(replaced).isZero();
        assertThat(credentials.find(read.id())).contains(saved);
        assertThat(credentials.find(removed.id())).isEmpty();
    }

    /** F14: one altered row stops neither the others nor the run, and its key stays in the ring. */
    @Test
    void anUnreadableRowIsNamedLeftAloneAndKeepsItsKeyInTheRing() {
        save(3);
        MailboxCredential altered = credentials.save(aCredential());
        transactions.run(connection ->
                Sql.update(connection, "update credential set version = 7 where id = cast(? as uuid)", altered.id()));
        KeyRing.rotate(file);

        Rewrapped rewrapped = rotation.rewrap(progress -> {});
        clock.advance(KeyRotation.QUIET);

        assertThat(rewrapped.rewrapped()).isEqualTo(3);
        assertThat(rewrapped.remaining()).isEqualTo(1);
        assertThat(rewrapped.unreadable()).containsExactly(altered.id());
        assertThatThrownBy(() -> rotation.retire())
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("1 credentials")
                .hasMessageContaining("keys rewrap");
        assertThat(KeyRing.read(file).current().ids()).contains(former);
    }

    @Test
    void aKeyThatRowsNeedIsNotRetired() throws IOException {
        List<MailboxCredential> saved = save(5);
        KeyRing.rotate(file);
        String before = Files.readString(file);
        clock.advance(KeyRotation.QUIET);

        assertThatThrownBy(() -> rotation.retire())
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("former key " + former)
                .hasMessageContaining("5 credentials")
                .hasMessageNotContaining(CANARY);
        assertThat(file).hasContent(before);
        assertThat(credentials.find(saved.get(0).id())).contains(saved.get(0));
    }

    /** A save that is under way, or a replica with an older ring, may still write with the former key. */
    @Test
    void aKeyThatEncryptedAMomentAgoIsNotRetired() {
        save(1);
        KeyRing.rotate(file);
        rotation.rewrap(progress -> {});
        clock.advance(KeyRotation.QUIET.minusSeconds(1));

        assertThatThrownBy(() -> rotation.retire())
                .isInstanceOf(KeyRingException.class)
                .hasMessageContaining("at " + NOW)
                .hasMessageContaining("after " + NOW.plus(KeyRotation.QUIET))
                .hasMessageContaining("older ring");
        clock.advance(Duration.ofSeconds(1));

        assertThat(rotation.retire()).containsExactly(former);
    }

    @Test
    void withoutFormerKeysNothingIsRetired() throws IOException {
        save(1);
        String before = Files.readString(file);

        assertThat(rotation.retire()).isEmpty();
        assertThat(file).hasContent(before);
    }

    @Test
    void aReplicaWhoseRingCameFromASettingSaysWhatToDoInstead() throws IOException {
        save(1);
        KeyRing.rotate(file);
        KeyRing fixed = KeyRing.parse("credential.key-ring", Secret.of(Files.readString(file)));
        KeyRotation replica = new KeyRotation(transactions, fixed, uses, clock);
        replica.rewrap(progress -> {});
        clock.advance(KeyRotation.QUIET);

        assertThatThrownBy(replica::retire).hasMessageContaining("keys remove FILE " + former);
        assertThat(replica.status().followsFile()).isFalse();
    }

    @Test
    void theStatusTellsWhatEachKeyIsForAndHowMuchItEncrypts() {
        save(4);
        String primary = KeyRing.rotate(file);
        ring.latest();
        save(2);
        String prepared = KeyRing.prepare(file);

        Status status = rotation.status();

        assertThat(status)
                .isEqualTo(new Status(
                        List.of(
                                new Key(former, Role.FORMER, 4, 12, Optional.of(NOW)),
                                new Key(primary, Role.PRIMARY, 2, 6, Optional.of(NOW)),
                                new Key(prepared, Role.PREPARED, 0, 0, Optional.empty())),
                        6,
                        0,
                        true));
    }

    @Test
    void theStatusCountsCredentialsNoKeyOfTheRingEncrypted() {
        save(2);
        Path other = directory.resolve("other.json");
        KeyRotation elsewhere = new KeyRotation(transactions, KeyRing.create(other), uses, clock);

        assertThat(elsewhere.status().unknownKey()).isEqualTo(2);
        assertThat(rotation.status().unknownKey()).isZero();
    }

    private List<MailboxCredential> save(int count) {
        return transactions.<List<MailboxCredential>>call(connection -> {
            List<MailboxCredential> saved = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                saved.add(credentials.save(aCredential()));
            }
            return saved;
        });
    }

    private List<String> stored(SecretColumn column) {
        return transactions.<List<String>>call(connection -> Sql.list(
                connection, row -> new String(row.getBytes(1), UTF_8), "select " + column.word() + " from credential"));
    }
}
