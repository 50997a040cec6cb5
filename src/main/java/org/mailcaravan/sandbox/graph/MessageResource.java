package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.sandbox.mail.FolderSearch;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Reads messages: lists, one, and its MIME. */
final class MessageResource {
    private final AtomicLong salts = new AtomicLong();

    Reply one(SandboxMailbox mailbox, Call call) {
        return Reply.ok(entity(mailbox, call, Located.message(mailbox, call.path())));
    }

    /** A message as the answer of a request that made or changed it, or asked for it. */
    static ObjectNode entity(SandboxMailbox mailbox, Call call, SandboxMessage message) {
        ObjectNode json = Paging.context(mailbox, call.request(), "messages/$entity");
        Selection selection = MessageView.selection(call.request());
        json.setAll(MessageView.of(message, selection, call.request().prefer()));
        return ExtendedProperties.of(call.request()).addTo(json, message);
    }

    Reply mime(SandboxMailbox mailbox, Call call) {
        SandboxMessage message = Located.message(mailbox, call.path());
        return Reply.streamed("text/plain", out -> message.writeMime(out, salts.incrementAndGet()));
    }

    Reply list(SandboxMailbox mailbox, Call call) {
        if (call.path().folder().isEmpty()) {
            return Reply.ok(list(mailbox, call.request(), mailbox.messages(), "messages"));
        }
        SandboxFolder folder = Located.folder(mailbox, call.path());
        return Reply.ok(list(
                mailbox, call.request(), messages(mailbox, folder), "mailFolders('" + folder.restId() + "')/messages"));
    }

    /** What a folder holds, or what a search folder finds. */
    static List<SandboxMessage> messages(SandboxMailbox mailbox, SandboxFolder folder) {
        List<SandboxMessage> all = mailbox.messages(folder);
        Optional<String> search = folder.search().map(FolderSearch::filter).filter(text -> !text.isBlank());
        return search.map(text -> MessageFilter.parse(Optional.of(text)))
                .map(filter -> all.stream().filter(filter::accepts).toList())
                .orElse(all);
    }

    private static ObjectNode list(
            SandboxMailbox mailbox, GraphRequest request, Collection<SandboxMessage> messages, String context) {
        MessageFilter filter = MessageFilter.parse(request.option("filter"));
        Selection selection = MessageView.selection(request);
        ExtendedProperties extended = ExtendedProperties.of(request);
        refuseSearch(request);
        List<SandboxMessage> matching = messages.stream()
                .filter(filter::accepts)
                .sorted(order(request.option("orderby"), filter))
                .toList();
        List<ObjectNode> page = Paging.page(request, matching).stream()
                .map(message -> extended.addTo(MessageView.of(message, selection, request.prefer()), message))
                .toList();
        return Paging.collection(Paging.context(mailbox, request, context), request, page, matching.size());
    }

    static void refuseSearch(GraphRequest request) {
        if (request.option("search").isPresent()) {
            throw GraphError.of(501, "notImplemented", "This sandbox does not search.");
        }
    }

    private static Comparator<SandboxMessage> order(Optional<String> orderBy, MessageFilter filter) {
        Comparator<SandboxMessage> oldestFirst =
                Comparator.comparing(SandboxMessage::received).thenComparing(SandboxMessage::number);
        if (orderBy.isEmpty()) {
            return oldestFirst.reversed();
        }
        if (!orderBy.get().strip().matches("receivedDateTime( asc| desc)?")) {
            throw GraphError.badRequest("This sandbox sorts messages by receivedDateTime only.");
        }
        if (!filter.startsWithReceived()) {
            throw GraphError.of(
                    400, "InefficientFilter", "The restriction or sort order is too complex for this operation.");
        }
        return orderBy.get().strip().endsWith(" desc") ? oldestFirst.reversed() : oldestFirst;
    }
}
