package org.mailcaravan.credential;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.database.Sql;
import org.mailcaravan.database.Transactions;

/** Delegated grants that nothing has redeemed for long. */
public final class IdleGrants {
    private static final int MOST = 1_000;
    private static final String SELECT = "select id, refreshed_at from credential"
            + " where refresh_token is not null and refreshed_at < ? order by refreshed_at fetch first " + MOST
            + " rows only";

    private final Transactions transactions;

    public IdleGrants(Transactions transactions) {
        this.transactions = transactions;
    }

    /** The ends of those whose refresh token was issued before this moment, the first to end first; a thousand at most. */
    public List<Expiry> refreshedBefore(Instant moment) {
        return transactions.call(connection -> Sql.list(
                connection,
                row -> Expiry.refreshToken(
                        row.getString("id"),
                        row.getObject("refreshed_at", OffsetDateTime.class).toInstant()),
                SELECT,
                moment));
    }
}
