package org.mailcaravan.sandbox.mail;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who hears of the changes of one mailbox; all of them under its lock. */
final class MailboxListeners {
    private final Clock clock;
    private final List<Consumer<FolderChange>> changes = new CopyOnWriteArrayList<>();
    private final List<Consumer<MailboxEvent>> events = new CopyOnWriteArrayList<>();

    MailboxListeners(Clock clock) {
        this.clock = clock;
    }

    void onChange(Consumer<FolderChange> listener) {
        changes.add(listener);
    }

    void onEvent(Consumer<MailboxEvent> listener) {
        events.add(listener);
    }

    void changed(FolderChange change) {
        changes.forEach(listener -> listener.accept(change));
    }

    SandboxMessage tell(MailboxEvent.Kind kind, SandboxMessage message) {
        tell(kind, MailboxEvent.Entry.of(message), Optional.empty());
        return message;
    }

    SandboxMessage tell(MailboxEvent.Kind kind, SandboxMessage message, SandboxMessage old) {
        tell(kind, MailboxEvent.Entry.of(message), Optional.of(MailboxEvent.Entry.of(old)));
        return message;
    }

    SandboxFolder tell(MailboxEvent.Kind kind, SandboxFolder folder) {
        tell(kind, MailboxEvent.Entry.of(folder), Optional.empty());
        return folder;
    }

    SandboxFolder tell(MailboxEvent.Kind kind, SandboxFolder folder, SandboxFolder old) {
        tell(kind, MailboxEvent.Entry.of(folder), Optional.of(MailboxEvent.Entry.of(old)));
        return folder;
    }

    private void tell(MailboxEvent.Kind kind, MailboxEvent.Entry entry, Optional<MailboxEvent.Entry> old) {
        MailboxEvent event = new MailboxEvent(kind, entry, old, clock.instant());
        events.forEach(listener -> listener.accept(event));
    }
}
