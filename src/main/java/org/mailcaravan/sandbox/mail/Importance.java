package org.mailcaravan.sandbox.mail;

import java.util.Locale;

/** PidTagImportance; Graph writes it in lower case, EWS capitalised. */
public enum Importance {
    LOW("Low"),
    NORMAL("Normal"),
    HIGH("High");

    private final String ewsName;

    Importance(String ewsName) {
        this.ewsName = ewsName;
    }

    /** {@code low}, {@code normal} or {@code high}. */
    public String graphName() {
        return ewsName.toLowerCase(Locale.ROOT);
    }

    /** {@code Low}, {@code Normal} or {@code High}. */
    public String ewsName() {
        return ewsName;
    }
}
