package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.Parameters;
import org.mailcaravan.component.ReceivedContent;
import org.mailcaravan.mailbox.StagingException;

/** One Exchange at the producer: what it asks for, and where the answer goes. A header overrides the option of the same name. */
final class Invocation {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Exchange exchange;
    private final Parameters parameters;
    private final GraphConfiguration options;
    private final MailboxWire wire;
    private final Pause pause;

    Invocation(Exchange exchange, GraphConfiguration options, MailboxWire wire, Pause pause) {
        this.exchange = exchange;
        this.parameters = new Parameters(exchange);
        this.options = options;
        this.wire = wire;
        this.pause = pause;
    }

    /** Waits in the thread of the Exchange. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /** @return false if that would take too long, or was interrupted */
    boolean pause(Duration time) {
        if (time.compareTo(LONGEST_PAUSE) > 0) {
            return false;
        }
        try {
            pause.sleep(time);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    MailboxWire wire() {
        return wire;
    }

    GraphConfiguration options() {
        return options;
    }

    Exchange exchange() {
        return exchange;
    }

    /** @see Parameters#find */
    Optional<String> find(String header, @Nullable Object option) {
        return parameters.find(header, option);
    }

    String require(String header, @Nullable Object option, String name) {
        return parameters.require(header, option, name);
    }

    /** The path of the message that is meant. */
    String message() {
        return "/messages/"
                + GraphLinks.segment(require(GraphConstants.MESSAGE_ID, options.getMessageId(), "messageId"));
    }

    Optional<String> folder() {
        return find(GraphConstants.FOLDER, options.getFolder());
    }

    /** The path of the folder that is meant. */
    String requireFolder() {
        return "/mailFolders/" + GraphLinks.segment(require(GraphConstants.FOLDER, options.getFolder(), "folder"));
    }

    String requireName() {
        return require(GraphConstants.NAME, options.getName(), "name");
    }

    Optional<String> select() {
        return find(GraphConstants.SELECT, options.getSelect());
    }

    Optional<String> top() {
        return parameters.top(GraphConstants.TOP, options.getTop());
    }

    /** What the route wants to be sent, as a JSON object: JSON text in any form, or a map. */
    ObjectNode bodyObject() {
        if (bodyJson() instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("the body must be a JSON object");
    }

    JsonNode bodyJson() {
        Object body = exchange.getMessage().getBody();
        if (body instanceof JsonNode node) {
            return node.deepCopy();
        }
        if (body instanceof Map<?, ?> || body instanceof Collection<?>) {
            return GraphJson.valueOf(body);
        }
        try (InputStream in = exchange.getMessage().getMandatoryBody(InputStream.class)) {
            return GraphJson.readOurs(in);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException("the operation needs a body that can be read as JSON");
        } catch (IOException e) {
            throw new StagingException("the body could not be read", e);
        }
    }

    /** Answers a page of a list; reads on where the last one ended if the Exchange says so. */
    void page(String path) {
        ObjectNode page = find(GraphConstants.NEXT_LINK, null).map(wire::follow).orElseGet(() -> wire.get(path));
        turn(page);
    }

    private void turn(ObjectNode page) {
        String next = page.path("@odata.nextLink").asText("");
        if (next.isEmpty()) {
            exchange.getMessage().removeHeader(GraphConstants.NEXT_LINK);
        } else {
            wire.check(next);
            exchange.getMessage().setHeader(GraphConstants.NEXT_LINK, next);
        }
        answer(page);
    }

    /** As {@link #page}, of what belongs to the account and not to its mailbox. */
    void globalPage(String path) {
        turn(find(GraphConstants.NEXT_LINK, null).map(wire::follow).orElseGet(() -> wire.getGlobal(path)));
    }

    /** Graph's answer becomes the body as JSON text; no answer leaves the body as it is. */
    void answer(Optional<ObjectNode> json) {
        json.ifPresent(this::answer);
    }

    void answer(JsonNode json) {
        Message message = exchange.getMessage();
        message.setBody(json.toString());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }

    /** Answers with an item whose id later steps need. */
    void answerItem(Optional<ObjectNode> json, String idHeader) {
        json.map(item -> item.path("id").asText(""))
                .filter(id -> !id.isEmpty())
                .ifPresent(id -> exchange.getMessage().setHeader(idHeader, id));
        answer(json);
    }

    /** The content becomes the body, as a stream that can be read again. */
    void answerContent(String path) {
        ReceivedContent content = new ReceivedContent();
        try {
            download(path, content);
        } catch (IOException e) {
            throw new StagingException("the content could not be written to a temporary file", e);
        }
    }

    private void download(String path, ReceivedContent content) throws IOException {
        boolean whole = false;
        try {
            wire.download(path, content);
            exchange.getMessage().setBody(content.body(exchange));
            exchange.getMessage().removeHeader(Exchange.CONTENT_TYPE);
            whole = true;
        } finally {
            if (!whole) {
                content.discard();
            }
        }
    }
}
