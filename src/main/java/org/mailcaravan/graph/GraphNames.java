package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageNames;
import org.mailcaravan.mailbox.SyncCursor;

/**
 * Recognises messages that were read through EWS: by {@code translateExchangeIds}, and by the search key, which Graph shows as an extended property.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/user-translateexchangeids">user: translateExchangeIds</a>
 * @see <a href="https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get">Get singleValueLegacyExtendedProperty</a>
 */
final class GraphNames implements MessageNames {
    /** PidTagSearchKey (MS-OXPROPS 2.991). */
    static final String SEARCH_KEY = "Binary 0x300B";

    static final String FIELDS = "$select=id,internetMessageId,receivedDateTime&$expand=singleValueExtendedProperties"
            + "($filter=id%20eq%20'" + SEARCH_KEY.replace(" ", "%20") + "')";
    private static final int ROWS = 500;
    /** Pages that are looked through for a few messages, before those that are left are asked for one by one. */
    private static final int MOST_PAGES = 3;

    private static final SyncCursor END = new SyncCursor("end");

    private final GraphClient client;
    private final GraphPages pages;
    private final GraphSettings settings;
    private final MailboxMemory.Shelf memories;

    GraphNames(GraphClient client, GraphPages pages, GraphSettings settings, MailboxMemory.Shelf memories) {
        this.client = client;
        this.pages = pages;
        this.settings = settings;
        this.memories = memories;
    }

    @Override
    public Map<String, MessageAlias> translate(Mailbox mailbox, List<String> itemIds) {
        ObjectNode wanted = GraphJson.object().put("sourceIdType", "ewsId").put("targetIdType", "restImmutableEntryId");
        ArrayNode ids = wanted.putArray("inputIds");
        itemIds.forEach(ids::add);
        ObjectNode answer = post(mailbox, pages.links(mailbox).own("/translateExchangeIds"), wanted);
        if (!(answer.get("value") instanceof ArrayNode rows)) {
            throw new MalformedAnswerException("Graph: an answer without its list of translated ids.");
        }
        Map<String, MessageAlias> found = new HashMap<>();
        for (JsonNode row : rows) {
            String target = row.path("targetId").asText("");
            if (!row.has("errorDetails") && !target.isBlank() && target.length() <= 1024) {
                found.put(row.path("sourceId").asText(), new MessageAlias(MessageAlias.Kind.GRAPH_IMMUTABLE, target));
            }
        }
        return found;
    }

    private ObjectNode post(Mailbox mailbox, URI target, ObjectNode body) {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        GraphClient.Content content = new GraphClient.Content("application/json", BodyPublishers.ofByteArray(bytes));
        GraphClient.Call call = GraphClient.Call.sending("POST", target, content, settings.contentTimeout());
        try {
            return client.call(mailbox, gate(mailbox), call, GraphMailSource::object);
        } catch (GraphRefusal refusal) {
            throw refusal.forMailbox();
        } catch (IOException e) {
            throw GraphClient.unavailable(e);
        }
    }

    private MailboxGate gate(Mailbox mailbox) {
        return memories.of(mailbox.id()).gate();
    }

    @Override
    public MailPage fetchPage(Mailbox mailbox, Optional<SyncCursor> cursor) {
        return fetchPage(mailbox, "/messages", cursor);
    }

    @Override
    public MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor) {
        return fetchPage(mailbox, "/mailFolders/" + GraphLinks.segment(folder.id()) + "/messages", cursor);
    }

    private MailPage fetchPage(Mailbox mailbox, String path, Optional<SyncCursor> cursor) {
        ByReceipt messages = ByReceipt.of(pages, mailbox, path, FIELDS, ROWS);
        URI target = cursor.map(place -> messages.links().resumed(place.value()))
                .orElseGet(() -> messages.page(Optional.empty(), Optional.empty()));
        ListedPage page = fetch(mailbox, target);
        Optional<URI> next = messages.after(page, Optional.empty());
        return new MailPage(
                page.rows(), next.map(link -> new SyncCursor(link.toString())).orElse(END), next.isEmpty());
    }

    private ListedPage fetch(Mailbox mailbox, URI target) {
        GraphLinks links = pages.links(mailbox);
        return pages.fetch(mailbox, memories.of(mailbox.id()), target, "", json -> ListedPage.read(json, links));
    }

    @Override
    public List<ListedMessage> complete(Mailbox mailbox, List<ListedMessage> messages) {
        Map<MessageAlias, MessageAlias> secondaries = new HashMap<>();
        lookThrough(mailbox, messages, secondaries);
        List<ListedMessage> completed = new ArrayList<>();
        for (ListedMessage message : messages) {
            MessageAlias name = message.aliases().get(0);
            Optional<MessageAlias> secondary =
                    Optional.ofNullable(secondaries.get(name)).or(() -> ask(mailbox, name));
            completed.add(secondary.map(message::named).orElse(message));
        }
        return completed;
    }

    /** Messages of one page were mostly received one after the other: a listing of that time shows many at once. */
    private void lookThrough(
            Mailbox mailbox, List<ListedMessage> messages, Map<MessageAlias, MessageAlias> secondaries) {
        List<Instant> times = messages.stream()
                .flatMap(message -> message.receivedAt().stream())
                .sorted()
                .toList();
        if (times.size() < 2) {
            return;
        }
        Optional<Instant> since = Optional.of(times.get(0));
        ByReceipt listing = ByReceipt.of(pages, mailbox, "/messages", FIELDS, Math.min(ROWS, 2 * messages.size()));
        Optional<URI> target = Optional.of(listing.page(Optional.of(times.get(times.size() - 1)), since));
        for (int count = 0; count < MOST_PAGES && target.isPresent(); count++) {
            ListedPage page = fetch(mailbox, target.get());
            page.rows()
                    .forEach(row -> secondary(row)
                            .ifPresent(name -> secondaries.put(row.aliases().get(0), name)));
            target = listing.after(page, since);
        }
    }

    private static Optional<MessageAlias> secondary(ListedMessage row) {
        return row.aliases().stream()
                .filter(alias -> alias.kind() == MessageAlias.Kind.EWS_SECONDARY)
                .findFirst();
    }

    private Optional<MessageAlias> ask(Mailbox mailbox, MessageAlias name) {
        URI target = pages.links(mailbox).own("/messages/" + GraphLinks.segment(name.value()) + "?" + FIELDS);
        GraphClient.Call call = GraphClient.Call.json(target, settings.answerTimeout());
        try {
            ObjectNode row = client.call(mailbox, gate(mailbox), call, GraphMailSource::object);
            return DeltaPage.listed(GraphJson.object().putArray("value").add(row)).stream()
                    .flatMap(message -> secondary(message).stream())
                    .findFirst();
        } catch (GraphRefusal refusal) {
            if (refusal.itemIsGone()) {
                return Optional.empty();
            }
            throw refusal.forMailbox();
        } catch (IOException e) {
            throw GraphClient.unavailable(e);
        }
    }

    /** The secondary identity of a row that was asked for with {@link #FIELDS}; Graph spells the property's name in its own way. */
    static Optional<MessageAlias> secondary(ObjectNode row, Optional<Instant> received) {
        JsonNode properties = row.path("singleValueExtendedProperties");
        return StreamSupport.stream(properties.spliterator(), false)
                .filter(property -> property.path("id").asText().equalsIgnoreCase(SEARCH_KEY))
                .map(property -> property.path("value").asText())
                .filter(value -> !value.isBlank())
                .map(value -> MessageAlias.secondary(
                        value, Optional.ofNullable(row.path("internetMessageId").textValue()), received))
                .findFirst();
    }
}
