package org.mailcaravan.credential;

/** Encrypts and decrypts all secrets of a row, one key for the whole row. */
final class CredentialCipher {
    private final KeyRing ring;
    private final KeyUses uses;
    private final SecretCipher cipher;

    CredentialCipher(KeyRing ring, KeyUses uses) {
        this.ring = ring;
        this.uses = uses;
        this.cipher = new SecretCipher(ring);
    }

    /** Encrypts for the version the row says. */
    MailboxCredential encrypt(MailboxCredential row) {
        Keys keys = ring.current();
        uses.count(keys.primaryId(), SecretColumn.values().length);
        return change(row, (column, secret) -> SecretCipher.encrypt(keys, row, column, secret));
    }

    /** @throws CredentialUnreadableException if one of the secrets is not exactly what was encrypted for its place */
    MailboxCredential decrypt(MailboxCredential row) {
        return change(row, (column, secret) -> cipher.decrypt(row, column, secret));
    }

    private interface Change {
        Secret of(SecretColumn column, Secret secret);
    }

    private static MailboxCredential change(MailboxCredential row, Change change) {
        return row.refreshToken()
                .map(token -> row.withRefreshToken(change.of(SecretColumn.REFRESH_TOKEN, token)))
                .orElse(row)
                .withGraphToken(row.graphToken().map(token -> change(SecretColumn.GRAPH_TOKEN, token, change)))
                .withExchangeToken(
                        row.exchangeToken().map(token -> change(SecretColumn.EXCHANGE_TOKEN, token, change)));
    }

    private static StoredToken change(SecretColumn column, StoredToken token, Change change) {
        return new StoredToken(change.of(column, token.value()), token.expiresAt());
    }
}
