package org.mailcaravan.oauth;

import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;

/**
 * Whose turn it is to refresh a credential's tokens: one holder over all replicas (S19). A holder that died or hangs is replaced when its lease has run out; what
 * it might still save then is refused by the credential's version, which is the fence.
 */
final class RefreshLeases {
    /** Longer than a token request can take. */
    static final Duration LIFE = Duration.ofSeconds(60);

    private final Transactions transactions;
    private final Clock clock;

    RefreshLeases(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    boolean acquire(CredentialId credential, UUID holder) {
        return takeOver(credential, holder) || insert(credential, holder);
    }

    void release(CredentialId credential, UUID holder) {
        transactions.run(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from token_refresh_lease where credential_id = ? and holder = ?")) {
                delete.setObject(1, credential.value());
                delete.setObject(2, holder);
                delete.executeUpdate();
            }
        });
    }

    private boolean takeOver(CredentialId credential, UUID holder) {
        return transactions.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update token_refresh_lease"
                    + " set holder = ?, expires_at = ? where credential_id = ? and expires_at <= ?")) {
                update.setObject(1, holder);
                update.setObject(2, now().plus(LIFE));
                update.setObject(3, credential.value());
                update.setObject(4, now());
                return update.executeUpdate() == 1;
            }
        });
    }

    private boolean insert(CredentialId credential, UUID holder) {
        try {
            return transactions.call(connection -> {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into token_refresh_lease (holder, expires_at, credential_id) values (?, ?, ?)")) {
                    insert.setObject(1, holder);
                    insert.setObject(2, now().plus(LIFE));
                    insert.setObject(3, credential.value());
                    return insert.executeUpdate() == 1;
                }
            });
        } catch (DatabaseException e) {
            if (e.duplicateKey()) {
                return false;
            }
            throw e;
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
