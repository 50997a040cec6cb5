package org.mailcaravan.ingest;

/** Whether a mailbox is being read. */
public enum MailboxState {
    /** It is read on schedule. */
    ACTIVE("active"),
    /** The grant is gone or too small; a person must connect again. Probed every 15 minutes. */
    NEEDS_CONSENT("needs-consent"),
    /**
     * The mailbox cannot be read this way (EWS switched off, no licence, no mailbox); an administrator must act. Probed every 15 minutes, or
     * once a day if a policy says so ({@link PolicyBlocks}).
     */
    BLOCKED("blocked"),
    /** It was taken out; only what was taken from it before is still delivered. */
    DISCONNECTED("disconnected");

    private final String word;

    MailboxState(String word) {
        this.word = word;
    }

    /** The word in the database, in health and in logs. */
    public String word() {
        return word;
    }

    static MailboxState of(String word) {
        for (MailboxState state : values()) {
            if (state.word.equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("unknown mailbox state " + word);
    }
}
