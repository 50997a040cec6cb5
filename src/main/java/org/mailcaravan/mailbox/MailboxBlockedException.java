package org.mailcaravan.mailbox;

/** The mailbox is not to be read this way: EWS switched off, no licence, account disabled, no such mailbox. An administrator must act. */
public final class MailboxBlockedException extends MailSourceException {
    private final String remedy;
    private final boolean policy;

    /** @param remedy what the administrator must do, in plain words */
    public MailboxBlockedException(String reason, String remedy) {
        this(reason, remedy, false);
    }

    private MailboxBlockedException(String reason, String remedy, boolean policy) {
        super(reason + " " + remedy);
        this.remedy = remedy;
        this.policy = policy;
    }

    /**
     * A policy of the organisation keeps this application or mailbox from the protocol. A policy takes up to a day to reach all servers, and their answers differ
     * meanwhile: one such answer proves nothing.
     */
    public static MailboxBlockedException byPolicy(String reason, String remedy) {
        return new MailboxBlockedException(reason, remedy, true);
    }

    public String remedy() {
        return remedy;
    }

    /** Whether a policy says so, see {@link #byPolicy}. */
    public boolean isPolicy() {
        return policy;
    }
}
