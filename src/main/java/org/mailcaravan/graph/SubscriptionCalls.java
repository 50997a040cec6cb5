package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * The product's own subscription of one mailbox, by the component's operations. Their exceptions come out as they are.
 *
 * <p>One subscription watches the whole mailbox for {@code created}: one of the 1,000 that a mailbox may have, whatever folders are read, and none to be made
 * anew when folders are. Read marks and other updates, of which there are many, do not wake us; what is moved into a folder is found by looking.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/subscription">subscription resource type</a>
 */
final class SubscriptionCalls {
    private static final int MOST_PAGES = 20;

    private final GraphMailSource source;
    private final Mailbox mailbox;

    SubscriptionCalls(GraphMailSource source, Mailbox mailbox) {
        this.source = source;
        this.mailbox = mailbox;
    }

    /**
     * What Graph has.
     *
     * @param expires empty if the answer does not say
     */
    record Made(String id, Optional<Instant> expires) {}

    Made create(URI url, String clientState, Instant expires) {
        ObjectNode wish = JsonNodeFactory.instance
                .objectNode()
                .put("changeType", "created")
                .put("notificationUrl", url.toString())
                .put("lifecycleNotificationUrl", url.toString())
                .put("resource", resource())
                .put("expirationDateTime", text(expires))
                .put("clientState", clientState)
                .put("latestSupportedTlsVersion", "v1_2");
        return made(SubscriptionOperations.create(wire(GraphOperation.createSubscription), wish));
    }

    /** Also tells Graph that we are still authorized. */
    Made renew(String id, Instant expires) {
        ObjectNode wish = JsonNodeFactory.instance.objectNode().put("expirationDateTime", text(expires));
        return made(SubscriptionOperations.renew(wire(GraphOperation.renewSubscription), id, wish));
    }

    /** The next request shows a fresh token. */
    void replaceToken() {
        source.replaceToken(mailbox);
    }

    /** One that is not there is deleted. */
    void delete(String id) {
        try {
            SubscriptionOperations.delete(wire(GraphOperation.deleteSubscription), id);
        } catch (GraphOperationException e) {
            if (e.status() != 404) {
                throw e;
            }
        }
    }

    /** Those of the mailbox that call {@code url}: ours, and nobody else's. */
    List<String> list(URI url) {
        MailboxWire wire = wire(GraphOperation.listSubscriptions);
        List<String> ours = new ArrayList<>();
        ObjectNode page = SubscriptionOperations.firstPage(wire);
        addOurs(page, url, ours);
        for (int count = 1; page.path("@odata.nextLink").isTextual() && count < MOST_PAGES; count++) {
            page = wire.follow(page.path("@odata.nextLink").textValue());
            addOurs(page, url, ours);
        }
        return ours;
    }

    private void addOurs(ObjectNode page, URI url, List<String> ours) {
        for (JsonNode one : page.path("value")) {
            if (one.path("notificationUrl").asText().equals(url.toString())
                    && one.path("resource").asText().equalsIgnoreCase(resource())) {
                ours.add(made(one).id());
            }
        }
    }

    private MailboxWire wire(GraphOperation operation) {
        return source.wire(mailbox, operation);
    }

    /** By object id for everybody: {@code me} would say nothing in the list. */
    private String resource() {
        return "users/" + mailbox.objectId() + "/messages";
    }

    private static Made made(Optional<ObjectNode> answer) {
        return made(answer.orElseGet(JsonNodeFactory.instance::objectNode));
    }

    private static Made made(JsonNode one) {
        String id = one.path("id").asText();
        if (!ChangeNotification.isId(id)) {
            throw new MalformedAnswerException("Graph: a subscription without a usable id.");
        }
        return new Made(id, instant(one.path("expirationDateTime").asText()));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
