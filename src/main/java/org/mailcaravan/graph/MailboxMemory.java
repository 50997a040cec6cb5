package org.mailcaravan.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailboxId;

/** What is remembered of a mailbox between slices; forgetting it costs a request, never mail. Thread-safe. */
final class MailboxMemory {
    /** Folder ids are stable; a folder that appears (an archive switched on) is found after this time. */
    static final Duration FOLDERS_KEPT = Duration.ofHours(1);

    private static final int MOST_HALVINGS = 3;

    private final MailboxGate gate;
    private final Map<String, FolderWalk> walks = new ConcurrentHashMap<>();
    private final AtomicInteger halvings = new AtomicInteger();
    private volatile @Nullable Folders folders;

    private volatile @Nullable Set<String> leftOut;

    private record Folders(List<String> names, Map<MailFolder, Integer> found, Instant until) {}

    MailboxMemory(MailboxGate gate) {
        this.gate = gate;
    }

    MailboxGate gate() {
        return gate;
    }

    FolderWalk walk(String folderId) {
        return walks.computeIfAbsent(folderId, id -> new FolderWalk());
    }

    /** The configured size, halved after each page that came too late (504: the page is too heavy) until the round is through. */
    int pageSize(int configured) {
        return Math.max(1, configured >> halvings.get());
    }

    void pageTooHeavy() {
        halvings.updateAndGet(count -> Math.min(count + 1, MOST_HALVINGS));
    }

    void pageArrived(boolean roundComplete) {
        if (roundComplete) {
            halvings.set(0);
        }
    }

    Optional<List<MailFolder>> folders(List<String> names, Instant now) {
        Folders known = folders;
        return known != null && known.names().equals(names) && now.isBefore(known.until())
                ? Optional.of(List.copyOf(known.found().keySet()))
                : Optional.empty();
    }

    /** @param found with the number of messages each holds */
    List<MailFolder> keep(List<String> names, Map<MailFolder, Integer> found, Instant now) {
        folders = new Folders(List.copyOf(names), new LinkedHashMap<>(found), now.plus(FOLDERS_KEPT));
        return List.copyOf(found.keySet());
    }

    /** How many messages the folder held when it was looked up; 0 if it was not. */
    int messagesIn(String folderId) {
        Folders known = folders;
        return known == null
                ? 0
                : known.found().entrySet().stream()
                        .filter(folder -> folder.getKey().id().equals(folderId))
                        .mapToInt(Map.Entry::getValue)
                        .findFirst()
                        .orElse(0);
    }

    /** Ids of folders that {@code *} does not mean; they never change. */
    Set<String> leftOut(Supplier<Set<String>> lookUp) {
        Set<String> known = leftOut;
        if (known == null) {
            known = Set.copyOf(lookUp.get());
            leftOut = known;
        }
        return known;
    }

    void forgetFolders() {
        folders = null;
    }

    /** The memories of the mailboxes read most recently. */
    static final class Shelf {
        private static final int SIZE = 20_000;

        private final Supplier<MailboxGate> gates;
        private final Map<MailboxId, MailboxMemory> memories = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<MailboxId, MailboxMemory> eldest) {
                return size() > SIZE;
            }
        };

        Shelf(Supplier<MailboxGate> gates) {
            this.gates = gates;
        }

        MailboxMemory of(MailboxId id) {
            synchronized (memories) {
                return memories.computeIfAbsent(id, unknown -> new MailboxMemory(gates.get()));
            }
        }

        /** For what belongs to no mailbox. */
        MailboxGate newGate() {
            return gates.get();
        }

        List<MailboxGate> gates() {
            synchronized (memories) {
                return memories.values().stream().map(MailboxMemory::gate).toList();
            }
        }
    }
}
