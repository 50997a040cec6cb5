package org.mailcaravan.credential;

import java.util.Objects;
import java.util.Optional;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/**
 * Encrypts every secret on its way into another repository and decrypts it on the way out. Each ciphertext is bound to its place (tenant, account, column,
 * row version), so one that was moved, rolled back or altered is refused. There is no plain text mode and no way around a missing key. Thread-safe.
 */
public final class EncryptingCredentialRepository implements CredentialRepository {
    private final CredentialRepository encrypted;
    private final SecretCipher cipher;

    /**
     * @param encrypted keeps the ciphertext
     * @param keys encrypt with their primary key, decrypt with any
     */
    public EncryptingCredentialRepository(CredentialRepository encrypted, KeyRing keys) {
        this.encrypted = Objects.requireNonNull(encrypted, "encrypted");
        this.cipher = new SecretCipher(keys);
    }

    @Override
    public Optional<MailboxCredential> find(CredentialId id) {
        return encrypted.find(id).map(this::decrypt);
    }

    @Override
    public Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId) {
        return encrypted.find(registration, tenant, objectId).map(this::decrypt);
    }

    @Override
    public MailboxCredential save(MailboxCredential credential) {
        MailboxCredential next = credential.withVersion(credential.version() + 1);
        MailboxCredential stored = encrypted.save(encrypt(next).withVersion(credential.version()));
        if (stored.version() != next.version()) {
            throw new IllegalStateException("the repository underneath counts versions differently");
        }
        return next;
    }

    @Override
    public void remove(CredentialId id) {
        encrypted.remove(id);
    }

    /** Encrypts for the version the row is going to have. */
    private MailboxCredential encrypt(MailboxCredential row) {
        return row.refreshToken()
                .map(token -> row.withRefreshToken(cipher.encrypt(row, SecretColumn.REFRESH_TOKEN, token)))
                .orElse(row)
                .withGraphToken(row.graphToken().map(token -> encrypt(row, SecretColumn.GRAPH_TOKEN, token)))
                .withExchangeToken(row.exchangeToken().map(token -> encrypt(row, SecretColumn.EXCHANGE_TOKEN, token)));
    }

    private MailboxCredential decrypt(MailboxCredential row) {
        return row.refreshToken()
                .map(token -> row.withRefreshToken(cipher.decrypt(row, SecretColumn.REFRESH_TOKEN, token)))
                .orElse(row)
                .withGraphToken(row.graphToken().map(token -> decrypt(row, SecretColumn.GRAPH_TOKEN, token)))
                .withExchangeToken(row.exchangeToken().map(token -> decrypt(row, SecretColumn.EXCHANGE_TOKEN, token)));
    }

    private StoredToken encrypt(MailboxCredential row, SecretColumn column, StoredToken token) {
        return new StoredToken(cipher.encrypt(row, column, token.value()), token.expiresAt());
    }

    private StoredToken decrypt(MailboxCredential row, SecretColumn column, StoredToken token) {
        return new StoredToken(cipher.decrypt(row, column, token.value()), token.expiresAt());
    }
}
