package org.mailcaravan.ews;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;

/** What was learned about the mailboxes read last. Nothing is lost with it but a request or two. Thread-safe. */
final class MailboxMemory {
    private static final int MOST = 10_000;
    /** What a path or a tree means is looked up after this time. */
    private static final Duration FRESH = Duration.ofHours(1);

    private final Clock clock;
    private final Map<MailboxId, BatchSize> batches = recentlyUsed();
    private final Map<MailboxId, Folders> folders = recentlyUsed();

    MailboxMemory(Clock clock) {
        this.clock = clock;
    }

    private record Folders(List<String> names, List<MailFolder> found, Instant until) {}

    private static <V> Map<MailboxId, V> recentlyUsed() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<MailboxId, V> eldest) {
                return size() > MOST;
            }
        };
    }

    synchronized BatchSize batchSize(Mailbox mailbox) {
        return batches.computeIfAbsent(mailbox.id(), id -> new BatchSize());
    }

    synchronized Optional<List<MailFolder>> folders(Mailbox mailbox) {
        return Optional.ofNullable(folders.get(mailbox.id()))
                .filter(known -> known.names().equals(mailbox.folders()))
                .filter(known -> clock.instant().isBefore(known.until()))
                .map(Folders::found);
    }

    synchronized void remember(Mailbox mailbox, List<MailFolder> found) {
        folders.put(
                mailbox.id(),
                new Folders(mailbox.folders(), found, clock.instant().plus(FRESH)));
    }

    synchronized void forgetFolders(Mailbox mailbox) {
        folders.remove(mailbox.id());
    }
}
