package org.mailcaravan.mailbox;

import java.util.List;
import java.util.Optional;

/** The connected mailboxes. Calls join the caller's transaction, if there is one, so that a mailbox appears together with its credential. */
public interface MailboxDirectory {
    Optional<Mailbox> find(MailboxId id);

    /** The mailbox of this account, if it is connected; an account is its tenant and object id, never its address. */
    Optional<Mailbox> find(TenantId tenant, String objectId);

    /** The mailboxes that receive mail at this address, in any case of letters; addresses are no identities, so there may be several. */
    List<Mailbox> findByAddress(MailboxAddress address);

    /** Whether any connected mailbox is read with this credential. */
    boolean uses(CredentialId credential);

    /** What becomes of the mail that was taken from a mailbox. */
    enum Mail {
        /** It stays, and what is not delivered yet still is. Connecting the mailbox again goes on where it ended. */
        KEEP,
        /** It goes, with everything that is known about it. */
        PURGE
    }

    /** Ends reading a mailbox: no task works for it any more. Does nothing if there is none. */
    void remove(MailboxId id, Mail mail);

    /**
     * Connects a mailbox, or takes over the new credential, address, access, folders and protocol of one that is already connected (its ledger, cursors
     * and {@code deliverFrom} stay), and makes it due for reading at once.
     */
    void save(Mailbox mailbox);
}
