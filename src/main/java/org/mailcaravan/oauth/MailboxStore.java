package org.mailcaravan.oauth;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.credential.StaleCredentialException;
import org.mailcaravan.credential.StoredToken;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;

/** Keeps a grant and the mailbox that is read with it, both or neither. One account has one credential per app registration, however many mailboxes it opens. */
final class MailboxStore {
    private static final int MOST_TRIES = 3;
    private final MailboxDefaults defaults;
    private final Transactions transactions;
    private final CredentialRepository credentials;
    private final MailboxDirectory mailboxes;

    MailboxStore(
            MailboxDefaults defaults,
            Transactions transactions,
            CredentialRepository credentials,
            MailboxDirectory mailboxes) {
        this.defaults = defaults;
        this.transactions = transactions;
        this.credentials = credentials;
        this.mailboxes = mailboxes;
    }

    /**
     * What was granted, and to whom.
     *
     * @param objectId the account that granted it, or the client id of an application that asks as itself
     * @param refreshToken empty for an application
     */
    record Granted(
            String registration,
            TenantId tenant,
            String objectId,
            Optional<Secret> refreshToken,
            Instant at,
            Optional<StoredToken> graphToken,
            Optional<StoredToken> exchangeToken,
            Set<String> scopes) {
        @Override
        public String toString() {
            return "Granted[...]";
        }
    }

    /** The mailbox as it would be stored; nothing is stored by this. */
    Mailbox candidate(Granted granted, ConnectCandidate.Target target, Protocol protocol) {
        return mailbox(granted, target, protocol, credential(granted).id());
    }

    /**
     * One transaction; the same account may be stored by somebody else at the same time, or its token refreshed: then the newer state is read.
     *
     * @param alongside done in the same transaction; may throw
     */
    Mailbox store(Granted granted, ConnectCandidate.Target target, Protocol protocol, Runnable alongside) {
        for (int tries = 1; ; tries++) {
            try {
                return transactions.call(connection -> storeOnce(granted, target, protocol, alongside));
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

    private Mailbox storeOnce(Granted granted, ConnectCandidate.Target target, Protocol protocol, Runnable alongside) {
        MailboxCredential credential = credentials.save(credential(granted));
        Mailbox mailbox = mailbox(granted, target, protocol, credential.id());
        mailboxes.save(mailbox);
        alongside.run();
        return mailbox;
    }

    private MailboxCredential credential(Granted granted) {
        Optional<MailboxCredential> known =
                credentials.find(granted.registration(), granted.tenant(), granted.objectId());
        return new MailboxCredential(
                known.map(MailboxCredential::id).orElseGet(CredentialId::random),
                granted.registration(),
                granted.tenant(),
                granted.objectId(),
                granted.refreshToken(),
                granted.at(),
                granted.graphToken(),
                granted.exchangeToken(),
                granted.scopes(),
                known.map(MailboxCredential::version).orElse(0L));
    }

    private Mailbox mailbox(
            Granted granted, ConnectCandidate.Target target, Protocol protocol, CredentialId credential) {
        Optional<Mailbox> known = mailboxes.find(granted.tenant(), target.objectId());
        Optional<Instant> from = defaults.deliverFromNow() ? Optional.of(granted.at()) : Optional.empty();
        return new Mailbox(
                known.map(Mailbox::id).orElseGet(MailboxId::random),
                granted.tenant(),
                target.objectId(),
                target.address(),
                credential,
                protocol,
                target.access(),
                known.map(Mailbox::folders).orElse(defaults.folders()),
                known.map(Mailbox::deliverFrom).orElse(from));
    }
}
