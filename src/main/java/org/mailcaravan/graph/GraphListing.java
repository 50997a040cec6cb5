package org.mailcaravan.graph;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.SyncCursor;

/**
 * Begins large folders in their middle and lists folders. A filtered delta shows at most 5,000 messages and does not say so, hence whatever is begun with one is
 * listed as well.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/message-delta">message: delta</a>
 * @see <a href="https://learn.microsoft.com/graph/api/user-list-messages">List messages</a>
 */
final class GraphListing implements FolderListing {
    private static final int IDS_PER_PAGE = 1000;
    private static final SyncCursor END = new SyncCursor("end");

    private final GraphPages pages;
    private final GraphChanges changes;
    private final MailboxMemory.Shelf memories;

    GraphListing(GraphPages pages, GraphChanges changes, MailboxMemory.Shelf memories) {
        this.pages = pages;
        this.changes = changes;
        this.memories = memories;
    }

    @Override
    public Opening open(Mailbox mailbox, MailFolder folder, Instant since) {
        // a small folder is simply read from its beginning: then its changes tell everything about it
        boolean large = memories.of(mailbox.id()).messagesIn(folder.id()) > pages.smallFolder();
        String restriction = large ? "&$filter=receivedDateTime%20ge%20" + ByReceipt.second(since) : "";
        return new Opening(changes.begin(mailbox, folder, restriction), large);
    }

    @Override
    public MailPage fetchListing(
            Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor, Optional<Instant> wanted) {
        MailboxMemory memory = memories.of(mailbox.id());
        Range range = new Range(mailbox, folder, pages.size(memory), wanted.filter(Instant.EPOCH::isBefore));
        FolderWalk walk = memory.walk("listing " + folder.id());
        if (cursor.isEmpty()) {
            walk.begin();
        }
        Place place = cursor.map(Place::of).orElseGet(() -> range.newest(wanted.isPresent()));
        GraphLinks links = pages.links(mailbox);
        URI target = links.resumed(place.link());
        ListedPage page = pages.fetch(mailbox, memory, target, "", json -> ListedPage.read(json, links));
        memory.pageArrived(page.next().isEmpty());
        Optional<Place> next = range.after(place, page);
        next.ifPresent(there ->
                walk.check(place.link(), there.link(), false, page.rows().isEmpty()));
        return new MailPage(page.rows(), next.map(Place::cursor).orElse(END), next.isEmpty());
    }

    /**
     * Where a listing goes on.
     *
     * @param whole whether rows show more than ids
     */
    private record Place(boolean whole, String link) {
        static Place of(SyncCursor cursor) {
            String[] parts = cursor.value().split(" ", 2);
            if (parts.length != 2) {
                throw new MalformedAnswerException("Graph: the stored place of a listing cannot be read");
            }
            return new Place(parts[0].equals("whole"), parts[1]);
        }

        SyncCursor cursor() {
            return new SyncCursor((whole ? "whole " : "ids ") + link);
        }
    }

    /** The folder as one long row, newest first: whole messages down to a time, if one is given, and ids below it. */
    private final class Range {
        private final Mailbox mailbox;
        private final MailFolder folder;
        private final int size;
        private final Optional<Instant> boundary;

        private Range(Mailbox mailbox, MailFolder folder, int size, Optional<Instant> boundary) {
            this.mailbox = mailbox;
            this.folder = folder;
            this.size = size;
            this.boundary = boundary;
        }

        private Place newest(boolean whole) {
            return place(whole, Optional.empty());
        }

        private Optional<Place> after(Place place, ListedPage page) {
            if (page.next().isEmpty()) {
                return place.whole()
                        ? boundary.map(time -> place(false, Optional.of(ByReceipt.second(time))))
                        : Optional.empty();
            }
            return rows(place.whole())
                    .after(page, above(place.whole()))
                    .map(link -> new Place(place.whole(), link.toString()));
        }

        private Place place(boolean whole, Optional<Instant> until) {
            return new Place(whole, rows(whole).page(until, above(whole)).toString());
        }

        private Optional<Instant> above(boolean whole) {
            return boundary.filter(time -> whole);
        }

        private ByReceipt rows(boolean whole) {
            return ByReceipt.of(
                    pages,
                    mailbox,
                    "/mailFolders/" + GraphLinks.segment(folder.id()) + "/messages",
                    whole ? pages.select() : "$select=id,receivedDateTime",
                    whole ? size : Math.min(IDS_PER_PAGE, size * 10));
        }
    }
}
