package org.mailcaravan.graph;

import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.ingest.Subscriptions;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;

/**
 * Change notifications of Microsoft Graph: keeps the mailboxes' subscriptions and takes what they announce. All of it is hints; without them mail comes later.
 * Thread-safe.
 */
public final class GraphNotifications implements AutoCloseable {
    private final NotificationInbox inbox;
    private final MailboxSubscriptions watch;

    /**
     * What the rooms around it give.
     *
     * @param source asked for when the first mailbox is read, when the component has started
     * @param random makes secrets: a {@link java.security.SecureRandom}
     */
    public record Surroundings(
            Supplier<GraphMailSource> source, Subscriptions subscriptions, RandomGenerator random, Clock clock) {}

    /**
     * @param url what Graph calls: reachable from the internet over https; the sandbox also takes http on loopback
     * @param wake pulls the reading of mailboxes forward; called by one thread of ours
     */
    public GraphNotifications(URI url, Surroundings surroundings, Consumer<Collection<MailboxId>> wake) {
        inbox = new NotificationInbox(surroundings.subscriptions(), wake);
        watch = new MailboxSubscriptions(
                url,
                surroundings.source(),
                surroundings.subscriptions(),
                inbox,
                surroundings.random(),
                surroundings.clock());
    }

    /** What the tasks of mailboxes read through Graph ask before they read. */
    public MailboxWatch watch() {
        return watch;
    }

    /** To be called before a mailbox is disconnected: afterwards there is no grant left to end its subscription with. Never fails. */
    public void end(Mailbox mailbox) {
        watch.end(mailbox);
    }

    /** The beans of the route {@code mail-notifications}, by name. */
    public Map<String, Object> beans() {
        return Map.of(
                "mailNotifications", new NotificationHttp(inbox), "mailNotificationHeaders", new NotificationHeaders());
    }

    @Override
    public void close() {
        inbox.close();
    }
}
