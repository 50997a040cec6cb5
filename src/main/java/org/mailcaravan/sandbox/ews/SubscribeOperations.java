package org.mailcaravan.sandbox.ews;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Subscribe, for streaming only, and Unsubscribe. */
final class SubscribeOperations {
    private final Subscriptions subscriptions;
    private final IntSupplier most;

    /** @param most subscriptions of one account */
    SubscribeOperations(Subscriptions subscriptions, IntSupplier most) {
        this.subscriptions = subscriptions;
        this.most = most;
    }

    Operation.Answer subscribe(EwsCall call) throws EwsFault {
        call.refuse("m:PullSubscriptionRequest", "m:PushSubscriptionRequest");
        call.require(ServerVersion.EXCHANGE2010_SP1);
        List<Outcome<String>> ids = call.each(call.operation().children(), request -> {
            Outcome<Subscription.Wish> wish = wish(call, request);
            return wish.value()
                    .map(wanted -> subscriptions.add(wanted, most.getAsInt()))
                    .orElseGet(wish::recast);
        });
        return ResponseMessages.answer(call, ids, (out, id) -> out.element("m:SubscriptionId", id));
    }

    private static Outcome<Subscription.Wish> wish(EwsCall call, XmlElement request) {
        boolean all = request.attribute("SubscribeToAllFolders")
                .filter(text -> text.equals("true") || text.equals("1"))
                .isPresent();
        List<XmlElement> references =
                request.find("t:FolderIds").map(XmlElement::children).orElse(List.of());
        if (all == !references.isEmpty()) {
            return Outcome.failed(new Problem(
                    "ErrorInvalidSubscriptionRequest",
                    "Either SubscribeToAllFolders or FolderIds must be given, not both."));
        }
        Set<String> folders = new LinkedHashSet<>();
        for (XmlElement reference : references) {
            Outcome<LocatedFolder> found = new FolderLookup(call).find(reference);
            if (found.problem().isPresent()) {
                return found.recast();
            }
            LocatedFolder folder = found.value().orElseThrow();
            if (!folder.mailbox().equals(call.mailboxes().own())) {
                return Outcome.failed(new Problem(
                        "ErrorSubscriptionDelegateAccessNotSupported",
                        "Delegate access is not supported for subscriptions."));
            }
            folders.add(folder.folder().ewsId());
        }
        return Outcome.of(wish(call, types(request), folders));
    }

    private static Subscription.Wish wish(EwsCall call, Set<EventType> types, Set<String> folders) {
        SandboxMailbox own = call.mailboxes().own();
        return new Subscription.Wish(call.creator(), call.server(), own.ownerId(), own, types, folders);
    }

    private static Set<EventType> types(XmlElement request) {
        Set<EventType> types = new LinkedHashSet<>();
        request.get("t:EventTypes").children().stream()
                .map(type -> EventType.find(type.text().strip()))
                .flatMap(Optional::stream)
                .forEach(types::add);
        return types;
    }

    Operation.Answer unsubscribe(EwsCall call) {
        List<Outcome<String>> removed = call.each(
                call.operation().children(),
                id -> subscriptions.remove(id.text().strip(), call.creator(), call.server()));
        return ResponseMessages.answer(call, removed, (out, id) -> {});
    }
}
