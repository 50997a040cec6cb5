package org.mailcaravan.ews;

import java.io.IOException;

/** One message's content cannot be used; the answer around it can. */
final class UnusableContentException extends IOException {
    private final boolean passing;

    /** @param reason completes "the message was not stored: …"; no mail */
    UnusableContentException(String reason) {
        this(reason, false);
    }

    private UnusableContentException(String reason, boolean passing) {
        super(reason);
        this.passing = passing;
    }

    /** The server itself has it whole, and will hand it out whole later. */
    static UnusableContentException forNow(String reason) {
        return new UnusableContentException(reason, true);
    }

    boolean isPassing() {
        return passing;
    }
}
