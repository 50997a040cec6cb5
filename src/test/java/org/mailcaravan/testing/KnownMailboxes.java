package org.mailcaravan.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.TenantId;

/** A directory of a few mailboxes, for producers. */
public final class KnownMailboxes implements MailboxDirectory {
    private final List<Mailbox> mailboxes = new ArrayList<>();

    public KnownMailboxes(Mailbox... connected) {
        mailboxes.addAll(List.of(connected));
    }

    @Override
    public Optional<Mailbox> find(MailboxId id) {
        return mailboxes.stream().filter(mailbox -> mailbox.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Mailbox> find(TenantId tenant, String objectId) {
        return Optional.empty();
    }

    @Override
    public List<Mailbox> findByAddress(MailboxAddress address) {
        return mailboxes.stream()
                .filter(mailbox -> mailbox.address().value().equalsIgnoreCase(address.value()))
                .toList();
    }

    @Override
    public boolean uses(CredentialId credential) {
        return false;
    }

    @Override
    public void remove(MailboxId id, Mail mail) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void save(Mailbox mailbox) {
        mailboxes.add(mailbox);
    }
}
