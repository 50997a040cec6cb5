package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * The requests of {@code /subscriptions}, made with a mailbox's token and under immutable ids.
 *
 * <p>One subscription watches the whole mailbox for {@code created}: one of the 1,000 that a mailbox may have, whatever folders are read, and none to be made
 * anew when folders are. Read marks and other updates, of which there are many, do not wake us; what is moved into a folder is found by looking.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/subscription">subscription resource type</a>
 */
final class SubscriptionCalls {
    private static final int MOST_PAGES = 20;
    private static final String PATH = "/subscriptions";

    private final URI root;
    private final GraphClient client;
    private final Function<Mailbox, MailboxGate> gates;
    private final Duration deadline;

    SubscriptionCalls(URI root, GraphClient client, Function<Mailbox, MailboxGate> gates, Duration deadline) {
        this.root = root;
        this.client = client;
        this.gates = gates;
        this.deadline = deadline;
    }

    /**
     * What Graph has.
     *
     * @param expires empty if the answer does not say
     */
    record Made(String id, Optional<Instant> expires) {}

    /** Graph calls {@code url} back before it answers, and refuses if that does not answer as it should. */
    Made create(Mailbox mailbox, URI url, String clientState, Instant expires) throws GraphRefusal, IOException {
        ObjectNode wish = JsonNodeFactory.instance
                .objectNode()
                .put("changeType", "created")
                .put("notificationUrl", url.toString())
                .put("lifecycleNotificationUrl", url.toString())
                .put("resource", resource(mailbox))
                .put("expirationDateTime", text(expires))
                .put("clientState", clientState)
                .put("latestSupportedTlsVersion", "v1_2");
        return client.call(mailbox, gates.apply(mailbox), sending("POST", PATH, wish), answer -> made(object(answer)));
    }

    /** Also tells Graph that we are still authorized. */
    Made renew(Mailbox mailbox, String id, Instant expires) throws GraphRefusal, IOException {
        ObjectNode wish = JsonNodeFactory.instance.objectNode().put("expirationDateTime", text(expires));
        return client.call(
                mailbox, gates.apply(mailbox), sending("PATCH", path(id), wish), answer -> made(object(answer)));
    }

    /** @see GraphClient#replaceToken */
    void replaceToken(Mailbox mailbox) {
        client.replaceToken(mailbox);
    }

    /** One that is not there is deleted. */
    void delete(Mailbox mailbox, String id) throws GraphRefusal, IOException {
        GraphClient.Call call = GraphClient.Call.delete(URI.create(root + path(id)), deadline);
        try {
            client.call(mailbox, gates.apply(mailbox), call, answer -> id);
        } catch (GraphRefusal refusal) {
            if (refusal.status() != 404) {
                throw refusal;
            }
        }
    }

    /** Those of the mailbox that call {@code url}: ours, and nobody else's. */
    List<String> list(Mailbox mailbox, URI url) throws GraphRefusal, IOException {
        List<String> ours = new ArrayList<>();
        Optional<URI> next = Optional.of(URI.create(root + PATH));
        for (int page = 0; next.isPresent() && page < MOST_PAGES; page++) {
            GraphClient.Call call = GraphClient.Call.json(next.get(), deadline);
            ObjectNode answer = client.call(mailbox, gates.apply(mailbox), call, SubscriptionCalls::object);
            for (JsonNode one : answer.path("value")) {
                if (one.path("notificationUrl").asText().equals(url.toString())
                        && one.path("resource").asText().equalsIgnoreCase(resource(mailbox))) {
                    ours.add(made(one).id());
                }
            }
            next = next(mailbox, answer);
        }
        return ours;
    }

    private Optional<URI> next(Mailbox mailbox, ObjectNode answer) {
        JsonNode link = answer.path("@odata.nextLink");
        return link.isTextual()
                ? Optional.of(new GraphLinks(root, mailbox).checked(link.textValue()))
                : Optional.empty();
    }

    /** By object id for everybody: {@code me} would say nothing in the list. */
    private static String resource(Mailbox mailbox) {
        return "users/" + mailbox.objectId() + "/messages";
    }

    private static String path(String id) {
        return PATH + "/" + GraphLinks.segment(id);
    }

    private GraphClient.Call sending(String method, String path, ObjectNode body) {
        GraphClient.Content content =
                new GraphClient.Content("application/json", BodyPublishers.ofString(body.toString()));
        return GraphClient.Call.sending(method, URI.create(root + path), content, deadline);
    }

    private static ObjectNode object(HttpGateway.Answer answer) throws IOException {
        return GraphMailSource.object(answer);
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
