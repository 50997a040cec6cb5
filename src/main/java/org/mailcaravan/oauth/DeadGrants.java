package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.Optional;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.ConsentRequiredException;

/**
 * Grants that no longer work, known to all replicas and over restarts: the token endpoint is asked for such a grant at most once in {@link #PAUSE} (F36), by the
 * database's clock. Rows hold a hash of the refresh token: a new sign-in brings another one, and the row means nothing from then on.
 */
final class DeadGrants {
    static final Duration PAUSE = Duration.ofMinutes(15);
    private static final int LONGEST_CODE = 100;
    private static final int LONGEST_REMEDY = 1000;

    private final Transactions transactions;

    DeadGrants(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * What was said about a credential's grant as it is now.
     *
     * @param claims what the next sign-in must satisfy: JSON of the {@code claims} parameter
     * @param paused whether it is too early to ask again
     */
    record DeadGrant(String code, String remedy, Optional<String> claims, boolean paused) {
        ConsentRequiredException exception(MailboxCredential credential) {
            return new ConsentRequiredException(
                    "The grant of credential " + credential.id() + " no longer works (" + code + ").", remedy);
        }
    }

    Optional<DeadGrant> find(MailboxCredential credential) {
        return transactions.call(connection -> Sql.first(
                connection,
                row -> new DeadGrant(
                        row.getString("code"),
                        row.getString("remedy"),
                        Optional.ofNullable(row.getString("claims")),
                        row.getBoolean("paused")),
                "select code, remedy, claims, ends_at > current_timestamp as paused from token_pause"
                        + " where credential_id = cast(? as uuid) and grant_hash = ?",
                credential.id(),
                hash(credential)));
    }

    void save(MailboxCredential credential, TokenOutcome.ConsentRequired needed, Optional<String> claims) {
        transactions.run(connection -> {
            Sql.update(connection, "delete from token_pause where credential_id = cast(? as uuid)", credential.id());
            Sql.update(
                    connection,
                    "insert into token_pause (credential_id, grant_hash, code, remedy, claims, ends_at)"
                            + " values (cast(? as uuid), ?, ?, ?, ?, current_timestamp + interval '15' minute)",
                    credential.id(),
                    hash(credential),
                    cut(needed.code(), LONGEST_CODE),
                    cut(needed.remedy(), LONGEST_REMEDY),
                    claims);
        });
    }

    /** The grant works. */
    void remove(MailboxCredential credential) {
        transactions.run(connection -> Sql.update(
                connection, "delete from token_pause where credential_id = cast(? as uuid)", credential.id()));
    }

    // an application has no refresh token: its grant is as old as its last answer
    private static String hash(MailboxCredential credential) {
        return OpaqueValues.sha256(credential
                .refreshToken()
                .map(token -> token.value())
                .orElseGet(() -> "application since " + credential.refreshedAt()));
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
