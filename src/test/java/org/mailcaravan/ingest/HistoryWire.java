package org.mailcaravan.ingest;

import java.util.SplittableRandom;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** What a history has to know of the protocol by which its mailbox is read. */
interface HistoryWire {
    /** The source, one for each history, so that none inherits what another remembers. */
    MailSource source();

    /** How the server counts requests for the content of messages. */
    String contentRequests();

    /** Everything that the server told before about where reading is no longer holds. */
    void loseCursors();

    /** A kind of request for the content of messages, or of another that is made. */
    String kind(boolean content, SplittableRandom random);

    Faults.Fault fault(boolean content, SplittableRandom random);

    /** A name of a message that stays with it wherever it goes. */
    String name(SandboxMessage message, int letter);

    /** The same name, found in what arrived; empty if there is none. */
    String name(ArrivedMessage message, String text);

    boolean takesMime();

    boolean takesJson();
}
