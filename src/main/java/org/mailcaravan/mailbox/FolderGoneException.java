package org.mailcaravan.mailbox;

/** The folder is not there any more. Its messages, if they still exist, lie in other folders; folders are to be looked up again. */
public final class FolderGoneException extends MailSourceException {
    public FolderGoneException(String message) {
        super(message);
    }
}
