package org.mailcaravan.ews;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.SyncCursor;

/**
 * Lists what a folder holds by FindItem, newest first, without restriction, which costs Exchange least. Rows are counted from the newest one, so what leaves the
 * folder meanwhile moves the others up: each page therefore begins some rows before the last one that is known, and one that does not show it is asked for further up.
 *
 * <p>SyncFolderItems tells everything about a folder, its newest messages first; no folder is begun in its middle.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation">FindItem operation</a>
 */
final class EwsListing implements FolderListing {
    /** EWSFindCountLimit of Exchange Online and of the default policy on premises. */
    static final int PAGE = 1000;

    private static final int OVERLAP = 20;
    private static final int MOST_STEPS_BACK = 10;
    private static final SyncCursor END = new SyncCursor("end");

    private final EwsClient client;
    private final Duration answerTimeout;
    private final Changes changes;

    /** Reads changes, see {@link org.mailcaravan.mailbox.MailSource#fetchPage}. */
    @FunctionalInterface
    interface Changes {
        MailPage fetch(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor);
    }

    EwsListing(EwsClient client, Duration answerTimeout, Changes changes) {
        this.client = client;
        this.answerTimeout = answerTimeout;
        this.changes = changes;
    }

    @Override
    public Opening open(Mailbox mailbox, MailFolder folder, Instant since) {
        return new Opening(changes.fetch(mailbox, folder, Optional.empty()), false);
    }

    /** {@inheritDoc} Rows never show more than ids: content and metadata come together, by GetItem. */
    @Override
    public MailPage fetchListing(
            Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor, Optional<Instant> wanted) {
        try {
            Place place = cursor.map(Place::of).orElse(Place.NEWEST);
            FindReader.Page<ListedItem.Row> page = joining(mailbox, folder, place);
            List<ListedMessage> mail = page.rows().stream()
                    .filter(ListedItem.Row::isMail)
                    .map(ListedItem.Row::message)
                    .toList();
            return page.last()
                    ? new MailPage(mail, END, true)
                    : new MailPage(mail, Place.after(page).cursor(), false);
        } catch (RefusedException e) {
            throw e.refusal().toException(mailbox.access());
        }
    }

    /** A page that leaves no gap behind the last row that is known. */
    private FindReader.Page<ListedItem.Row> joining(Mailbox mailbox, MailFolder folder, Place place)
            throws RefusedException {
        int offset = place.offset();
        for (int step = 0; step <= MOST_STEPS_BACK; step++) {
            EwsRequest request = EwsRequest.findItems(mailbox, folder.id(), offset, PAGE);
            FindReader.Page<ListedItem.Row> page = client.call(mailbox, request, answerTimeout, FindReader.items());
            if (offset == 0 || place.isShownBy(page)) {
                return page;
            }
            int back = Math.max(OVERLAP, page.rows().size()) << step;
            offset = Math.max(0, offset - back);
        }
        throw new CursorLostException("the folder changes faster than it can be listed");
    }

    /**
     * Where a listing goes on.
     *
     * @param offset of the next page's first row
     * @param lastId the last row that is known
     * @param lastReceived when it was received
     */
    private record Place(int offset, String lastId, Instant lastReceived) {
        static final Place NEWEST = new Place(0, "", Instant.MAX);

        static Place of(SyncCursor cursor) {
            String[] parts = cursor.value().split(" ", 3);
            try {
                return new Place(Integer.parseInt(parts[0]), parts[2], Instant.parse(parts[1]));
            } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
                throw new CursorLostException("the stored place of a listing cannot be read");
            }
        }

        static Place after(FindReader.Page<ListedItem.Row> page) {
            ListedMessage last = page.rows().get(page.rows().size() - 1).message();
            int overlap = Math.min(OVERLAP, page.rows().size() / 2);
            // a server that shows one row at a time lets no page begin at a known row
            Instant received = overlap == 0 ? Instant.MIN : last.receivedAt().orElse(Instant.MAX);
            return new Place(Math.max(0, page.next() - overlap), id(last), received);
        }

        /** Either the last row itself is there, or the page begins above it. */
        private boolean isShownBy(FindReader.Page<ListedItem.Row> page) {
            boolean above = page.rows().stream()
                    .findFirst()
                    .flatMap(first -> first.message().receivedAt())
                    .filter(lastReceived::isBefore)
                    .isPresent();
            return above
                    || page.rows().stream().anyMatch(row -> id(row.message()).equals(lastId));
        }

        private static String id(ListedMessage message) {
            return message.aliases().stream()
                    .filter(alias -> alias.kind() == MessageAlias.Kind.EWS_ITEM)
                    .findFirst()
                    .orElseThrow()
                    .value();
        }

        SyncCursor cursor() {
            return new SyncCursor(offset + " " + lastReceived + " " + lastId);
        }
    }
}
