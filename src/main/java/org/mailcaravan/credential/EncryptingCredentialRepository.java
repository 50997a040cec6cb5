package org.mailcaravan.credential;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/**
 * Encrypts every secret on its way into another repository and decrypts it on the way out. Each ciphertext is bound to its place (tenant, account, column,
 * row version), so one that was moved, rolled back or altered is refused. There is no plain text mode and no way around a missing key. Thread-safe.
 */
public final class EncryptingCredentialRepository implements CredentialRepository {
    private final CredentialRepository encrypted;
    private final CredentialCipher cipher;

    /**
     * @param encrypted keeps the ciphertext
     * @param keys encrypt with their primary key, decrypt with any
     * @param uses counts what is encrypted
     */
    public EncryptingCredentialRepository(CredentialRepository encrypted, KeyRing keys, KeyUses uses) {
        this.encrypted = Objects.requireNonNull(encrypted, "encrypted");
        this.cipher = new CredentialCipher(keys, uses);
    }

    @Override
    public Optional<MailboxCredential> find(CredentialId id) {
        return decrypt(() -> encrypted.find(id));
    }

    @Override
    public Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId) {
        return decrypt(() -> encrypted.find(registration, tenant, objectId));
    }

    @Override
    public MailboxCredential save(MailboxCredential credential) {
        MailboxCredential next = credential.withVersion(credential.version() + 1);
        MailboxCredential stored = encrypted.save(cipher.encrypt(next).withVersion(credential.version()));
        if (stored.version() != next.version()) {
            throw new IllegalStateException("the repository underneath counts versions differently");
        }
        return next;
    }

    @Override
    public void remove(CredentialId id) {
        encrypted.remove(id);
    }

    private Optional<MailboxCredential> decrypt(Supplier<Optional<MailboxCredential>> find) {
        Optional<MailboxCredential> row = find.get();
        try {
            return row.map(cipher::decrypt);
        } catch (CredentialUnreadableException e) {
            // the key may have been retired after the row was read, and the row encrypted anew before that
            Optional<MailboxCredential> again = find.get();
            if (again.equals(row)) {
                throw e;
            }
            return again.map(cipher::decrypt);
        }
    }
}
