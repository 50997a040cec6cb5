package org.mailcaravan.oauth;

import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.StaleCredentialException;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code connectMailbox}: looks into the mailbox, then keeps credential and mailbox and spends the ticket, all or nothing. */
public final class ConnectMailbox {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectMailbox.class);
    private static final int MOST_TRIES = 3;
    private final OAuthSettings settings;
    private final Transactions transactions;
    private final CredentialRepository credentials;
    private final MailboxDirectory mailboxes;
    private final MailboxProbe probe;
    private final ConnectTickets tickets;

    ConnectMailbox(
            OAuthSettings settings,
            Transactions transactions,
            CredentialRepository credentials,
            MailboxDirectory mailboxes,
            MailboxProbe probe,
            ConnectTickets tickets) {
        this.settings = settings;
        this.transactions = transactions;
        this.credentials = credentials;
        this.mailboxes = mailboxes;
        this.probe = probe;
        this.tickets = tickets;
    }

    /** @throws ConnectEndedException if the mailbox cannot be read */
    public ConnectCandidate probe(ConnectCandidate candidate) {
        try {
            probe.probe(mailbox(candidate, credential(candidate).id()), candidate.readingToken());
            return candidate;
        } catch (MailSourceException e) {
            throw ConnectFailures.of(e);
        }
    }

    /**
     * Connects the mailbox, or renews the grant of one that this account connected before: an account is its tenant and object id (S15).
     *
     * @throws ConnectEndedException if the ticket was spent meanwhile; nothing is stored then
     */
    public void store(ConnectCandidate candidate) {
        Mailbox stored = storeAnew(candidate);
        LOG.info(
                "connecting {}: mailbox {} is connected over {}, credential {}",
                candidate.signIn().reference(),
                stored.id(),
                stored.protocol().word(),
                stored.credential());
    }

    // the same account may be stored by somebody else at the same time, or its token refreshed: then the newer state is
    // read
    private Mailbox storeAnew(ConnectCandidate candidate) {
        for (int tries = 1; ; tries++) {
            try {
                return transactions.call(connection -> storeOnce(candidate));
            } catch (StaleCredentialException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            } catch (DatabaseException e) {
                if (tries == MOST_TRIES || !e.duplicateKey()) {
                    throw e;
                }
            }
        }
    }

    private Mailbox storeOnce(ConnectCandidate candidate) {
        MailboxCredential credential = credentials.save(credential(candidate));
        Mailbox mailbox = mailbox(candidate, credential.id());
        mailboxes.save(mailbox);
        candidate.signIn().ticket().ifPresent(ticket -> {
            if (!tickets.spend(ticket.hash())) {
                throw ConnectStart.unusableTicket();
            }
        });
        return mailbox;
    }

    private MailboxCredential credential(ConnectCandidate candidate) {
        Identity who = candidate.identity();
        String registration = candidate.signIn().registration().name();
        Optional<MailboxCredential> known = credentials.find(registration, who.tenant(), who.objectId());
        return new MailboxCredential(
                known.map(MailboxCredential::id).orElseGet(CredentialId::random),
                registration,
                who.tenant(),
                who.objectId(),
                Optional.of(candidate.refreshToken()),
                candidate.grantedAt(),
                candidate.graphToken(),
                candidate.exchangeToken(),
                candidate.scopes(),
                known.map(MailboxCredential::version).orElse(0L));
    }

    private Mailbox mailbox(ConnectCandidate candidate, CredentialId credential) {
        Identity who = candidate.identity();
        Optional<Mailbox> known = mailboxes.find(who.tenant(), who.objectId());
        Optional<Instant> from =
                settings.mailbox().deliverFromNow() ? Optional.of(candidate.grantedAt()) : Optional.empty();
        return new Mailbox(
                known.map(Mailbox::id).orElseGet(MailboxId::random),
                who.tenant(),
                who.objectId(),
                candidate.address(),
                credential,
                candidate.protocol(),
                Access.OWNER,
                known.map(Mailbox::folders).orElse(settings.mailbox().folders()),
                known.map(Mailbox::deliverFrom).orElse(from));
    }
}
