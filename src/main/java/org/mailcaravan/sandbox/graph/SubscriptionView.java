package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;

/** Subscriptions as Graph shows them. {@code clientState} shows only in the answer to its creation. */
final class SubscriptionView {
    private SubscriptionView() {}

    static ObjectNode created(Subscription subscription, String root) {
        return one(subscription, root)
                .put("clientState", subscription.target().clientState().orElse(null));
    }

    static ObjectNode one(Subscription subscription, String root) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", root + "/$metadata#subscriptions/$entity");
        return json.setAll(bare(subscription));
    }

    static ObjectNode list(List<Subscription> subscriptions, String root) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("@odata.context", root + "/$metadata#subscriptions");
        json.putArray("value");
        subscriptions.forEach(one -> json.withArray("value").add(bare(one)));
        return json;
    }

    private static ObjectNode bare(Subscription subscription) {
        Subscription.Target target = subscription.target();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", subscription.id());
        json.put("resource", subscription.watched().resource());
        json.put("applicationId", subscription.creator().appId());
        json.put("changeType", String.join(",", subscription.watched().changeTypes()));
        json.putNull("clientState");
        json.put("notificationUrl", target.notificationUrl().toString());
        json.putNull("notificationQueryOptions");
        json.put(
                "lifecycleNotificationUrl",
                target.lifecycleUrl().map(URI::toString).orElse(null));
        json.put("expirationDateTime", subscription.expires().toString());
        json.put("creatorId", subscription.creator().objectId());
        json.putNull("includeResourceData");
        json.put("latestSupportedTlsVersion", target.tlsVersion());
        json.putNull("encryptionCertificate").putNull("encryptionCertificateId").putNull("notificationUrlAppId");
        return json;
    }
}
