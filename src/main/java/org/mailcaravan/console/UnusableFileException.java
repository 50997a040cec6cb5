package org.mailcaravan.console;

import java.io.IOException;

/** The users file is there and will not do. The message says why and never holds what is in it. */
final class UnusableFileException extends IOException {
    UnusableFileException(String message) {
        super(message);
    }
}
