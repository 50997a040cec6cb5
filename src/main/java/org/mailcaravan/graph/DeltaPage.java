package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageAlias;

/**
 * One answer of {@code messages/delta}, taken whole or rejected whole.
 *
 * @param messages the created and changed messages; removed ones are left out
 * @param link where to go on, byte for byte
 * @param roundComplete whether the link is the deltaLink
 * @param empty whether there was no row at all, not even a removal
 */
record DeltaPage(List<ListedMessage> messages, String link, boolean roundComplete, boolean empty) {
    /** What every whole row carries; a partial update (2.3: a toggled flag) lacks most of it. */
    private static final List<String> WHOLE =
            List.of("createdDateTime", "receivedDateTime", "subject", "toRecipients", "hasAttachments", "isDraft");

    static DeltaPage read(ObjectNode page, GraphLinks links) {
        Optional<String> next = link(page, "@odata.nextLink");
        Optional<String> delta = link(page, "@odata.deltaLink");
        if (next.isPresent() == delta.isPresent()) {
            throw new MalformedAnswerException(
                    "Graph: a page must have either a nextLink or a deltaLink, but this one has "
                            + (next.isPresent() ? "both." : "neither."));
        }
        if (!(page.get("value") instanceof ArrayNode rows)) {
            throw new MalformedAnswerException("Graph: a page without its list of messages.");
        }
        String link = next.or(() -> delta).orElseThrow();
        links.checked(link);
        return new DeltaPage(listed(rows), link, delta.isPresent(), rows.isEmpty());
    }

    static Optional<String> link(ObjectNode page, String name) {
        JsonNode link = page.get(name);
        if (link == null || link.isNull()) {
            return Optional.empty();
        }
        if (!link.isTextual() || link.textValue().isBlank()) {
            throw new MalformedAnswerException("Graph: a page with a link that is no text.");
        }
        return Optional.of(link.textValue());
    }

    static List<ListedMessage> listed(ArrayNode rows) {
        List<ListedMessage> messages = new ArrayList<>(rows.size());
        for (JsonNode row : rows) {
            if (!(row instanceof ObjectNode message)) {
                throw new MalformedAnswerException("Graph: a page with a row that is no message.");
            }
            if (!message.has("@removed")) {
                messages.add(listed(message));
            }
        }
        return messages;
    }

    private static ListedMessage listed(ObjectNode message) {
        JsonNode id = message.path("id");
        if (!id.isTextual() || id.textValue().isBlank() || id.textValue().length() > 1024) {
            throw new MalformedAnswerException("Graph: a page with a message that has no usable id.");
        }
        boolean whole = WHOLE.stream().allMatch(message::has);
        Optional<Instant> received = instant(message.path("receivedDateTime").asText());
        List<MessageAlias> names = new ArrayList<>();
        names.add(new MessageAlias(MessageAlias.Kind.GRAPH_IMMUTABLE, id.textValue()));
        GraphNames.secondary(message, received).ifPresent(names::add);
        return new ListedMessage(
                names,
                received,
                OptionalLong.empty(),
                whole ? Optional.of(GraphJson.metadata(message)) : Optional.empty(),
                whole && message.has("body")
                        ? Optional.of(MessageJson.whole(message).toString())
                        : Optional.empty());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
