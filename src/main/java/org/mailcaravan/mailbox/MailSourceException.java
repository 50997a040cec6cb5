package org.mailcaravan.mailbox;

/** The mailbox could not be read now; subclasses say what the caller can do about it. Messages never contain tokens or mail. */
public abstract sealed class MailSourceException extends RuntimeException
        permits ThrottledException,
                MailSourceUnavailableException,
                MalformedAnswerException,
                CursorLostException,
                FolderGoneException,
                ConsentRequiredException,
                MailboxBlockedException {
    MailSourceException(String message, Throwable cause) {
        super(message, cause);
    }

    MailSourceException(String message) {
        super(message);
    }
}
