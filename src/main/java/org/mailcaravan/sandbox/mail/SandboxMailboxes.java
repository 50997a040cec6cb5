package org.mailcaravan.sandbox.mail;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All mailboxes of the tenant; numbers messages uniquely across them. Thread-safe. */
public final class SandboxMailboxes {
    private final Clock clock;
    private final AtomicLong numbers = new AtomicLong();
    private final List<SandboxMailbox> mailboxes = new ArrayList<>();
    private final Set<UUID> onPremises = ConcurrentHashMap.newKeySet();
    private volatile ClientPolicy clients = ClientPolicy.NONE;

    public SandboxMailboxes(Clock clock) {
        this.clock = clock;
    }

    /** Gives a user a mailbox with the well-known folders, empty. */
    public synchronized SandboxMailbox add(UUID ownerId, String userPrincipalName, String displayName) {
        SandboxMailbox mailbox =
                new SandboxMailbox(ownerId, userPrincipalName, displayName, clock, numbers::incrementAndGet);
        mailboxes.add(mailbox);
        return mailbox;
    }

    /** A mailbox by object id or user principal name, in any case. */
    public synchronized Optional<SandboxMailbox> find(String idOrUserPrincipalName) {
        return mailboxes.stream()
                .filter(mailbox -> mailbox.ownerId().toString().equalsIgnoreCase(idOrUserPrincipalName)
                        || mailbox.userPrincipalName().equalsIgnoreCase(idOrUserPrincipalName))
                .findFirst();
    }

    /** A mailbox by its mail address, in any case. */
    public synchronized Optional<SandboxMailbox> findByAddress(String address) {
        return mailboxes.stream()
                .filter(mailbox -> mailbox.userPrincipalName().equalsIgnoreCase(address))
                .findFirst();
    }

    /** The mailbox that an item or folder id of any form names, whether or not it holds such an item; a broken id names none. */
    public Optional<SandboxMailbox> findByItem(String id) {
        return ExchangeIds.mailboxIn(id).flatMap(this::find);
    }

    /** Whether the mailbox is on the organisation's own Exchange server: then Exchange Online, Graph included, has none of that name. */
    public boolean isOnPremises(SandboxMailbox mailbox) {
        return onPremises.contains(mailbox.ownerId());
    }

    /** Puts a mailbox on the organisation's own server, or into the cloud. */
    public void setOnPremises(SandboxMailbox mailbox, boolean there) {
        if (there) {
            onPremises.add(mailbox.ownerId());
        } else {
            onPremises.remove(mailbox.ownerId());
        }
    }

    /** Which programs are let at the organisation's mail in the cloud. */
    public ClientPolicy clients() {
        return clients;
    }

    public void setClients(ClientPolicy policy) {
        clients = policy;
    }

    public synchronized List<SandboxMailbox> all() {
        return List.copyOf(mailboxes);
    }
}
