package org.mailcaravan.mailbox;

/** An answer that is not what the protocol promises (cut, broken, foreign link). The page is rejected whole, the cursor stays; try again with back-off. */
public final class MalformedAnswerException extends MailSourceException {
    public MalformedAnswerException(String message, Throwable cause) {
        super(message, cause);
    }

    public MalformedAnswerException(String message) {
        super(message);
    }
}
