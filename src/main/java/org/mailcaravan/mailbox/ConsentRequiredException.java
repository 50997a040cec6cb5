package org.mailcaravan.mailbox;

/** The grant is gone or too small: a person must sign in again, or an administrator must consent. Trying again does not help. */
public final class ConsentRequiredException extends MailSourceException {
    private final String remedy;

    /** @param remedy what the person must do, in plain words */
    public ConsentRequiredException(String reason, String remedy) {
        super(reason + " " + remedy);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
