package org.mailcaravan.mailbox;

import java.util.Locale;

/** The way a mailbox is read. Changing it on the same ledger is the cut-over from EWS to Graph. */
public enum Protocol {
    GRAPH,
    EWS;

    /** The word used in settings, in the database and in events: {@code graph} or {@code ews}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if the word is neither {@code graph} nor {@code ews} */
    public static Protocol of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
