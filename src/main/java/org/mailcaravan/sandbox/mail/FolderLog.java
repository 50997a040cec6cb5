package org.mailcaravan.sandbox.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/** One folder's content and change log. Guarded by its mailbox's lock. */
final class FolderLog {
    static final Comparator<SandboxMessage> NEWEST_FIRST = Comparator.comparingLong(SandboxMessage::receivedMs)
            .thenComparingLong(SandboxMessage::number)
            .reversed();

    private final TreeSet<SandboxMessage> messages = new TreeSet<>(NEWEST_FIRST);
    private final List<FolderChange> changes = new ArrayList<>();
    private final Deque<FolderChange> late = new ArrayDeque<>();
    private int unread;

    TreeSet<SandboxMessage> messages() {
        return messages;
    }

    int unread() {
        return unread;
    }

    long sequence() {
        return changes.size();
    }

    void put(SandboxMessage message) {
        take(message);
        messages.add(message);
        unread += message.isRead() ? 0 : 1;
    }

    void take(SandboxMessage message) {
        SandboxMessage known = messages.floor(message);
        if (known != null && known.number() == message.number()) {
            messages.remove(known);
            unread -= known.isRead() ? 0 : 1;
        }
    }

    void log(FolderChange.Kind kind, SandboxMessage message) {
        changes.add(new FolderChange(changes.size() + 1L, kind, message));
    }

    void logLate(FolderChange.Kind kind, SandboxMessage message) {
        late.add(new FolderChange(0, kind, message));
    }

    List<FolderChange> after(long sequence, int limit) {
        int from = (int) Math.min(Math.max(sequence, 0), changes.size());
        int to = Math.min(changes.size(), from + limit);
        List<FolderChange> found = List.copyOf(changes.subList(from, to));
        if (to == changes.size()) {
            releaseLate();
        }
        return found;
    }

    private void releaseLate() {
        for (FolderChange change = late.poll(); change != null; change = late.poll()) {
            log(change.kind(), change.message());
        }
    }
}
