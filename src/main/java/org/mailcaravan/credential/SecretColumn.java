package org.mailcaravan.credential;

import java.util.Locale;
import java.util.Optional;

/** Every column of the table {@code credential} that holds a secret. A test compares this list with the schema. */
enum SecretColumn {
    REFRESH_TOKEN,
    GRAPH_TOKEN,
    EXCHANGE_TOKEN;

    /** What a row holds in this column. */
    Optional<Secret> of(MailboxCredential row) {
        return switch (this) {
            case REFRESH_TOKEN -> row.refreshToken();
            case GRAPH_TOKEN -> row.graphToken().map(StoredToken::value);
            case EXCHANGE_TOKEN -> row.exchangeToken().map(StoredToken::value);
        };
    }

    /** The name in the table; part of the associated data, so it never changes. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
