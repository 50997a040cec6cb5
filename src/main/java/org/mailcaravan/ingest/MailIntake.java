package org.mailcaravan.ingest;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;

/**
 * Where the consumers of the protocol components register. The intake owns scheduling, cursors, ledger and staging: one durable task per mailbox walks its
 * folders through the source and hands every staged message to the handler. A consumer has no polling thread of its own.
 */
public interface MailIntake {
    /**
     * Starts reading the mailboxes whose protocol is the source's.
     *
     * @param handler called by several threads, once per message
     * @return closes the registration: no further hand-over begins, those under way end
     * @throws IllegalStateException if the protocol has a handler already
     */
    default Registration register(MailSource source, ArrivalHandler handler) {
        return register(source, Choice.EVERYTHING, handler);
    }

    /**
     * As the other, for some mailboxes of the protocol only. Who chose one mailbox is preferred to who takes them all.
     *
     * @throws IllegalStateException if another handler made the same choice
     */
    Registration register(MailSource source, Choice choice, ArrivalHandler handler);

    /**
     * Which mailboxes are read, and as what.
     *
     * @param mailbox our id or an address of one mailbox; an asterisk: all
     * @param view may replace the folders, and from when mail is delivered
     */
    record Choice(String mailbox, UnaryOperator<Mailbox> view) {
        static final Choice EVERYTHING = new Choice("*", UnaryOperator.identity());

        boolean isGeneral() {
            return mailbox.equals("*");
        }

        boolean takes(Mailbox candidate) {
            return isGeneral()
                    || candidate.id().toString().equalsIgnoreCase(mailbox)
                    || candidate.address().value().equalsIgnoreCase(mailbox);
        }
    }

    /** A registered consumer. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes over messages. */
    @FunctionalInterface
    interface ArrivalHandler {
        /**
         * @return completes when the message was taken over (staged, filtered), so that many can be on their way at once; exceptionally, as an exception
         *     does, if it was not: then it is handed over again later
         */
        CompletionStage<?> arrive(ArrivedMessage message) throws Exception;
    }
}
