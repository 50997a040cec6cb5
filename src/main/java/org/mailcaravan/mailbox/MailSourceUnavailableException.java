package org.mailcaravan.mailbox;

/** Broken surroundings: connection refused or cut, time-out, 5xx. Try again with back-off. */
public final class MailSourceUnavailableException extends MailSourceException {
    public MailSourceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public MailSourceUnavailableException(String message) {
        super(message);
    }
}
