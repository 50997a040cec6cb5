package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * One answer of a plain listing of messages, taken whole or rejected whole.
 *
 * @param next the nextLink, byte for byte; empty at the end
 */
record ListedPage(List<ListedMessage> rows, Optional<String> next) {
    static ListedPage read(ObjectNode page, GraphLinks links) {
        if (!(page.get("value") instanceof ArrayNode rows)) {
            throw new MalformedAnswerException("Graph: a page without its list of messages.");
        }
        Optional<String> next = DeltaPage.link(page, "@odata.nextLink");
        next.ifPresent(links::checked);
        return new ListedPage(DeltaPage.listed(rows), next);
    }

    Optional<Instant> firstReceived() {
        return rows.isEmpty() ? Optional.empty() : rows.get(0).receivedAt();
    }

    Optional<Instant> lastReceived() {
        return rows.isEmpty() ? Optional.empty() : rows.get(rows.size() - 1).receivedAt();
    }
}
