package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Answers the mail resources of one mailbox as JSON. */
final class GraphMail {
    private static final Set<String> CHANGE_TYPES = Set.of("", "created", "updated", "deleted");
    private static final int DEFAULT_PAGE = 10;
    private static final int LARGEST_TOP = 1000;

    private final SandboxMailbox mailbox;
    private final DeltaCursors cursors;
    private final boolean quirks;

    GraphMail(SandboxMailbox mailbox, DeltaCursors cursors, boolean quirks) {
        this.mailbox = mailbox;
        this.cursors = cursors;
        this.quirks = quirks;
    }

    ObjectNode answer(GraphPath path, GraphRequest request) {
        return switch (path.kind()) {
            case FOLDERS -> folders(request, mailbox.wellKnownFolder("msgfolderroot"), "mailFolders");
            case CHILD_FOLDERS ->
                folders(request, folder(path), "mailFolders('" + folder(path).restId() + "')/childFolders");
            case FOLDER -> oneFolder(path, request);
            case FOLDER_MESSAGES ->
                list(
                        request,
                        mailbox.messages(folder(path)),
                        "mailFolders('" + folder(path).restId() + "')/messages");
            case MESSAGES -> list(request, mailbox.messages(), "messages");
            case DELTA -> delta(path, request);
            case MESSAGE, FOLDER_MESSAGE -> oneMessage(path, request);
            case ATTACHMENTS, FOLDER_ATTACHMENTS -> attachments(path, request);
            default -> throw GraphError.badRequest("No such resource.");
        };
    }

    /** The message a path names, under the folder it names if it names one. */
    SandboxMessage message(GraphPath path) {
        String id = path.message().orElseThrow(GraphError::itemNotFound);
        SandboxMessage message = mailbox.findMessage(id).orElseThrow(() -> missing(id));
        if (path.folder().isPresent() && !folder(path).equals(message.folder())) {
            throw GraphError.itemNotFound();
        }
        return message;
    }

    private SandboxFolder folder(GraphPath path) {
        String id = path.folder().orElseThrow(GraphError::itemNotFound);
        return mailbox.findFolder(id).orElseThrow(() -> missing(id));
    }

    private static GraphError missing(String id) {
        return SandboxMailbox.isWellFormedId(id) ? GraphError.itemNotFound() : GraphError.malformedId();
    }

    private ObjectNode oneFolder(GraphPath path, GraphRequest request) {
        ObjectNode json = context(request, "mailFolders/$entity");
        return json.setAll(FolderView.of(mailbox, folder(path), folderSelection(request)));
    }

    private ObjectNode folders(GraphRequest request, SandboxFolder parent, String context) {
        Selection selection = folderSelection(request);
        List<ObjectNode> all = mailbox.childFolders(parent).stream()
                .map(folder -> FolderView.of(mailbox, folder, selection))
                .toList();
        return paged(request, all, context);
    }

    private static Selection folderSelection(GraphRequest request) {
        return Selection.parse(request.option("select"), FolderView.PROPERTIES, "microsoft.graph.mailFolder");
    }

    private static Selection messageSelection(GraphRequest request) {
        return Selection.parse(request.option("select"), MessageView.PROPERTIES, "microsoft.graph.message");
    }

    private ObjectNode oneMessage(GraphPath path, GraphRequest request) {
        ObjectNode json = context(request, "messages/$entity");
        return json.setAll(MessageView.of(message(path), messageSelection(request), request.prefer()));
    }

    private ObjectNode list(GraphRequest request, Collection<SandboxMessage> messages, String context) {
        MessageFilter filter = MessageFilter.parse(request.option("filter"));
        Selection selection = messageSelection(request);
        refuseSearch(request);
        List<SandboxMessage> matching = messages.stream()
                .filter(filter::accepts)
                .sorted(order(request.option("orderby"), filter))
                .toList();
        List<ObjectNode> page = page(request, matching).stream()
                .map(message -> MessageView.of(message, selection, request.prefer()))
                .toList();
        return collection(request, page, matching.size(), context);
    }

