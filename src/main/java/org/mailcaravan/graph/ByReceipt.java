package org.mailcaravan.graph;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;

/**
 * Messages by time of receipt, newest first. Each page asks for what is older than the last row of the page before: counting rows ({@code $skip}, which Graph's
 * own links do) would lose a row for each message that left meanwhile.
 *
 * @param path below the mailbox, encoded
 * @param fields the query's select, and what else shapes a row
 * @param size rows per page
 */
record ByReceipt(GraphLinks links, String path, String fields, int size) {
    static ByReceipt of(GraphPages pages, Mailbox mailbox, String path, String fields, int size) {
        return new ByReceipt(pages.links(mailbox), path, fields, size);
    }

    static Instant second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * @param until received at this second or before it; times have fractions that answers do not show
     * @param since received at this second or after it
     */
    URI page(Optional<Instant> until, Optional<Instant> since) {
        String below = until.map(
                        time -> "receivedDateTime%20lt%20" + second(time).plusSeconds(1))
                .orElse("");
        String above =
                since.map(time -> "receivedDateTime%20ge%20" + second(time)).orElse("");
        String and = below.isEmpty() || above.isEmpty() ? "" : "%20and%20";
        String filter = below.isEmpty() && above.isEmpty() ? "" : "&$filter=" + below + and + above;
        return links.own(path + "?" + fields + "&$orderby=receivedDateTime%20desc&$top=" + size + filter);
    }

    /** What follows this page; Graph's own link within a second that fills a page. Empty at the end. */
    Optional<URI> after(ListedPage page, Optional<Instant> since) {
        Optional<Instant> last = page.lastReceived().map(ByReceipt::second);
        boolean moved = last.isPresent()
                && page.firstReceived()
                        .filter(first -> second(first).isAfter(last.get()))
                        .isPresent();
        return page.next().map(link -> moved ? page(last, since) : links.checked(link));
    }
}
