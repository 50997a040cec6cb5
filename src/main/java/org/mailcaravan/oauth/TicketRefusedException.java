package org.mailcaravan.oauth;

/** A ticket cannot be made for these values; the message names the remedy. */
public final class TicketRefusedException extends RuntimeException {
    private final String error;

    TicketRefusedException(String error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /** A word for programs, as RFC 6749 section 5.2 spells its own: {@code invalid_request} or {@code unknown_mail_server}. */
    String error() {
        return error;
    }
}
