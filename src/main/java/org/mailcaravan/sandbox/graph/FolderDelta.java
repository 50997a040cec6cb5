package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** {@code mailFolders/delta}: first every folder below the root, then those that were made, changed or deleted. */
final class FolderDelta {
    private static final Pattern TOKEN = Pattern.compile("f(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})");
    private static final int DEFAULT_PAGE = 10;

    /**
     * Where a round is.
     *
     * @param since the changes it tells come after this
     * @param next where the next round begins
     * @param told rows of this round on earlier pages
     */
    private record Place(long since, long next, int told) {
        @Override
        public String toString() {
            return "f" + since + "." + next + "." + told;
        }
    }

    Reply list(SandboxMailbox mailbox, Call call) {
        GraphRequest request = call.request();
        Place place = request.option("skiptoken")
                .or(() -> request.option("deltatoken"))
                .map(FolderDelta::place)
                .orElseGet(() -> new Place(0, 0, 0));
        long next = place.told() > 0 ? place.next() : mailbox.folderSequence();
        List<ObjectNode> rows = rows(mailbox, place, FolderResource.selection(request));
        int from = Math.min(place.told(), rows.size());
        int to = Math.min(rows.size(), from + request.prefer().maxPageSize().orElse(DEFAULT_PAGE));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", request.root() + "/$metadata#Collection(microsoft.graph.mailFolder)");
        json.putArray("value").addAll(rows.subList(from, to));
        boolean more = to < rows.size();
        String link = request.root() + "/users('" + mailbox.ownerId() + "')/mailFolders/delta?"
                + (more
                        ? "$skiptoken=" + new Place(place.since(), next, to)
                        : "$deltatoken=" + new Place(next, next, 0));
        return Reply.ok(json.put(more ? "@odata.nextLink" : "@odata.deltaLink", link));
    }

    private static Place place(String token) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            throw GraphError.syncStateNotFound(400);
        }
        return new Place(
                Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    private static List<ObjectNode> rows(SandboxMailbox mailbox, Place place, Selection selection) {
        Stream<ObjectNode> present = mailbox.foldersChangedSince(place.since()).stream()
                .filter(folder -> folder.parentEwsId().isPresent() && !folder.hidden())
                .map(folder -> FolderView.of(mailbox, folder, selection));
        Stream<ObjectNode> removed = place.since() == 0
                ? Stream.empty()
                : mailbox.foldersRemovedSince(place.since()).stream().map(FolderDelta::removed);
        return Stream.concat(present, removed).toList();
    }

    private static ObjectNode removed(SandboxFolder folder) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("@removed").put("reason", "deleted");
        return json.put("id", folder.restId());
    }
}
