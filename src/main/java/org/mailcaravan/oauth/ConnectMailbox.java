package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code connectMailbox}: finds and looks into the mailbox, then keeps credential and mailbox and spends the ticket, all or nothing. */
public final class ConnectMailbox {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectMailbox.class);
    private final MailboxStore store;
    private final MailboxProbe probe;
    private final MailboxLookup lookup;
    private final ConnectTickets tickets;

    ConnectMailbox(MailboxStore store, MailboxProbe probe, MailboxLookup lookup, ConnectTickets tickets) {
        this.store = store;
        this.probe = probe;
        this.lookup = lookup;
        this.tickets = tickets;
    }

    /**
     * Decides which mailbox is meant: the person's own, or the shared one that the ticket names, looked up as that person unless the ticket says its object
     * id.
     *
     * @throws ConnectEndedException if the shared mailbox cannot be found
     */
    public ConnectCandidate resolve(ConnectCandidate candidate) {
        Optional<MailboxName> shared = candidate.signIn().shared();
        if (shared.isEmpty()) {
            return candidate;
        }
        try {
            return candidate.withTarget(target(shared.get(), candidate));
        } catch (MailSourceException e) {
            throw ConnectFailures.of(e);
        }
    }

    private ConnectCandidate.Target target(MailboxName name, ConnectCandidate candidate) {
        if (name.objectId().isPresent() && name.address().isPresent()) {
            return new ConnectCandidate.Target(
                    name.objectId().get(), name.address().get(), Access.DELEGATE);
        }
        MailboxLookup.Found found = lookup.fetch(
                name.objectId().orElseGet(() -> name.address().orElseThrow().value()), candidate.graphAccess());
        return new ConnectCandidate.Target(found.objectId(), found.address(), Access.DELEGATE);
    }

    /** @throws ConnectEndedException if the mailbox cannot be read */
    public ConnectCandidate probe(ConnectCandidate candidate) {
        try {
            Mailbox mailbox = store.candidate(granted(candidate), candidate.target(), candidate.protocol());
            probe.probe(mailbox, candidate.readingToken());
            return candidate;
        } catch (MailSourceException e) {
            throw ConnectFailures.of(e);
        }
    }

    /**
     * Connects the mailbox, or renews the grant of one that is connected already: a mailbox is its tenant and object id, and somebody else than its owner takes
     * it over only by a ticket for that very mailbox (S15).
     *
     * @throws ConnectEndedException if the ticket was spent meanwhile; nothing is stored then
     */
    public Mailbox store(ConnectCandidate candidate) {
        Optional<ConnectTicket> ticket = candidate.signIn().ticket();
        Mailbox stored = store.store(
                granted(candidate), candidate.target(), candidate.protocol(), () -> ticket.ifPresent(this::spend));
        LOG.info(
                "connecting {}: mailbox {} is connected over {} by its {}, credential {}",
                candidate.signIn().reference(),
                stored.id(),
                stored.protocol().word(),
                stored.access().word(),
                stored.credential());
        return stored;
    }

    private void spend(ConnectTicket ticket) {
        if (!tickets.spend(ticket.hash())) {
            throw ConnectStart.unusableTicket();
        }
    }

    private static MailboxStore.Granted granted(ConnectCandidate candidate) {
        Identity who = candidate.identity();
        return new MailboxStore.Granted(
                candidate.signIn().registration().name(),
                who.tenant(),
                who.objectId(),
                Optional.of(candidate.refreshToken()),
                candidate.grantedAt(),
                candidate.graphToken(),
                candidate.exchangeToken(),
                candidate.scopes());
    }
}
