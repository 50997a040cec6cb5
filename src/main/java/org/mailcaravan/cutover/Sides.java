package org.mailcaravan.cutover;

import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageNames;
import org.mailcaravan.mailbox.Protocol;

/** One mailbox seen from both sides. */
record Sides(MailSource graph, MailSource ews, Mailbox mailbox) {
    Mailbox onGraph() {
        return mailbox.by(Protocol.GRAPH);
    }

    Mailbox onEws() {
        return mailbox.by(Protocol.EWS);
    }

    MessageNames names() {
        return graph.names().orElseThrow();
    }
}
