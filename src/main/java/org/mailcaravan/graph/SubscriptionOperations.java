package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Subscriptions to change notifications: as operations of the producer, and as the same requests for the product's own subscriptions.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/subscription">subscription</a>
 */
final class SubscriptionOperations {
    private static final String PATH = "/subscriptions";

    private SubscriptionOperations() {}

    /** The body is the subscription; without a resource it is about the messages of the mailbox, or of one folder. */
    static void create(Invocation in) {
        ObjectNode wanted = in.bodyObject();
        if (!wanted.has("resource")) {
            String folder =
                    in.folder().map(name -> "/mailFolders('" + name + "')").orElse("");
            wanted.put("resource", in.wire().owner() + folder + "/messages");
        }
        in.answerItem(create(in.wire(), wanted), GraphConstants.SUBSCRIPTION_ID);
    }

    /** The body says the new {@code expirationDateTime}. */
    static void renew(Invocation in) {
        in.answer(renew(in.wire(), subscription(in), in.bodyObject()));
    }

    static void delete(Invocation in) {
        delete(in.wire(), subscription(in));
    }

    static void list(Invocation in) {
        in.globalPage(PATH);
    }

    /** Graph calls the notification addresses back before it answers, and refuses if they do not answer as they should. */
    static Optional<ObjectNode> create(MailboxWire wire, ObjectNode subscription) {
        return wire.sendGlobal("POST", PATH, subscription);
    }

    static Optional<ObjectNode> renew(MailboxWire wire, String id, ObjectNode change) {
        return wire.sendGlobal("PATCH", path(id), change);
    }

    static void delete(MailboxWire wire, String id) {
        wire.deleteGlobal(path(id));
    }

    static ObjectNode firstPage(MailboxWire wire) {
        return wire.getGlobal(PATH);
    }

    private static String path(String id) {
        return PATH + "/" + GraphLinks.segment(id);
    }

    private static String subscription(Invocation in) {
        return in.require(GraphConstants.SUBSCRIPTION_ID, in.options().getSubscriptionId(), "subscriptionId");
    }
}
