package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.sandbox.mail.FolderChange;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Builds one page of a message delta: first what the folder holds, newest first, then what changed since, oldest first. */
final class DeltaRound {
    private static final int DEFAULT_PAGE = 10;
    private static final int LARGEST_PAGE = 1000;
    /** A filtered delta answers no more, and does not say so. */
    private static final int FILTERED_LIMIT = 5000;

    private final SandboxMailbox mailbox;
    private final SandboxFolder folder;
    private final DeltaState.Query query;
    private final Prefer prefer;
    private final Selection selection;
    private final MessageFilter filter;
    private final boolean quirks;
    private final List<ObjectNode> rows = new ArrayList<>();

    DeltaRound(SandboxMailbox mailbox, SandboxFolder folder, DeltaState.Query query, Prefer prefer, boolean quirks) {
        this.mailbox = mailbox;
        this.folder = folder;
        this.query = query;
        this.prefer = prefer;
        this.quirks = quirks;
        Optional<String> select = Optional.of(query.select()).filter(text -> !text.isEmpty());
        this.selection = Selection.parse(select, MessageView.PROPERTIES, "microsoft.graph.message");
        this.filter = MessageFilter.parseForDelta(Optional.of(query.filter()).filter(text -> !text.isEmpty()));
    }

    /** The rows of the page that {@link #page} built. */
    List<ObjectNode> rows() {
        return rows;
    }

    /** Builds the page at a place and answers the place after it. */
    DeltaState.Place page(DeltaState.Place place) {
        if (quirks && place.page() == 2) {
            return place.nextPage(0);
        }
        DeltaState.Place read = place.enumerating() ? listed(place) : changed(place);
        DeltaState.Place next = read.roundEnded() ? read : read.nextPage(rows.size());
        return query.top() > 0 && next.served() >= query.top() ? capped(next) : next;
    }

    private DeltaState.Place listed(DeltaState.Place place) {
        int size = size(place);
        List<SandboxMessage> found = query.wants("created") ? accepted(place.last(), size + 1) : List.of();
        List<SandboxMessage> page = found.subList(0, Math.min(size, found.size()));
        repeatLast(place);
        page.forEach(message -> rows.add(full(message)));
        if (found.size() > size && place.served() + rows.size() < limit()) {
            SandboxMessage last = page.get(page.size() - 1);
            return place.listedUpTo(new DeltaState.Listed(last.received().toEpochMilli(), last.number()));
        }
        removeStranger();
        return afterListing(place);
    }

    private DeltaState.Place afterListing(DeltaState.Place place) {
        DeltaState.Place read = place.readUpTo(place.sequence());
        return mailbox.sequence(folder) == place.sequence() ? read.end() : read;
    }

    private List<SandboxMessage> accepted(DeltaState.Listed last, int limit) {
        Instant received = Instant.ofEpochMilli(last.receivedMs());
        return mailbox.messagesAfter(folder, received, last.number(), limit).stream()
                .takeWhile(filter::accepts)
                .toList();
    }

    private DeltaState.Place changed(DeltaState.Place place) {
        int size = size(place);
        long from = replayFrom(place);
        List<FolderChange> changes = mailbox.changes(folder, from, size);
        merged(changes).forEach(this::add);
        long upTo = changes.isEmpty()
                ? place.sequence()
                : changes.get(changes.size() - 1).sequence();
        DeltaState.Place read = place.readUpTo(Math.max(upTo, place.sequence()));
        return changes.size() < size ? read.end() : read;
    }

    /** Now and then a round tells the last change of the round before once more. */
    private long replayFrom(DeltaState.Place place) {
        boolean news = mailbox.sequence(folder) > place.sequence();
        boolean replay = quirks && news && place.page() == 0 && place.sequence() % 5 == 0;
        return Math.max(0, place.sequence() - (replay ? 1 : 0));
    }

    /** Several changes of one message on a page show once, as its newest state; a read flag within a fuller change is silent. */
    private static List<FolderChange> merged(List<FolderChange> changes) {
        Map<Long, FolderChange> byMessage = new LinkedHashMap<>();
        for (FolderChange change : changes) {
            FolderChange known = byMessage.get(change.message().number());
            boolean fuller = known != null
                    && change.kind() == FolderChange.Kind.READ_FLAG
                    && known.kind() != FolderChange.Kind.READ_FLAG;
            if (!fuller) {
                byMessage.remove(change.message().number());
                byMessage.put(change.message().number(), change);
            }
        }
        return List.copyOf(byMessage.values());
    }

    private void add(FolderChange change) {
        SandboxMessage then = change.message();
        Optional<String> removed = change.kind().removedReason();
        if (removed.isPresent()) {
            addRemoved(then, removed.get());
            return;
        }
        Optional<SandboxMessage> now = mailbox.findMessage(then.number())
                .filter(message -> message.folder().equals(folder));
        now.filter(filter::accepts).ifPresent(message -> addPresent(change.kind(), message));
    }

    private void addPresent(FolderChange.Kind kind, SandboxMessage message) {
        if (kind == FolderChange.Kind.READ_FLAG) {
            if (query.wants("updated") && !selection.leavesOut("isRead")) {
                rows.add(MessageView.readFlag(message, prefer));
            }
        } else if (query.wants(kind == FolderChange.Kind.CREATED ? "created" : "updated")) {
            rows.add(full(message));
        }
    }

    private void addRemoved(SandboxMessage message, String reason) {
        if (query.wants("deleted")) {
            rows.add(MessageView.removed(message, reason, prefer));
        }
    }

    private void removeStranger() {
        if (quirks) {
            addRemoved(mailbox.stranger(folder), "deleted");
        }
    }

    /** Now and then a page begins with the last row of the page before. */
    private void repeatLast(DeltaState.Place place) {
        if (quirks && place.page() % 8 == 1) {
            mailbox.findMessage(place.last().number())
                    .filter(message -> message.folder().equals(folder))
                    .ifPresent(message -> rows.add(full(message)));
        }
    }

    private ObjectNode full(SandboxMessage message) {
        ObjectNode row = MessageView.of(message, selection, prefer);
        if (!row.has("@odata.type")) {
            ObjectNode typed = row.objectNode().put("@odata.type", "#microsoft.graph.message");
            return typed.setAll(row);
        }
        return row;
    }

    /** What lies between here and the end of the log is never told: {@code $top} caps the round, not the page. */
    private DeltaState.Place capped(DeltaState.Place place) {
        return place.readUpTo(mailbox.sequence(folder)).end();
    }

    private int size(DeltaState.Place place) {
        int asked = Math.min(prefer.maxPageSize().orElse(DEFAULT_PAGE), LARGEST_PAGE);
        int size = quirks && place.page() % 8 == 4 ? Math.max(1, asked * 9 / 10) : asked;
        return Math.min(size, Math.max(1, limit() - place.served()));
    }

    private int limit() {
        int filtered = query.filter().isEmpty() ? Integer.MAX_VALUE : FILTERED_LIMIT;
        return query.top() > 0 ? Math.min(filtered, query.top()) : filtered;
    }
}
