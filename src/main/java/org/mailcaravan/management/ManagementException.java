package org.mailcaravan.management;

/** The running process cannot be asked, or refused. The message names the remedy. */
public final class ManagementException extends RuntimeException {
    private final boolean absent;

    ManagementException(String message, boolean absent) {
        super(message);
        this.absent = absent;
    }

    /** Whether there is no process to ask, as far as one can tell. */
    public boolean absent() {
        return absent;
    }
}
