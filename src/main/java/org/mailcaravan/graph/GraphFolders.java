package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the folders that a mailbox is read from. Ids are stable, also when a folder is renamed or moved; what a path or a tree means is looked up every hour.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/mailfolder-list-childfolders">List childFolders</a>
 */
final class GraphFolders {
    private static final Logger LOG = LoggerFactory.getLogger(GraphFolders.class);

    private static final String FIELDS = "$select=id,displayName,childFolderCount,totalItemCount,isHidden";
    /** If these are not there, the mailbox is hidden from us. */
    private static final Set<String> ALWAYS_THERE = Set.of("inbox", "msgfolderroot");

    private static final int MOST_FOLDERS = 10_000;
    private static final int MOST_PAGES = 1_000;

    private final GraphClient client;
    private final GraphSettings settings;

    GraphFolders(GraphClient client, GraphSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** A folder as Graph shows it. */
    private record Found(String id, String name, boolean hidden, boolean parent, int messages) {
        static Found read(JsonNode folder) {
            String id = folder.path("id").asText();
            if (id.isBlank()) {
                throw new MalformedAnswerException("Graph: a folder without an id.");
            }
            return new Found(
                    id,
                    folder.path("displayName").asText(),
                    folder.path("isHidden").asBoolean(),
                    folder.path("childFolderCount").asInt(1) > 0,
                    folder.path("totalItemCount").asInt());
        }
    }

    /** The folders of the mailbox's entries, each once, and how many messages they hold; what an entry does not find is left out. */
    Map<MailFolder, Integer> fetch(Mailbox mailbox, MailboxMemory memory) {
        LookUp lookUp = new LookUp(mailbox, memory);
        Map<String, MailFolder> byId = new LinkedHashMap<>();
        Map<MailFolder, Integer> messages = new LinkedHashMap<>();
        for (String entry : mailbox.folders()) {
            List<Found> found = lookUp.find(FolderSelector.of(entry));
            if (found.isEmpty()) {
                LOG.warn("Mailbox {} has no folder {}; it is left out.", mailbox.id(), entry);
            }
            for (Found folder : found) {
                MailFolder named = new MailFolder(folder.id(), entry);
                if (byId.putIfAbsent(folder.id(), named) == null) {
                    messages.put(named, folder.messages());
                }
            }
        }
        return messages;
    }

    /** The requests of one look-up. */
    private final class LookUp {
        private final Mailbox mailbox;
        private final MailboxMemory memory;
        private final GraphLinks links;

        private LookUp(Mailbox mailbox, MailboxMemory memory) {
            this.mailbox = mailbox;
            this.memory = memory;
            this.links = new GraphLinks(settings.root(), mailbox);
        }

        private List<Found> find(FolderSelector selector) {
            if (selector.isEverything()) {
                Set<String> without = memory.leftOut(this::leftOut);
                return folder("msgfolderroot").stream()
                        .flatMap(root -> below(root, without).stream())
                        .toList();
            }
            Optional<Found> folder = top(selector);
            for (String name : selector.path().subList(1, selector.path().size())) {
                folder = folder.flatMap(parent -> child(parent.id(), name));
            }
            List<Found> found = new ArrayList<>(folder.stream().toList());
            if (selector.tree()) {
                folder.ifPresent(root -> found.addAll(below(root, Set.of())));
            }
            return found;
        }

        private Optional<Found> top(FolderSelector selector) {
            String first = selector.path().get(0);
            return selector.beginsWithId() ? folder(selector.idOrName()) : child("msgfolderroot", first);
        }

        private Optional<Found> child(String parentId, String name) {
            return children(parentId).stream()
                    .filter(folder -> folder.name().equalsIgnoreCase(name))
                    .findFirst();
        }

        /** Everything below a folder that is not hidden. */
        private List<Found> below(Found root, Set<String> without) {
            List<Found> found = new ArrayList<>();
            Set<String> seen = new HashSet<>(without);
            Deque<Found> parents = new ArrayDeque<>(List.of(root));
            while (!parents.isEmpty()) {
                for (Found child : children(parents.remove().id())) {
                    if (!child.hidden() && seen.add(child.id())) {
                        found.add(child);
                        parents.addAll(child.parent() ? List.of(child) : List.of());
                    }
                }
                if (found.size() > MOST_FOLDERS) {
                    throw new MalformedAnswerException("Graph: the tree of folders has no end.");
                }
            }
            return found;
        }

        private Set<String> leftOut() {
            Set<String> ids = new HashSet<>();
            FolderSelector.LEFT_OUT.forEach(name -> folder(name).ifPresent(folder -> ids.add(folder.id())));
            return ids;
        }

        private Optional<Found> folder(String idOrName) {
            URI target = links.own("/mailFolders/" + GraphLinks.segment(idOrName) + "?" + FIELDS);
            try {
                return Optional.of(Found.read(get(target)));
            } catch (GraphRefusal refusal) {
                if (!refusal.itemIsUnknown() || ALWAYS_THERE.contains(idOrName) && refusal.hidesMailbox()) {
                    throw refusal.forMailbox();
                }
                return Optional.empty();
            }
        }

        /** Hidden ones too: who names one wants it. */
        private List<Found> children(String parentId) {
            List<Found> found = new ArrayList<>();
            Optional<URI> page = Optional.of(links.own("/mailFolders/" + GraphLinks.segment(parentId)
                    + "/childFolders?includeHiddenFolders=true&" + FIELDS + "&$top=100"));
            for (int count = 0; page.isPresent(); count++) {
                if (count >= MOST_PAGES) {
                    throw new MalformedAnswerException("Graph: a list of folders has no end.");
                }
                page = children(page.get(), found);
            }
            return found;
        }

        private Optional<URI> children(URI page, List<Found> found) {
            try {
                ObjectNode answer = get(page);
                if (!(answer.get("value") instanceof ArrayNode rows)) {
                    throw new MalformedAnswerException("Graph: a page without its list of folders.");
                }
                rows.forEach(row -> found.add(Found.read(row)));
                return DeltaPage.link(answer, "@odata.nextLink").map(links::checked);
            } catch (GraphRefusal refusal) {
                if (!refusal.itemIsUnknown()) {
                    throw refusal.forMailbox();
                }
                return Optional.empty(); // deleted meanwhile: a parent without children
            }
        }

        private ObjectNode get(URI target) throws GraphRefusal {
            try {
                GraphClient.Call call = GraphClient.Call.json(target, settings.answerTimeout());
                return client.call(mailbox, memory.gate(), call, GraphMailSource::object);
            } catch (IOException e) {
                throw GraphClient.unavailable(e);
            }
        }
    }
}
