package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Subscriptions to change notifications.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/subscription">subscription</a>
 */
final class SubscriptionOperations {
    private SubscriptionOperations() {}

    /** The body is the subscription; without a resource it is about the messages of the mailbox, or of one folder. */
    static void create(Invocation in) {
        ObjectNode wanted = in.bodyObject();
        if (!wanted.has("resource")) {
            String folder =
                    in.folder().map(name -> "/mailFolders('" + name + "')").orElse("");
            wanted.put("resource", in.wire().owner() + folder + "/messages");
        }
        in.answerItem(in.wire().sendGlobal("POST", "/subscriptions", wanted), GraphConstants.SUBSCRIPTION_ID);
    }

    /** The body says the new {@code expirationDateTime}. */
    static void renew(Invocation in) {
        Optional<ObjectNode> renewed = in.wire().sendGlobal("PATCH", subscription(in), in.bodyObject());
        in.answer(renewed);
    }

    static void delete(Invocation in) {
        in.wire().deleteGlobal(subscription(in));
    }

    static void list(Invocation in) {
        in.globalPage("/subscriptions");
    }

    private static String subscription(Invocation in) {
        String id = in.require(GraphConstants.SUBSCRIPTION_ID, in.options().getSubscriptionId(), "subscriptionId");
        return "/subscriptions/" + GraphLinks.segment(id);
    }
}
