package org.mailcaravan.cutover;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.ingest.Mailboxes;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of mailboxes that are read through EWS where it ends, from the first day on: consent takes time. Thread-safe. */
public final class EwsWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(EwsWarnings.class);

    private final Mailboxes mailboxes;
    private final EwsReports reports;
    private final Grants grants;
    private final Set<MailboxId> told = ConcurrentHashMap.newKeySet();

    public EwsWarnings(Mailboxes mailboxes, EwsReports reports, Grants grants) {
        this.mailboxes = mailboxes;
        this.reports = reports;
        this.grants = grants;
    }

    /** What there is to say of a mailbox; empty if it is not read through EWS, or EWS does not end there. */
    public Optional<String> of(Mailbox mailbox) {
        return reports.daysLeft()
                .filter(days -> mailbox.protocol() == Protocol.EWS)
                .map(days -> "read through EWS, which "
                        + (days >= 0 ? "ends there in " + days + " days" : "ended there " + -days + " days ago")
                        + grants.missing(mailbox)
                                .map(permission ->
                                        "; Graph needs an administrator's consent to " + permission + " first")
                                .orElse("")
                        + ". Next: 'mailcaravan cutover plan " + mailbox.id() + "'");
    }

    /** Logs each such mailbox once; to be called now and then. */
    public void look() {
        if (reports.daysLeft().isPresent()) {
            mailboxes.readBy(Protocol.EWS).stream()
                    .filter(mailbox -> told.add(mailbox.id()))
                    .forEach(mailbox ->
                            of(mailbox).ifPresent(warning -> LOG.warn("mailbox {} is {}", mailbox.id(), warning)));
        }
    }
}
