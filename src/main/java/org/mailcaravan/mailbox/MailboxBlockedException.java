package org.mailcaravan.mailbox;

/** The mailbox is not to be read this way: EWS switched off, no licence, account disabled, no such mailbox. An administrator must act. */
public final class MailboxBlockedException extends MailSourceException {
    private final String remedy;

    /** @param remedy what the administrator must do, in plain words */
    public MailboxBlockedException(String reason, String remedy) {
        super(reason + " " + remedy);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
