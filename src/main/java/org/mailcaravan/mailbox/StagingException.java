package org.mailcaravan.mailbox;

/** Our own staging place is full or broken; nothing was taken. Intake pauses and the mailbox itself is the queue. */
public final class StagingException extends RuntimeException {
    public StagingException(String message, Throwable cause) {
        super(message, cause);
    }

    public StagingException(String message) {
        super(message);
    }
}
