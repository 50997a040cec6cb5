package org.mailcaravan.credential;

import java.util.Locale;

/** Every column of the table {@code credential} that holds a secret. A test compares this list with the schema. */
enum SecretColumn {
    REFRESH_TOKEN,
    GRAPH_TOKEN,
    EXCHANGE_TOKEN;

    /** The name in the table; part of the associated data, so it never changes. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
