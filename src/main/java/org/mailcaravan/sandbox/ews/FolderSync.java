package org.mailcaravan.sandbox.ews;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.mailcaravan.sandbox.mail.FolderChange;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * One folder's synchronisation: first the content, newest first, then the changes since the listing began. Several changes of
 * one item within a page become one, the net effect.
 */
final class FolderSync {
    private final SandboxMailbox mailbox;
    private final SandboxFolder folder;

    /** What the client is told. */
    enum Kind {
        CREATE,
        UPDATE,
        DELETE,
        READ_FLAG_CHANGE
    }

    record Change(Kind kind, SandboxMessage message) {}

    /** @param last whether nothing more is waiting */
    record Page(SyncPosition next, boolean last, List<Change> changes) {}

    FolderSync(SandboxMailbox mailbox, SandboxFolder folder) {
        this.mailbox = mailbox;
        this.folder = folder;
    }

    Page first(int generation, int limit) {
        SyncPosition start =
                new SyncPosition(folder.ewsId(), generation, mailbox.sequence(folder), OptionalLong.empty(), 0);
        return listing(start, Optional.empty(), limit);
    }

    Page next(SyncPosition from, int limit) {
        return from.listedTo().isPresent()
                ? listing(from, Optional.of(message(from.listedTo().getAsLong())), limit)
                : changes(from, limit);
    }

    /** Messages stay known by number wherever they went, so a listing goes on although its last message was moved or deleted. */
    private SandboxMessage message(long number) {
        return mailbox.findMessage(number)
                .or(() -> mailbox.deletedMessages().stream()
                        .filter(message -> message.number() == number)
                        .findFirst())
                .orElseThrow(() -> new IllegalStateException("A message without a trace"));
    }

    private Page listing(SyncPosition from, Optional<SandboxMessage> after, int limit) {
        List<SandboxMessage> more = mailbox.messages(folder, after, limit + 1);
        List<SandboxMessage> page = more.subList(0, Math.min(limit, more.size()));
        List<Change> changes =
                page.stream().map(message -> new Change(Kind.CREATE, message)).toList();
        if (more.size() > limit) {
            return new Page(from.listed(page.get(limit - 1).number(), limit), false, changes);
        }
        boolean quiet = mailbox.sequence(folder) == from.sequence();
        return new Page(from.read(from.sequence(), page.size()), quiet, changes);
    }

    private Page changes(SyncPosition from, int limit) {
        long newest = mailbox.sequence(folder);
        List<FolderChange> lines = mailbox.changes(folder, from.sequence(), limit);
        long reached =
                lines.isEmpty() ? from.sequence() : lines.get(lines.size() - 1).sequence();
        List<Change> changes = net(lines);
        return new Page(from.read(reached, changes.size()), lines.size() < limit || reached == newest, changes);
    }

    private List<Change> net(List<FolderChange> lines) {
        Map<String, Change> net = new LinkedHashMap<>();
        for (FolderChange line : lines) {
            String id = line.message().itemId();
            Change before = net.remove(id);
            Kind kind = before == null ? kind(line) : combined(before.kind(), kind(line));
            net.put(id, new Change(kind, line.message()));
        }
        return net.values().stream().flatMap(change -> asOfNow(change).stream()).toList();
    }

    /** An item that has left since is not reported as there any more; its deletion follows, perhaps of an item never seen. */
    private Optional<Change> asOfNow(Change change) {
        return change.kind() == Kind.DELETE
                ? Optional.of(change)
                : mailbox.findMessage(change.message().itemId()).map(message -> new Change(change.kind(), message));
    }

    private static Kind kind(FolderChange line) {
        return switch (line.kind()) {
            case CREATED -> Kind.CREATE;
            case UPDATED -> Kind.UPDATE;
            case READ_FLAG -> Kind.READ_FLAG_CHANGE;
            case REMOVED_DELETED, REMOVED_CHANGED -> Kind.DELETE;
        };
    }

    /**
     * A deletion stands, even of an item created on the same page: a listing under way may have shown it already. No id comes
     * back, only its log line may be late.
     */
    private static Kind combined(Kind before, Kind now) {
        if (before == Kind.DELETE || now == Kind.DELETE) {
            return Kind.DELETE;
        }
        return before == Kind.CREATE || now == Kind.READ_FLAG_CHANGE ? before : now;
    }
}
