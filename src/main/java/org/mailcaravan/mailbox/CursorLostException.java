package org.mailcaravan.mailbox;

/** The server forgot the cursor (Graph 410/syncStateNotFound/resyncRequired, EWS ErrorInvalidSyncStateData): list the folder from the beginning. */
public final class CursorLostException extends MailSourceException {
    public CursorLostException(String message) {
        super(message);
    }
}
