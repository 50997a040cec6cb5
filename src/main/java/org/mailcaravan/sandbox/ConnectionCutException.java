package org.mailcaravan.sandbox;

import java.io.IOException;

/** The connection is to be closed without finishing the answer: a planned fault, or a handler that failed after its head was out. */
final class ConnectionCutException extends IOException {
    ConnectionCutException(String reason) {
        super(reason);
    }

    ConnectionCutException(Throwable cause) {
        super("the handler failed after the head was sent", cause);
    }
}
