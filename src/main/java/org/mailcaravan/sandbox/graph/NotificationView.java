package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Notifications as JSON ({@code changeNotification}). */
final class NotificationView {
    private final String tenantId;

    NotificationView(String tenantId) {
        this.tenantId = tenantId;
    }

    /** @param changeType {@code created}, {@code updated} or {@code deleted} */
    ObjectNode change(Subscription subscription, String changeType, SandboxMessage message) {
        boolean immutable = subscription.watched().immutableIds();
        String id = immutable ? message.immutableId() : message.restId();
        return change(subscription, changeType, id, message.changeKey());
    }

    ObjectNode change(Subscription subscription, String changeType, String messageId, String changeKey) {
        ObjectNode json = frame(subscription);
        String resource = "Users/" + subscription.watched().mailbox() + "/Messages/" + messageId;
        json.put("changeType", changeType).put("resource", resource);
        json.putObject("resourceData")
                .put("@odata.type", "#Microsoft.Graph.Message")
                .put("@odata.id", resource)
                .put("@odata.etag", "W/\"" + changeKey + "\"")
                .put("id", messageId);
        return json;
    }

    ObjectNode lifecycle(Subscription subscription, String event) {
        return frame(subscription)
                .put("lifecycleEvent", event)
                .put("resource", subscription.watched().resource());
    }

    private ObjectNode frame(Subscription subscription) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", UUID.randomUUID().toString());
        json.put("subscriptionId", subscription.id());
        json.put("subscriptionExpirationDateTime", subscription.expires().toString());
        json.put("clientState", subscription.target().clientState().orElse(null));
        return json.put("tenantId", tenantId);
    }
}
