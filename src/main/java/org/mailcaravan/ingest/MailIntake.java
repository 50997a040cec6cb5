package org.mailcaravan.ingest;

import org.mailcaravan.mailbox.MailSource;

/**
 * Where the consumers of the protocol components register. The intake owns scheduling, cursors, ledger and staging: one durable task per mailbox walks its
 * folders through the source and hands every staged message to the handler. A consumer has no polling thread of its own.
 */
public interface MailIntake {
    /**
     * Starts reading the mailboxes whose protocol is the source's.
     *
     * @param handler called by several threads, once per message; returning means the message was taken over (staged, filtered), an exception means it was
     *     not, and the message is handed over again later
     * @return closes the registration: no further hand-over begins, those under way end
     * @throws IllegalStateException if the protocol has a handler already
     */
    Registration register(MailSource source, ArrivalHandler handler);

    /** A registered consumer. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes over one message. */
    @FunctionalInterface
    interface ArrivalHandler {
        void arrive(ArrivedMessage message) throws Exception;
    }
}
