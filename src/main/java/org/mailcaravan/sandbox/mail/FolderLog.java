package org.mailcaravan.sandbox.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One folder's content and change log. Guarded by its mailbox's lock. */
final class FolderLog {
    static final Comparator<SandboxMessage> NEWEST_FIRST = Comparator.comparingLong(SandboxMessage::receivedMs)
            .thenComparingLong(SandboxMessage::number)
            .reversed();

    private final TreeSet<SandboxMessage> messages = new TreeSet<>(NEWEST_FIRST);
    private final List<FolderChange> changes = new ArrayList<>();
    private final Deque<FolderChange> late = new ArrayDeque<>();
    private final Consumer<FolderChange> listener;
    private int unread;

    /** @param listener hears of every change at once, late ones included */
    FolderLog(Consumer<FolderChange> listener) {
        this.listener = listener;
    }

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
        listener.accept(append(kind, message));
    }

    void logLate(FolderChange.Kind kind, SandboxMessage message) {
        FolderChange change = new FolderChange(0, kind, message);
        late.add(change);
        listener.accept(change);
    }

    private FolderChange append(FolderChange.Kind kind, SandboxMessage message) {
        FolderChange change = new FolderChange(changes.size() + 1L, kind, message);
        changes.add(change);
        return change;
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
            append(change.kind(), change.message());
        }
    }
}
