package org.mailcaravan.oauth;

/** Connecting ends here with a page in plain words; nothing was stored. The message is for the log and holds nothing a caller sent. */
public final class ConnectEndedException extends RuntimeException {
    private final transient Notice notice;

    ConnectEndedException(String reason, Notice notice) {
        super(reason, null, false, false);
        this.notice = notice;
    }

    /** The request itself is broken. */
    static ConnectEndedException malformed(String reason) {
        return new ConnectEndedException(
                reason,
                new Notice(
                        400,
                        "This address is not complete",
                        "The page was opened with an address that does not belong to a running sign-in.",
                        "Open your connect link again and start from there."));
    }

    /** What to do next, in plain words. */
    public String remedy() {
        return notice.next();
    }

    /** What the person gets to see. */
    Notice notice() {
        return notice;
    }

    /**
     * A page without a button.
     *
     * @param status of the HTTP answer
     * @param happened one or two sentences
     * @param next what the person can do now
     */
    record Notice(int status, String title, String happened, String next) {}
}
