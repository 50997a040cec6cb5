package org.mailcaravan.cutover;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.ingest.ProtocolChange;
import org.mailcaravan.ingest.ProtocolChanges;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/** The way of a mailbox from EWS to Graph, and back. Thread-safe. */
public final class Cutovers {
    private static final int SAMPLE = 5;

    private final MailSource graph;
    private final MailSource ews;
    private final Grants grants;
    private final ProtocolChanges changes;

    public Cutovers(MailSource graph, MailSource ews, Grants grants, ProtocolChanges changes) {
        this.graph = graph;
        this.ews = ews;
        this.grants = grants;
        this.changes = changes;
    }

    private Sides sides(Mailbox mailbox) {
        return new Sides(graph, ews, mailbox);
    }

    /**
     * Finds out whether and how a mailbox can be moved to Graph. Changes nothing.
     *
     * @param consentLink makes the link by which an administrator consents to Graph, for an app registration by its name; asked only if it is needed
     */
    public CutoverPlan plan(Mailbox mailbox, Function<String, String> consentLink) {
        return new Planning(sides(mailbox), grants, changes, SAMPLE).make(consentLink);
    }

    /** As the other, without a link and without a look at messages. */
    CutoverPlan planBriefly(Mailbox mailbox) {
        return new Planning(sides(mailbox), grants, changes, 0).make(registration -> "");
    }

    /**
     * Reads a mailbox through both protocols and compares. Delivers nothing and changes nothing.
     *
     * @param sample how many messages of each folder are compared byte by byte
     * @throws MailSourceException if one of them does not answer
     */
    public List<FolderDifference> shadow(Mailbox mailbox, int sample) {
        Planning.probe(grants, sides(mailbox));
        return new Shadow(sides(mailbox), changes).compare(sample);
    }

    /**
     * Has the mailbox moved to Graph by its own task; {@link ProtocolChanges#find} tells how far it is.
     *
     * @param plan an earlier one of this mailbox, for what it is to be read from
     * @return empty if it is read through Graph
     */
    public Optional<ProtocolChange> begin(CutoverPlan plan, boolean automatic) {
        return changes.begin(plan.mailbox(), Protocol.GRAPH, plan.folders(), automatic);
    }

    /**
     * Has the mailbox moved back to EWS.
     *
     * @return empty if it is read through EWS; a move to Graph that had not come to its switch is taken back
     * @throws MailSourceException if EWS does not answer for it
     */
    public Optional<ProtocolChange> rollback(Mailbox mailbox) {
        if (mailbox.protocol() == Protocol.GRAPH) {
            AccessToken token = grants.acquire(mailbox, Protocol.EWS);
            ews.probe(mailbox.by(Protocol.EWS), token);
        }
        List<String> folders = changes.foldersBefore(mailbox.id()).orElse(mailbox.folders());
        return changes.begin(mailbox.id(), Protocol.EWS, folders, false);
    }
}
