package org.mailcaravan.mailbox;

/** Counts the requests that mailboxes cost. Called by several threads, once per request; must not wait and must not fail. */
@FunctionalInterface
public interface RequestCounter {
    /** Counts nothing. */
    RequestCounter NONE = (mailbox, protocol, operation) -> {};

    /** @param operation as its protocol names it, for example {@code GetItem} */
    void count(MailboxId mailbox, Protocol protocol, String operation);
}
