package org.mailcaravan.ingest;

import java.util.Collection;
import java.util.Locale;

/** How a delivery ended; of several the gravest says how the message ended. */
public enum Settlement {
    /** A sink left the message out, by a named rule. */
    FILTERED,
    /** A sink confirmed it. */
    DELIVERED,
    /** A sink gave it up. */
    DEAD;

    /** The word in headers and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Dead if it is dead at any sink, else delivered if any sink has it, else filtered. */
    static Settlement of(Collection<String> words) {
        return words.stream()
                .map(word -> valueOf(word.toUpperCase(Locale.ROOT)))
                .max(Settlement::compareTo)
                .orElseThrow(() -> new IllegalStateException("no sink was ever promised this message"));
    }
}
