package org.mailcaravan.mailbox;

import java.util.List;
import java.util.Optional;

/** The connected mailboxes. Calls join the caller's transaction, if there is one, so that a mailbox appears together with its credential. */
public interface MailboxDirectory {
    Optional<Mailbox> find(MailboxId id);

    /** The mailbox of this account, if it is connected; an account is its tenant and object id, never its address. */
    Optional<Mailbox> find(TenantId tenant, String objectId);

    /** The mailboxes that receive mail at this address, in any case: a hint for a person's convenience, never an identity. */
    List<Mailbox> findByAddress(String address);

    /**
     * Connects a mailbox, or takes over the new credential, address, access, folders and protocol of one that is already connected (its ledger, cursors
     * and {@code deliverFrom} stay), and makes it due for reading at once.
     */
    void save(Mailbox mailbox);
}
