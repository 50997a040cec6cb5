package org.mailcaravan.ews;

import java.time.Clock;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;

/**
 * Streaming notifications of Exchange Web Services: hints of new mail that come within seconds, over connections that this process makes, so that nothing needs to
 * be reachable from outside. Without them mail comes later. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/notification-subscriptions-mailbox-events-and-ews-in-exchange">Notification
 *     subscriptions</a>
 */
public final class EwsStreaming implements AutoCloseable {
    private final StreamingHub hub;

    /**
     * What the rooms around it give.
     *
     * @param source asked for when the first mailbox is read, when the component has started
     * @param mailboxes tells who is still connected
     * @param random spreads what would come at once
     */
    public record Surroundings(
            Supplier<EwsMailSource> source, MailboxDirectory mailboxes, RandomGenerator random, Clock clock) {}

    /** @param wake pulls the reading of mailboxes forward; called by threads of ours */
    public EwsStreaming(Surroundings surroundings, Consumer<Collection<MailboxId>> wake) {
        hub = new StreamingHub(
                new StreamingHub.Surroundings(
                        () -> surroundings.source().get().client(),
                        mailbox -> isRead(surroundings.mailboxes(), mailbox)),
                StreamingHub.Times.USUAL,
                wake,
                surroundings.random(),
                surroundings.clock());
    }

    private static boolean isRead(MailboxDirectory mailboxes, Mailbox mailbox) {
        return mailboxes.findByAddress(mailbox.address()).stream()
                .anyMatch(known -> known.id().equals(mailbox.id())
                        && known.protocol() == mailbox.protocol()
                        && known.credential().equals(mailbox.credential()));
    }

    /** What the tasks of mailboxes read through EWS ask before they read. */
    public MailboxWatch watch() {
        return hub;
    }

    /** To be called before a mailbox is disconnected or moved to another protocol: afterwards its subscription lives on for half an hour. Never fails. */
    public void end(Mailbox mailbox) {
        hub.end(mailbox);
    }

    @Override
    public void close() {
        hub.close();
    }
}
