package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.UUID;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;

/**
 * Whose turn it is to refresh a credential's tokens: one holder over all replicas (S19), by the database's clock, so that replicas whose clocks differ agree (F38).
 * A holder that died or hangs is replaced when its lease has run out; what it might still save then is refused by the credential's version, which is the fence.
 */
final class RefreshLeases {
    /** Longer than a token request can take. */
    static final Duration LIFE = Duration.ofSeconds(60);

    private final Transactions transactions;
    private final String expiry;

    RefreshLeases(Transactions transactions) {
        this(transactions, LIFE);
    }

    /** @param life 1 to 99 whole seconds */
    RefreshLeases(Transactions transactions, Duration life) {
        this.transactions = transactions;
        this.expiry = "current_timestamp + interval '" + life.toSeconds() + "' second";
    }

    boolean acquire(CredentialId credential, UUID holder) {
        try {
            return transactions.call(connection -> {
                try (var update = connection.prepareStatement("update token_refresh_lease"
                                + " set holder = ?, expires_at = " + expiry
                                + " where credential_id = ? and expires_at <= current_timestamp");
                        var insert = connection.prepareStatement("insert into token_refresh_lease"
                                + " (holder, expires_at, credential_id)"
                                + " select cast(? as uuid), " + expiry + ", cast(? as uuid)"
                                + " where not exists (select 1 from token_refresh_lease where credential_id = ?)")) {
                    update.setObject(1, holder);
                    update.setObject(2, credential.value());
                    insert.setObject(1, holder);
                    insert.setObject(2, credential.value());
                    insert.setObject(3, credential.value());
                    return update.executeUpdate() == 1 || insert.executeUpdate() == 1;
                }
            });
        } catch (DatabaseException e) {
            if (e.duplicateKey()) {
                return false;
            }
            throw e;
        }
    }

    void release(CredentialId credential, UUID holder) {
        transactions.run(connection -> {
            try (var delete = connection.prepareStatement(
                    "delete from token_refresh_lease where credential_id = ? and holder = ?")) {
                delete.setObject(1, credential.value());
                delete.setObject(2, holder);
                delete.executeUpdate();
            }
        });
    }
}