    private static void refuseSearch(GraphRequest request) {
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

    private ObjectNode attachments(GraphPath path, GraphRequest request) {
        SandboxMessage message = message(path);
        List<ObjectNode> all = new ArrayList<>();
        for (MailAttachment attachment : message.attachments()) {
            all.add(attachment(message, attachment, all.size(), request.prefer()));
        }
        return paged(request, all, "messages('" + MessageView.id(message, request.prefer()) + "')/attachments");
    }

    private static ObjectNode attachment(SandboxMessage message, MailAttachment attachment, int index, Prefer prefer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.type", "#microsoft.graph." + (attachment.isItem() ? "itemAttachment" : "fileAttachment"));
        json.put("id", MessageView.id(message, prefer).replace("=", "") + "BEgAQA" + index);
        json.put("lastModifiedDateTime", message.received().toString());
        json.put("name", attachment.name());
        json.put("contentType", attachment.isItem() ? null : attachment.contentType());
        json.put("size", attachment.size() + 256);
        json.put("isInline", attachment.inline());
        if (!attachment.isItem()) {
            json.put("contentId", attachment.contentId().orElse(null));
        }
        return json;
    }

    private ObjectNode delta(GraphPath path, GraphRequest request) {
        SandboxFolder folder = folder(path);
        Optional<String> token = request.option("skiptoken").or(() -> request.option("deltatoken"));
        DeltaState state = token.filter(text -> !text.isEmpty())
                .map(text -> continued(text, folder, request))
                .orElseGet(() -> begun(folder, request));
        DeltaRound round = new DeltaRound(mailbox, folder, state.query(), request.prefer(), quirks);
        DeltaState next = state.at(round.page(state.place().opened()));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", request.root() + "/$metadata#Collection(microsoft.graph.message)");
        json.putArray("value").addAll(round.rows());
        String name = next.place().roundEnded() ? "@odata.deltaLink" : "@odata.nextLink";
        return json.put(name, request.root() + cursors.link(next, folder.restId()));
    }

    private DeltaState continued(String token, SandboxFolder folder, GraphRequest request) {
        DeltaState state = cursors.open(token, request.root(), folder.restId());
        if (!request.raw().equals(cursors.link(state, folder.restId()))) {
            throw GraphError.badRequest(
                    "The link is not as it was issued. Request @odata.nextLink and @odata.deltaLink byte for byte.");
        }
        return state;
    }

    private DeltaState begun(SandboxFolder folder, GraphRequest request) {
        refuseSearch(request);
        messageSelection(request);
        String changeType = request.option("changetype").orElse("");
        if (!CHANGE_TYPES.contains(changeType)) {
            throw GraphError.badRequest("changeType is created, updated or deleted.");
        }
        request.option("orderby")
                .filter(text -> !text.strip().equals("receivedDateTime desc"))
                .ifPresent(text -> {
                    throw GraphError.badRequest("Delta on messages can be sorted by receivedDateTime desc only.");
                });
        DeltaState.Query query = new DeltaState.Query(
                request.option("select").orElse(""),
                MessageFilter.parseForDelta(request.option("filter")).text(),
                changeType,
                request.option("top").map(GraphMail::top).orElse(0));
        return new DeltaState(
                mailbox.ownerId(),
                folder.ewsId(),
                query,
                cursors.epoch(mailbox.ownerId()),
                DeltaState.Place.start(mailbox.sequence(folder)));
    }

    private ObjectNode paged(GraphRequest request, List<ObjectNode> all, String context) {
        return collection(request, page(request, all), all.size(), context);
    }

    private static <T> List<T> page(GraphRequest request, List<T> all) {
        int from = Math.min(skip(request), all.size());
        return all.subList(from, Math.min(all.size(), from + pageSize(request)));
    }

    private ObjectNode collection(GraphRequest request, List<ObjectNode> page, int total, String context) {
        ObjectNode json = context(request, context);
        if (request.option("count").filter("true"::equals).isPresent()) {
            json.put("@odata.count", total);
        }
        ArrayNode value = json.putArray("value");
        value.addAll(page);
        int next = skip(request) + page.size();
        if (next < total) {
            json.put("@odata.nextLink", nextLink(request, next));
        }
        return json;
    }

    private ObjectNode context(GraphRequest request, String resource) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return json.put("@odata.context", request.root() + "/$metadata#users('" + mailbox.ownerId() + "')/" + resource);
    }

    /** The same request with another {@code $skip}, its names escaped as the service does. */
    private static String nextLink(GraphRequest request, int skip) {
        String options = request.options().entrySet().stream()
                .filter(option -> !Set.of("skip", "skiptoken").contains(option.getKey()))
                .map(option ->
                        "%24" + option.getKey() + "=" + URLEncoder.encode(option.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return request.root() + request.rawPath() + "?" + options + (options.isEmpty() ? "" : "&") + "%24skip=" + skip;
    }

    private static int skip(GraphRequest request) {
        return request.option("skip")
                .or(() -> request.option("skiptoken"))
                .map(text -> number(text, "$skip", Integer.MAX_VALUE))
                .orElse(0);
    }

    private static int pageSize(GraphRequest request) {
        return request.option("top")
                .map(GraphMail::top)
                .orElseGet(() ->
                        Math.min(LARGEST_TOP, request.prefer().maxPageSize().orElse(DEFAULT_PAGE)));
    }

    private static int top(String text) {
        int top = number(text, "$top", LARGEST_TOP);
        if (top < 1) {
            throw GraphError.badRequest("The value of $top is 1 to 1000.");
        }
        return top;
    }

    private static int number(String text, String option, int largest) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > largest) {
            throw GraphError.badRequest("The value of " + option + " is invalid.");
        }
        return Integer.parseInt(text);
    }
}
