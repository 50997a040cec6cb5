package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.ingest.ProtocolChanges;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.SyncCursor;

/** Reads a mailbox through both protocols at the same time and compares. Delivers nothing and changes nothing. */
final class Shadow {
    private static final int LOOKED_UP_AT_ONCE = 500;

    private final Sides sides;
    private final ProtocolChanges changes;

    Shadow(Sides sides, ProtocolChanges changes) {
        this.sides = sides;
        this.changes = changes;
    }

    /** @param sample how many messages of each folder are compared byte by byte */
    List<FolderDifference> compare(int sample) {
        Map<String, List<MailFolder>> byEws = byEntry(sides.ews().fetchFolders(sides.onEws()));
        Map<String, List<MailFolder>> byGraph = byEntry(sides.graph().fetchFolders(sides.onGraph()));
        Set<String> entries = new LinkedHashSet<>(byEws.keySet());
        entries.addAll(byGraph.keySet());
        return entries.stream()
                .map(entry -> compare(
                        entry, byEws.getOrDefault(entry, List.of()), byGraph.getOrDefault(entry, List.of()), sample))
                .toList();
    }

    private static Map<String, List<MailFolder>> byEntry(List<MailFolder> folders) {
        Map<String, List<MailFolder>> byEntry = new LinkedHashMap<>();
        folders.forEach(folder -> byEntry.computeIfAbsent(folder.name(), name -> new ArrayList<>())
                .add(folder));
        return byEntry;
    }

    private FolderDifference compare(String entry, List<MailFolder> byEws, List<MailFolder> byGraph, int sample) {
        Map<MessageAlias, ListedMessage> ews = ews(byEws);
        Map<MessageAlias, ListedMessage> graph = graph(byGraph);
        Set<MessageAlias> onlyEws = without(ews.keySet(), graph.keySet());
        Set<MessageAlias> onlyGraph = without(graph.keySet(), ews.keySet());
        if (!onlyEws.isEmpty() || !onlyGraph.isEmpty()) {
            // what came, moved or went between the two listings is no difference: it is one only if a second look says
            // so
            onlyEws.removeAll(graph(byGraph).keySet());
            onlyGraph.removeAll(ews(byEws).keySet());
        }
        ContentSample.Result contents = byEws.isEmpty() || byGraph.isEmpty()
                ? new ContentSample.Result(0, List.of())
                : new ContentSample(sides).compare(byEws.get(0), byGraph.get(0), sample);
        return new FolderDifference(
                entry,
                ews.size(),
                graph.size(),
                ids(onlyEws, ews),
                ids(onlyGraph, graph),
                unknown(graph.values()),
                contents.compared(),
                contents.differing().stream()
                        .map(one -> new FolderDifference.Content(one.graphId(), one.differences()))
                        .toList());
    }

    private Map<MessageAlias, ListedMessage> ews(List<MailFolder> folders) {
        FolderListing listing = sides.ews().listing().orElseThrow();
        return all(folders, (folder, cursor) -> listing.fetchListing(sides.onEws(), folder, cursor, Optional.empty()));
    }

    private Map<MessageAlias, ListedMessage> graph(List<MailFolder> folders) {
        return all(folders, (folder, cursor) -> sides.names().fetchPage(sides.onGraph(), folder, cursor));
    }

    private interface Pages {
        MailPage fetch(MailFolder folder, Optional<SyncCursor> cursor);
    }

    private static Map<MessageAlias, ListedMessage> all(List<MailFolder> folders, Pages pages) {
        Map<MessageAlias, ListedMessage> found = new HashMap<>();
        for (MailFolder folder : folders) {
            Optional<SyncCursor> cursor = Optional.empty();
            boolean more = true;
            while (more) {
                MailPage page = pages.fetch(folder, cursor);
                page.messages()
                        .forEach(message -> found.put(
                                ContentSample.secondary(message)
                                        .orElse(message.aliases().get(0)),
                                message));
                cursor = Optional.of(page.next());
                more = !page.roundComplete();
            }
        }
        return found;
    }

    private static Set<MessageAlias> without(Set<MessageAlias> all, Set<MessageAlias> others) {
        Set<MessageAlias> rest = new HashSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private static List<String> ids(Set<MessageAlias> names, Map<MessageAlias, ListedMessage> messages) {
        return names.stream()
                .map(name -> Optional.ofNullable(messages.get(name)))
                .flatMap(Optional::stream)
                .map(message -> message.aliases().get(0).value())
                .sorted()
                .toList();
    }

    /** Of these messages, those whose names the ledger does not know: they would be new. */
    private List<String> unknown(Iterable<ListedMessage> messages) {
        List<String> unknown = new ArrayList<>();
        List<ListedMessage> some = new ArrayList<>();
        for (ListedMessage message : messages) {
            some.add(message);
            if (some.size() == LOOKED_UP_AT_ONCE) {
                unknown.addAll(lookUp(some));
                some.clear();
            }
        }
        unknown.addAll(lookUp(some));
        return unknown;
    }

    private List<String> lookUp(List<ListedMessage> some) {
        Set<MessageAlias> known = changes.known(
                sides.mailbox().id(),
                some.stream().flatMap(message -> message.aliases().stream()).toList());
        return some.stream()
                .filter(message -> message.aliases().stream().noneMatch(known::contains))
                .map(message -> message.aliases().get(0).value())
                .toList();
    }
}
