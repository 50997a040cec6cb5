package org.mailcaravan.ews;

import java.io.IOException;

/** The answer came, but it is not the XML that EWS promises. Never quotes the answer: that may be mail. */
final class BrokenXmlException extends IOException {
    BrokenXmlException(String message) {
        super(message);
    }
}
