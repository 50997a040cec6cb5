package org.mailcaravan.ews;

import java.io.IOException;

/** One message's content cannot be used; the answer around it can. */
final class UnusableContentException extends IOException {
    /** @param reason completes "the message was not stored: …"; no mail */
    UnusableContentException(String reason) {
        super(reason);
    }
}
