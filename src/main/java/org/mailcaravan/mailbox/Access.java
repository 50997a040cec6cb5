package org.mailcaravan.mailbox;

import java.util.Locale;

/** By whose right a mailbox is read; it decides how the mailbox is addressed. */
public enum Access {
    /** The account itself granted it: Graph's {@code /me}, plain EWS. */
    OWNER,
    /**
     * Somebody else granted it, to whom Exchange opens the mailbox (Full Access or a shared folder): Graph's {@code /users/{objectId}} with
     * {@code Mail.Read.Shared}, EWS with the mailbox named in folder ids.
     */
    DELEGATE,
    /** The application itself reads it, nobody signed in: Graph's {@code /users/{objectId}}, EWS with {@code ExchangeImpersonation}. */
    APPLICATION;

    /** The word used in settings and in the database: {@code owner}, {@code delegate} or {@code application}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if no access has this word */
    public static Access of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
