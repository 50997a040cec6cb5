package org.mailcaravan.ews;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;

/** An example of every request that the room can write, as owner, delegate and application, with and without what may be left out. */
final class EveryRequest {
    private final Map<String, List<EwsRequest>> byMethod = new TreeMap<>();

    EveryRequest() {
        for (Access access : Access.values()) {
            Mailbox mailbox = readBy(access);
            source(mailbox);
            producer(new OperationRequests(mailbox));
        }
    }

    static Mailbox readBy(Access access) {
        Mailbox own = EwsFixture.mailbox("inbox");
        return new Mailbox(
                own.id(),
                own.tenant(),
                own.objectId(),
                own.address(),
                own.credential(),
                own.protocol(),
                access,
                own.folders(),
                own.deliverFrom());
    }

    private void add(String method, EwsRequest... examples) {
        byMethod.computeIfAbsent(method, name -> new ArrayList<>()).addAll(List.of(examples));
    }

    private void source(Mailbox mailbox) {
        add("getFolder", EwsRequest.getFolder(mailbox, List.of("inbox", "archiveinbox", "AAMkF=")));
        add("findFolders", EwsRequest.findFolders(mailbox, "AAMkF=", 1000));
        add("subscribe", EwsRequest.subscribe(mailbox));
        add("unsubscribe", EwsRequest.unsubscribe(mailbox, "JgBl"));
        add("getStreamingEvents", EwsRequest.getStreamingEvents(mailbox, List.of("JgBl", "JgBm"), 30));
        add("findItems", EwsRequest.findItems(mailbox, "AAMkF=", 0, 1000));
        add(
                "syncFolderItems",
                EwsRequest.syncFolderItems(mailbox, "AAMkF=", Optional.empty()),
                EwsRequest.syncFolderItems(mailbox, "AAMkF=", Optional.of("H4sI+/=")));
        add(
                "getItem",
                EwsRequest.getItem(mailbox, List.of("AAMkI=", "AAMkJ="), false),
                EwsRequest.getItem(mailbox, List.of("AAMkI="), true));
    }

    private void producer(OperationRequests requests) {
        FolderRef inbox = FolderRef.of("inbox");
        FolderRef folder = FolderRef.of("AAMkF=");
        OperationRequests.Page page = new OperationRequests.Page(1000, 20);
        add("getFolder", requests.getFolder(inbox), requests.getFolder(folder));
        add("findFolder", requests.findFolder(inbox, true, page), requests.findFolder(folder, false, page));
        add(
                "syncFolderHierarchy",
                requests.syncFolderHierarchy(Optional.empty(), Optional.empty()),
                requests.syncFolderHierarchy(Optional.of(inbox), Optional.of("H4sI+/=")));
        filters()
                .forEach(filter -> add(
                        "findItem", requests.findItem(inbox, filter, page), requests.findItem(folder, filter, page)));
        add("getMessage", requests.getMessage("AAMkI=", true), requests.getMessage("AAMkI=", false));
        add("getAttachments", requests.getAttachments("AAMkI="));
        add("getMime", requests.getMime("AAMkI="));
        add("getAttachment", requests.getAttachment("AAMkA=", true), requests.getAttachment("AAMkA=", false));
        changes()
                .forEach(change -> add(
                        "updateItem",
                        requests.updateItem("AAMkI=", Optional.empty(), change),
                        requests.updateItem("AAMkI=", Optional.of("CQAA="), change)));
        add(
                "transfer",
                requests.transfer("MoveItem", "AAMkI=", inbox),
                requests.transfer("CopyItem", "AAMkI=", folder));
        Stream.of("MoveToDeletedItems", "HardDelete")
                .forEach(type -> add("deleteItem", requests.deleteItem("AAMkI=", type)));
        Stream.of("EwsLegacyId", "EwsId", "EntryId", "HexEntryId", "StoreId", "OwaId")
                .forEach(format -> add("convertId", requests.convertId(List.of("AAMkI=", "x"), format, "EwsId")));
    }

    /** None, each alone, and all. */
    private static List<ItemFilter> filters() {
        Optional<Boolean> unread = Optional.of(false);
        Optional<String> subject = Optional.of("a <b> & \"c\"");
        return List.of(
                ItemFilter.EVERYTHING,
                new ItemFilter(Optional.of(EwsFixture.NOW), Optional.empty(), Optional.empty(), Optional.empty()),
                new ItemFilter(Optional.empty(), Optional.of(EwsFixture.NOW), Optional.empty(), Optional.empty()),
                new ItemFilter(Optional.empty(), Optional.empty(), subject, Optional.empty()),
                new ItemFilter(Optional.empty(), Optional.empty(), Optional.empty(), unread),
                new ItemFilter(Optional.of(EwsFixture.NOW), Optional.of(EwsFixture.NOW), subject, unread));
    }

    private static List<ItemChange> changes() {
        Optional<Boolean> read = Optional.of(true);
        return List.of(
                new ItemChange(read, Optional.of("Flagged"), Optional.of("High"), Optional.of(List.of("Red", "Blue"))),
                new ItemChange(Optional.empty(), Optional.of("NotFlagged"), Optional.of("Low"), Optional.of(List.of())),
                new ItemChange(Optional.empty(), Optional.of("Complete"), Optional.of("Normal"), Optional.empty()));
    }

    List<EwsRequest> examples() {
        return byMethod.values().stream().flatMap(List::stream).toList();
    }

    Set<String> methods() {
        return byMethod.keySet();
    }

    /** The methods that write requests, of which each must have an example; {@code near} writes none of its own. */
    static Set<String> writers() {
        Set<String> names = new TreeSet<>();
        Stream.of(EwsRequest.class, OperationRequests.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.getReturnType() == EwsRequest.class && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !Set.of("soap", "near").contains(name))
                .forEach(names::add);
        return names;
    }
}
