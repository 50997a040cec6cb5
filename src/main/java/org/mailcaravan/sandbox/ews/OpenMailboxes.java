package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/**
 * The mailboxes that one request reaches.
 *
 * @param own the one it acts for: the signed-in user's or the impersonated one
 * @param all among which are those that Exchange opens to the owner of it
 */
record OpenMailboxes(SandboxMailbox own, SiteMailboxes all, SandboxDirectory directory) {
    static final Problem UNKNOWN_ADDRESS =
            new Problem("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.");

    private static final Problem CLOSED =
            new Problem("ErrorAccessDenied", "Access is denied. Check credentials and try again.");

    /** The mailbox that a {@code t:Mailbox} names. */
    Outcome<SandboxMailbox> findByAddress(String address) {
        Optional<SandboxMailbox> named = all.findByAddress(address);
        return named.filter(this::isOpen)
                .map(Outcome::of)
                .orElseGet(() -> Outcome.failed(named.isPresent() ? CLOSED : UNKNOWN_ADDRESS));
    }

    /** The mailbox that an item or folder id leads to; a closed one is as good as none, so that nobody learns what it holds. */
    Optional<SandboxMailbox> findByItem(String id) {
        return all.findByItem(id).filter(this::isOpen);
    }

    private boolean isOpen(SandboxMailbox mailbox) {
        return mailbox.ownerId().equals(own.ownerId())
                || directory.isDelegate(
                        mailbox.ownerId().toString(), own.ownerId().toString());
    }
}
