package org.mailcaravan.oauth;

import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;

/** How connecting one mailbox without a browser ended. */
public sealed interface ConnectResult {
    /** It is connected and will be read. */
    record Connected(MailboxId mailbox, Protocol protocol) implements ConnectResult {}

    /**
     * It is not connected; nothing was stored for it.
     *
     * @param reason what happened
     * @param remedy what to do next, in plain words
     */
    record Refused(String reason, String remedy) implements ConnectResult {
        static Refused of(ConnectEndedException end) {
            return new Refused(end.notice().happened(), end.notice().next());
        }
    }
}
