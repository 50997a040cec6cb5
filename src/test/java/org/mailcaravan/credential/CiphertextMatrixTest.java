package org.mailcaravan.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.credential.Credentials.CANARY;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.TenantId;

/** S23, F14, G7: more than 10,000 stored states that nobody saved, and not one of them is read. */
class CiphertextMatrixTest {
    private static final long SEED = 20261124;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final InMemoryCredentialRepository underneath = new InMemoryCredentialRepository();
    private final Map<String, Integer> refused = new LinkedHashMap<>();
    private KeyRing keys;
    private String formerKey;
    private CredentialRepository testee;

    @BeforeEach
    void createRingWithTwoKeys() {
        Path file = directory.resolve("key-ring.json");
        KeyRing.create(file);
        formerKey = KeyRing.read(file).current().primaryId();
        KeyRing.rotate(file);
        keys = KeyRing.read(file);
        testee = new EncryptingCredentialRepository(underneath, keys, (key, encryptions) -> {});
    }

    @Test
    void tenThousandAlteredRowsAreAllRefused() {
        List<MailboxCredential> rows = storedRows();
        rows.forEach(row -> assertThat(reader(row).find(row.id())).isPresent());

        movedBetweenPlaces(rows);
        renamed(rows);
        rolledBack();
        truncated(rows.get(0));
        bitsFlipped(rows.get(1));
        otherKeyIds(rows.get(2));
        otherFormats(rows.get(3));

        assertThat(refused.values()).allMatch(cases -> cases > 0);
        assertThat(refused.values().stream().mapToInt(Integer::intValue).sum())
                .as("%s", refused)
                .isGreaterThanOrEqualTo(10_000);
    }

    /** Every secret in every column of every row, save its own. */
    private void movedBetweenPlaces(List<MailboxCredential> rows) {
        for (MailboxCredential from : rows) {
            for (SecretColumn source : SecretColumn.values()) {
                for (MailboxCredential to : rows) {
                    for (SecretColumn target : SecretColumn.values()) {
                        if (from != to || source != target) {
                            refuse("moved", put(to, target, secret(from, source)));
                        }
                    }
                }
            }
        }
    }

    private void renamed(List<MailboxCredential> rows) {
        for (MailboxCredential row : rows) {
            String tenant = row.tenant().value();
            refuse(
                    "other tenant",
                    rename(row, row.registration(), UUID.randomUUID().toString(), row.objectId()));
            refuse("other registration", rename(row, "second", tenant, row.objectId()));
            refuse(
                    "other account",
                    rename(row, row.registration(), tenant, UUID.randomUUID().toString()));
            refuse(
                    "boundary between account and registration",
                    rename(
                            row,
                            row.registration().substring(1),
                            tenant,
                            row.objectId() + row.registration().charAt(0)));
        }
    }

    /** A row as it once was, under the version it has now, and the other way round. */
    private void rolledBack() {
        MailboxCredential saved = testee.save(aCredential());
        List<MailboxCredential> history = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            history.add(underneath.find(saved.id()).orElseThrow());
            saved = testee.save(saved);
        }
        for (MailboxCredential then : history) {
            for (long version = 0; version <= saved.version() + 1; version++) {
                if (version != then.version()) {
                    refuse("other version", then.withVersion(version));
                }
            }
        }
    }

    private void truncated(MailboxCredential row) {
        for (SecretColumn column : SecretColumn.values()) {
            String whole = secret(row, column).value();
            for (int length = 1; length < whole.length(); length++) {
                refuse("truncated", put(row, column, Secret.of(whole.substring(0, length))));
                refuse("beheaded", put(row, column, Secret.of(whole.substring(length))));
            }
        }
    }

    /** Every bit of every stored byte, also those at the end of base64 that a lenient decoder passes over. */
    private void bitsFlipped(MailboxCredential row) {
        for (SecretColumn column : SecretColumn.values()) {
            byte[] whole = secret(row, column).bytes();
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                refuse("bit flipped", put(row, column, Secret.of(new String(flipped, UTF_8))));
            }
        }
    }

    private void otherKeyIds(MailboxCredential row) {
        String primary = keys.current().primaryId();
        List<String> ids = new ArrayList<>(List.of(formerKey, "0" + primary, "+" + primary, primary + " ", "", "-1"));
        random.ints(200).forEach(id -> ids.add(Integer.toUnsignedString(id)));
        for (SecretColumn column : SecretColumn.values()) {
            String[] parts = secret(row, column).value().split("\\.");
            ids.forEach(id -> refuse("other key", put(row, column, Secret.of(parts[0] + "." + id + "." + parts[2]))));
        }
    }

    private void otherFormats(MailboxCredential row) {
        List<Function<String, String>> changes = List.of(
                rest -> "mc0" + rest,
                rest -> "mc2" + rest,
                rest -> "MC1" + rest,
                rest -> " mc1" + rest,
                rest -> rest.substring(1),
                rest -> "mc1" + rest + ".x",
                rest -> "mc1" + rest + "=",
                rest -> "mc1" + rest + "\n",
                rest -> "mc1" + rest + "AAAA",
                rest -> CANARY);
        for (SecretColumn column : SecretColumn.values()) {
            String rest = secret(row, column).value().substring(3);
            changes.forEach(change -> refuse("other format", put(row, column, Secret.of(change.apply(rest)))));
        }
    }

    private void refuse(String kind, MailboxCredential altered) {
        try {
            reader(altered).find(altered.id());
        } catch (CredentialUnreadableException e) {
            assertThat(e.getMessage()).contains(altered.id().toString()).doesNotContain(CANARY);
            refused.merge(kind, 1, Integer::sum);
            return;
        }
        throw new AssertionError("read although " + kind + ": " + altered.withVersion(altered.version()));
    }

    private CredentialRepository reader(MailboxCredential stored) {
        return new EncryptingCredentialRepository(
                new FixedCredentialRepository(() -> stored), keys, (key, encryptions) -> {});
    }

    /** Accounts of three tenants and two registrations, some saved more than once. */
    private List<MailboxCredential> storedRows() {
        List<MailboxCredential> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            MailboxCredential saved = testee.save(rename(
                    aCredential(),
                    i % 2 == 0 ? "default" : "app-only",
                    "0f1e2d3c-1111-4222-8333-44445555666" + i % 3,
                    new UUID(random.nextLong(), random.nextLong()).toString()));
            for (int more = random.nextInt(3); more > 0; more--) {
                saved = testee.save(saved);
            }
            rows.add(underneath.find(saved.id()).orElseThrow());
        }
        return rows;
    }

    private static Secret secret(MailboxCredential row, SecretColumn column) {
        return column.of(row).orElseThrow();
    }

    private static MailboxCredential put(MailboxCredential row, SecretColumn column, Secret secret) {
        return switch (column) {
            case REFRESH_TOKEN -> row.withRefreshToken(secret);
            case GRAPH_TOKEN -> row.withGraphToken(row.graphToken().map(t -> new StoredToken(secret, t.expiresAt())));
            case EXCHANGE_TOKEN ->
                row.withExchangeToken(row.exchangeToken().map(t -> new StoredToken(secret, t.expiresAt())));
        };
    }

    private static MailboxCredential rename(
            MailboxCredential row, String registration, String tenant, String objectId) {
        return new MailboxCredential(
                row.id(),
                registration,
                new TenantId(tenant),
                objectId,
                row.refreshToken(),
                row.refreshedAt(),
                row.graphToken(),
                row.exchangeToken(),
                row.grantedScopes(),
                row.version());
    }
}
