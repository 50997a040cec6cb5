package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** {@code messages/delta} of one folder. */
final class DeltaResource {
    private static final Set<String> CHANGE_TYPES = Set.of("", "created", "updated", "deleted");

    private final DeltaCursors cursors;
    private final boolean quirks;

    DeltaResource(DeltaCursors cursors, boolean quirks) {
        this.cursors = cursors;
        this.quirks = quirks;
    }

    Reply list(SandboxMailbox mailbox, Call call) {
        SandboxFolder folder = Located.folder(mailbox, call.path());
        GraphRequest request = call.request();
        Optional<String> token = request.option("skiptoken").or(() -> request.option("deltatoken"));
        DeltaState state = token.filter(text -> !text.isEmpty())
                .map(text -> continued(text, folder, request))
                .orElseGet(() -> begun(mailbox, folder, request));
        DeltaRound round = new DeltaRound(mailbox, folder, state.query(), request.prefer(), quirks);
        DeltaState next = state.at(round.page(state.place().opened()));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", request.root() + "/$metadata#Collection(microsoft.graph.message)");
        json.putArray("value").addAll(round.rows());
        String name = next.place().roundEnded() ? "@odata.deltaLink" : "@odata.nextLink";
        return Reply.ok(json.put(name, request.root() + cursors.link(next, folder.restId())));
    }

    private DeltaState continued(String token, SandboxFolder folder, GraphRequest request) {
        DeltaState state = cursors.open(token, request.root(), folder.restId());
        if (!request.raw().equals(cursors.link(state, folder.restId()))) {
            throw GraphError.badRequest(
                    "The link is not as it was issued. Request @odata.nextLink and @odata.deltaLink byte for byte.");
        }
        return state;
    }

    private DeltaState begun(SandboxMailbox mailbox, SandboxFolder folder, GraphRequest request) {
        MessageResource.refuseSearch(request);
        MessageView.selection(request);
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
                request.option("top").map(Paging::top).orElse(0));
        return new DeltaState(
                mailbox.ownerId(),
                folder.ewsId(),
                query,
                cursors.epoch(mailbox.ownerId()),
                DeltaState.Place.start(mailbox.sequence(folder)));
    }
}
