package org.mailcaravan.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;

/**
 * What follows {@link KeyRing#rotate}, while everything runs: stored credentials are encrypted anew with the primary key, then the former keys are taken out
 * of the ring. Every method may throw {@link org.mailcaravan.database.DatabaseException}; asking again goes on where it ended. Thread-safe.
 */
public final class KeyRotation {
    /** How long a key must not have encrypted anything before it is retired: longer than any save under way, and long enough to notice replicas with an older ring. */
    static final Duration QUIET = Duration.ofMinutes(15);

    private static final int BATCH = 100;
    private static final int MOST_PASSES = 10;
    private static final int MOST_NAMED = 20;

    private final CredentialCiphertexts ciphertexts;
    private final CredentialCipher cipher;
    private final KeyRing ring;
    private final JdbcKeyUses uses;
    private final Clock clock;

    public KeyRotation(Transactions transactions, KeyRing ring, JdbcKeyUses uses, Clock clock) {
        this.ciphertexts = new CredentialCiphertexts(transactions);
        this.cipher = new CredentialCipher(ring, uses);
        this.ring = ring;
        this.uses = uses;
        this.clock = clock;
    }

    /**
     * How far a rewrap is.
     *
     * @param rewrapped credentials encrypted anew so far
     * @param total how many another key had encrypted at the start
     */
    public record Progress(long rewrapped, long total) {}

    /**
     * What a rewrap did.
     *
     * @param primaryKeyId the key that encrypts
     * @param rewrapped credentials encrypted anew
     * @param remaining credentials that something else than the primary key encrypts still: unreadable ones, or written by a replica with an older ring
     * @param unreadable the first of those that cannot be decrypted, at most {@value #MOST_NAMED}; they stay as they are
     */
    public record Rewrapped(String primaryKeyId, long rewrapped, long remaining, List<CredentialId> unreadable) {}

    /** What a key of the ring is for. */
    public enum Role {
        /** Decrypts only. */
        FORMER,
        /** Encrypts. */
        PRIMARY,
        /** Becomes primary with the next rotation. */
        PREPARED
    }

    /**
     * One key of the ring.
     *
     * @param credentials rows that hold something it encrypted
     * @param uses how often it encrypted, about
     * @param lastUsedAt when it encrypted last, to the minute
     */
    public record Key(String id, Role role, long credentials, long uses, Optional<Instant> lastUsedAt) {}

    /**
     * The ring and what it encrypts.
     *
     * @param keys oldest first
     * @param credentials all stored ones
     * @param unknownKey those with something no key of the ring encrypted: they cannot be read
     * @param followsFile false if the ring comes from a setting: then it changes by a restart only
     */
    public record Status(List<Key> keys, long credentials, long unknownKey, boolean followsFile) {}

    /**
     * Encrypts every credential with the primary key, in small batches beside all other work. Reading and saving go on; whoever saves at the same moment wins.
     *
     * @param progress is told after every batch
     */
    public Rewrapped rewrap(Consumer<Progress> progress) {
        Run run = new Run(ciphertexts.countOfOthers(List.of(ring.latest().primaryId())), progress);
        int passes = 0;
        while (run.pass() && passes < MOST_PASSES) {
            passes++;
        }
        String primary = ring.current().primaryId();
        return new Rewrapped(
                primary,
                run.rewrapped,
                ciphertexts.countOfOthers(List.of(primary)),
                run.unreadable.stream().limit(MOST_NAMED).toList());
    }

    public Status status() {
        Keys keys = ring.latest();
        Map<String, KeyUse> used = uses.all();
        return new Status(
                keys.ids().stream().map(id -> key(id, keys, used)).toList(),
                ciphertexts.count(),
                ciphertexts.countOfOthers(keys.ids()),
                ring.followsFile());
    }

    /**
     * Takes all former keys out of the ring and its file. What a backup of the database holds under them needs a backup of the ring then.
     *
     * @return their ids; empty if there were none
     * @throws KeyRingException if a credential needs one of them still, one was used less than 15 minutes ago, or the ring comes from a setting: nothing is
     *     changed
     */
    public List<String> retire() {
        List<String> former = ring.latest().old();
        Map<String, KeyUse> used = uses.all();
        former.forEach(id -> refuseQuietBreak(id, Optional.ofNullable(used.get(id))));
        former.forEach(this::refuseNeeded);
        if (!former.isEmpty()) {
            ring.retire(former);
        }
        return former;
    }

    private Key key(String id, Keys keys, Map<String, KeyUse> used) {
        Optional<KeyUse> use = Optional.ofNullable(used.get(id));
        return new Key(
                id,
                keys.old().contains(id) ? Role.FORMER : keys.prepared().contains(id) ? Role.PREPARED : Role.PRIMARY,
                ciphertexts.countOf(id),
                use.map(KeyUse::uses).orElse(0L),
                use.map(KeyUse::lastUsedAt));
    }

    private void refuseQuietBreak(String id, Optional<KeyUse> use) {
        Instant quietAt = use.map(found -> found.lastUsedAt().plus(QUIET)).orElse(Instant.MIN);
        if (clock.instant().isBefore(quietAt)) {
            throw new KeyRingException(
                    "with former key " + id,
                    "is not changed: that key encrypted something at "
                            + use.orElseThrow().lastUsedAt(),
                    "Try again after " + quietAt
                            + ". If the time moves on, a replica has an older ring: hand it the new one.");
        }
    }

    private void refuseNeeded(String id) {
        long rows = ciphertexts.countOf(id);
        if (rows > 0) {
            throw new KeyRingException(
                    "with former key " + id,
                    "is not changed: " + rows + " credentials are encrypted with that key",
                    "Run keys rewrap first. Credentials that it names as unreadable have to be removed or connected again.");
        }
    }

    /** One run over all rows, as often as some of them change under it. */
    private final class Run {
        private final long total;
        private final Consumer<Progress> progress;
        private final Set<CredentialId> unreadable = new LinkedHashSet<>();
        private long rewrapped;

        Run(long total, Consumer<Progress> progress) {
            this.total = total;
            this.progress = progress;
        }

        /** @return whether it did something, so that another pass may find more */
        boolean pass() {
            long before = rewrapped;
            boolean missed = false;
            List<MailboxCredential> rows = page(CredentialCiphertexts.FIRST);
            while (!rows.isEmpty()) {
                List<MailboxCredential> changed = encrypt(rows);
                int replaced = ciphertexts.replace(changed);
                rewrapped += replaced;
                missed |= replaced < changed.size();
                progress.accept(new Progress(rewrapped, Math.max(total, rewrapped)));
                rows = page(rows.get(rows.size() - 1).id());
            }
            return missed || rewrapped > before;
        }

        private List<MailboxCredential> page(CredentialId after) {
            return ciphertexts.notEncryptedWith(ring.current().primaryId(), after, BATCH);
        }

        private List<MailboxCredential> encrypt(List<MailboxCredential> rows) {
            List<MailboxCredential> changed = new ArrayList<>();
            for (MailboxCredential row : rows) {
                try {
                    changed.add(cipher.encrypt(cipher.decrypt(row)));
                } catch (CredentialUnreadableException e) {
                    unreadable.add(row.id());
                }
            }
            return changed;
        }
    }
}
