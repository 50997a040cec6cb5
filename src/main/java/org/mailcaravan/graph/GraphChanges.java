package org.mailcaravan.graph;

import java.net.URI;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.SyncCursor;

/** Walks the changes of folders by {@code messages/delta}. Cursors are Graph's links, byte for byte. */
final class GraphChanges {
    private final GraphPages pages;
    private final MailboxMemory.Shelf memories;

    GraphChanges(GraphPages pages, MailboxMemory.Shelf memories) {
        this.pages = pages;
        this.memories = memories;
    }

    /** @param restriction a {@code &$filter=…}, or empty: from the beginning */
    MailPage begin(Mailbox mailbox, MailFolder folder, String restriction) {
        memories.of(mailbox.id()).walk(folder.id()).begin();
        String path = "/mailFolders/" + GraphLinks.segment(folder.id()) + "/messages/delta?" + pages.select();
        return fetch(mailbox, folder, pages.links(mailbox).own(path + restriction));
    }

    MailPage resume(Mailbox mailbox, MailFolder folder, SyncCursor cursor) {
        return fetch(mailbox, folder, pages.links(mailbox).resumed(cursor.value()));
    }

    private MailPage fetch(Mailbox mailbox, MailFolder folder, URI target) {
        MailboxMemory memory = memories.of(mailbox.id());
        GraphLinks links = pages.links(mailbox);
        String prefer = "odata.maxpagesize=" + pages.size(memory);
        DeltaPage page = pages.fetch(mailbox, memory, target, prefer, json -> DeltaPage.read(json, links));
        memory.pageArrived(page.roundComplete());
        memory.walk(folder.id()).check(target.toString(), page.link(), page.roundComplete(), page.empty());
        return new MailPage(page.messages(), new SyncCursor(page.link()), page.roundComplete());
    }
}
