package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** The mailboxes that are at one site; those of the other are as good as none. */
record SiteMailboxes(SandboxMailboxes all, EwsSite site) {

    private boolean isHere(SandboxMailbox mailbox) {
        return all.isOnPremises(mailbox) == site.onPremises();
    }

    /** By object id or user principal name. */
    Optional<SandboxMailbox> find(String idOrUserPrincipalName) {
        return all.find(idOrUserPrincipalName).filter(this::isHere);
    }

    Optional<SandboxMailbox> findByAddress(String address) {
        return all.findByAddress(address).filter(this::isHere);
    }

    /** The mailbox that an id leads to. */
    Optional<SandboxMailbox> findByItem(String id) {
        return all.findByItem(id).filter(this::isHere);
    }
}
