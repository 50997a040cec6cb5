package org.mailcaravan.ews;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the folders that a mailbox is read from: one GetFolder for everything that is named, and one FindFolder over the whole tree if an entry goes down into it.
 * Ids are stable, also when a folder is renamed or moved.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation">FindFolder operation</a>
 */
final class EwsFolders {
    private static final Logger LOG = LoggerFactory.getLogger(EwsFolders.class);
    private static final int MOST_FOLDERS = 10_000;

    private final EwsClient client;
    private final Duration answerTimeout;

    EwsFolders(EwsClient client, Duration answerTimeout) {
        this.client = client;
        this.answerTimeout = answerTimeout;
    }

    /** The folders of the mailbox's entries, each once; what an entry does not find, or EWS cannot synchronise, is left out. */
    List<MailFolder> fetch(Mailbox mailbox) throws RefusedException {
        Map<String, FolderEntry> entries = new LinkedHashMap<>();
        mailbox.folders().forEach(entry -> entries.put(entry, FolderEntry.of(entry)));
        LookUp lookUp = new LookUp(mailbox, named(mailbox, entries));
        Map<String, MailFolder> found = new LinkedHashMap<>();
        for (Map.Entry<String, FolderEntry> entry : entries.entrySet()) {
            for (FoundFolder folder : lookUp.find(entry.getKey(), entry.getValue())) {
                found.putIfAbsent(folder.id(), new MailFolder(folder.id(), entry.getKey()));
            }
        }
        return List.copyOf(found.values());
    }

    private Map<String, FoundFolder> named(Mailbox mailbox, Map<String, FolderEntry> entries) throws RefusedException {
        Set<String> references = new LinkedHashSet<>();
        for (FolderEntry entry : entries.values()) {
            references.add(entry.reference());
        }
        if (entries.containsKey("*")) {
            references.addAll(FolderEntry.LEFT_OUT);
        }
        List<String> asked = List.copyOf(references);
        FolderReader reader = new FolderReader(mailbox.access(), asked);
        return client.call(mailbox, EwsRequest.getFolder(mailbox, asked), answerTimeout, reader);
    }

    /** What was found out for one mailbox. */
    private final class LookUp {
        private final Mailbox mailbox;
        private final Map<String, FoundFolder> named;
        private final Map<String, List<FoundFolder>> children = new HashMap<>();

        private LookUp(Mailbox mailbox, Map<String, FoundFolder> named) {
            this.mailbox = mailbox;
            this.named = named;
        }

        private List<FoundFolder> find(String name, FolderEntry entry) throws RefusedException {
            boolean everything = name.equals("*");
            Optional<FoundFolder> folder = Optional.ofNullable(named.get(entry.reference()));
            if (folder.isPresent() && entry.goesDown()) {
                learn(folder.get());
            }
            for (String child : entry.path()) {
                folder = folder.flatMap(parent -> child(parent, child));
            }
            List<FoundFolder> found = new ArrayList<>();
            folder.filter(there -> !everything).ifPresent(found::add);
            if (entry.tree()) {
                folder.ifPresent(top -> below(top, everything ? leftOut() : Set.of(), found));
            }
            tell(name, found);
            found.removeIf(there -> there.isSearch() || !there.kind().equals("t:Folder"));
            return found;
        }

        private void tell(String name, List<FoundFolder> found) {
            if (found.isEmpty()) {
                LOG.warn("mailbox {} has no folder {}; it is left out", mailbox.id(), name);
            }
            if (found.size() == 1 && found.get(0).isSearch()) {
                LOG.warn(
                        "mailbox {}: {} is a search folder, which EWS cannot synchronise; it is left out: name the folders that"
                                + " it searches, or read the mailbox through Graph",
                        mailbox.id(),
                        name);
            }
        }

        private Optional<FoundFolder> child(FoundFolder parent, String name) {
            return children.getOrDefault(parent.id(), List.of()).stream()
                    .filter(folder -> folder.name().equalsIgnoreCase(name))
                    .findFirst();
        }

        /** Everything below a folder that holds mail and is not hidden. */
        private void below(FoundFolder top, Set<String> without, List<FoundFolder> found) {
            Set<String> seen = new HashSet<>(without);
            List<FoundFolder> parents = new ArrayList<>(List.of(top));
            while (!parents.isEmpty()) {
                for (FoundFolder child : children.getOrDefault(parents.remove(0).id(), List.of())) {
                    if (!child.hidden() && child.holdsMail() && seen.add(child.id())) {
                        found.add(child);
                        parents.add(child);
                    }
                }
            }
        }

        /** @throws MailSourceUnavailableException if one is not shown that every mailbox has: its mail must not come as if it were another folder's */
        private Set<String> leftOut() {
            Set<String> ids = new HashSet<>();
            for (String name : FolderEntry.LEFT_OUT) {
                FoundFolder folder = named.get(name);
                if (folder != null) {
                    ids.add(folder.id());
                } else if (FolderEntry.ALWAYS_THERE.contains(name) && mailbox.access() != Access.DELEGATE) {
                    throw new MailSourceUnavailableException("EWS shows no folder " + name
                            + ", which every mailbox has; its folders are looked up again");
                }
            }
            return ids;
        }

        /** Asks for everything below a folder, unless it was asked for already. */
        private void learn(FoundFolder top) throws RefusedException {
            if (children.containsKey(top.id())) {
                return;
            }
            children.put(top.id(), new ArrayList<>());
            List<FoundFolder> all = deep(top);
            Set<String> known = new HashSet<>();
            children.values().forEach(folders -> folders.forEach(folder -> known.add(folder.id())));
            for (FoundFolder folder : all) {
                if (known.add(folder.id())) {
                    String parent = folder.parent().orElse(top.id());
                    children.computeIfAbsent(parent, id -> new ArrayList<>()).add(folder);
                    children.computeIfAbsent(folder.id(), id -> new ArrayList<>());
                }
            }
        }

        private List<FoundFolder> deep(FoundFolder top) throws RefusedException {
            List<FoundFolder> all = new ArrayList<>();
            FindReader.Page<FoundFolder> page;
            do {
                EwsRequest request = EwsRequest.findFolders(mailbox, top.id(), all.size());
                page = client.call(mailbox, request, answerTimeout, FindReader.folders());
                all.addAll(page.rows());
                if (all.size() > MOST_FOLDERS) {
                    throw new MalformedAnswerException("EWS: the tree of folders has no end");
                }
            } while (!page.last());
            return all;
        }
    }
}
