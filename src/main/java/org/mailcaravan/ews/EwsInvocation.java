package org.mailcaravan.ews;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.Parameters;
import org.mailcaravan.component.ReceivedContent;
import org.mailcaravan.mailbox.StagingException;

/** One Exchange at the producer: what it asks for, and where the answer goes. A header overrides the option of the same name. */
final class EwsInvocation {
    private static final int USUAL_PAGE = 100;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Exchange exchange;
    private final EwsConfiguration options;
    private final EwsWire wire;
    private final Parameters parameters;

    EwsInvocation(Exchange exchange, EwsConfiguration options, EwsWire wire) {
        this.exchange = exchange;
        this.options = options;
        this.wire = wire;
        this.parameters = new Parameters(exchange);
    }

    EwsWire wire() {
        return wire;
    }

    EwsConfiguration options() {
        return options;
    }

    /** @see Parameters#find */
    Optional<String> find(String header, @Nullable Object option) {
        return parameters.find(header, option);
    }

    /** The message that is meant. */
    String itemId() {
        return parameters.require(EwsConstants.ITEM_ID, options.getItemId(), "itemId");
    }

    String attachmentId() {
        return parameters.require(EwsConstants.ATTACHMENT_ID, options.getAttachmentId(), "attachmentId");
    }

    Optional<FolderRef> folder() {
        return find(EwsConstants.FOLDER, options.getFolder()).map(FolderRef::of);
    }

    FolderRef requireFolder() {
        return FolderRef.of(parameters.require(EwsConstants.FOLDER, options.getFolder(), "folder"));
    }

    FolderRef destination() {
        return FolderRef.of(parameters.require(EwsConstants.DESTINATION, options.getDestination(), "destination"));
    }

    /** Where this page begins: where the last one ended, if the Exchange says so. */
    OperationRequests.Page page() {
        int most = parameters
                .top(EwsConstants.TOP, options.getTop())
                .map(Integer::parseInt)
                .orElse(USUAL_PAGE);
        return new OperationRequests.Page(
                most,
                find(EwsConstants.NEXT_LINK, null).map(EwsInvocation::offset).orElse(0));
    }

    private static int offset(String link) {
        if (!link.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("the header " + EwsConstants.NEXT_LINK
                    + " is not what a list operation of ews set: remove it to begin anew");
        }
        return Integer.parseInt(link);
    }

    /** @throws IllegalArgumentException if there is no list of texts */
    JsonNode bodyJson() {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Collection<?>) {
            return MAPPER.valueToTree(body);
        }
        String text = exchange.getMessage().getBody(String.class);
        try {
            return text == null ? MAPPER.missingNode() : MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is no JSON");
        }
    }

    /** Answers a page of a list. */
    void answer(FindReader.Page<ObjectNode> page) {
        next(page.last() ? OptionalInt.empty() : OptionalInt.of(page.next()));
        answerList(JsonNodeFactory.instance.arrayNode().addAll(page.rows()));
    }

    /** Answers changes of folders: the next call begins at the state, and while more wait, the header that says so is there. */
    void answer(OperationAnswers.FolderChanges changes) {
        set(EwsConstants.SYNC_STATE, changes.syncState());
        next(changes.more() ? OptionalInt.of(0) : OptionalInt.empty());
        answerList(changes.rows());
    }

    private void next(OptionalInt offset) {
        if (offset.isPresent()) {
            set(EwsConstants.NEXT_LINK, Integer.toString(offset.getAsInt()));
        } else {
            exchange.getMessage().removeHeader(EwsConstants.NEXT_LINK);
        }
    }

    void answerList(ArrayNode rows) {
        answer(JsonNodeFactory.instance.objectNode().set("value", rows));
    }

    void answer(JsonNode json) {
        Message message = exchange.getMessage();
        message.setBody(json.toString());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }

    void set(String header, String value) {
        exchange.getMessage().setHeader(header, value);
    }

    /** The content becomes the body, as a stream that can be read again. */
    void answerContent(Function<OutputStream, Boolean> download) {
        ReceivedContent content = new ReceivedContent();
        try {
            receive(download, content);
        } catch (IOException e) {
            throw new StagingException("the content could not be written to a temporary file", e);
        }
    }

    private void receive(Function<OutputStream, Boolean> download, ReceivedContent content) throws IOException {
        boolean whole = false;
        try {
            if (!download.apply(content)) {
                throw new IllegalArgumentException("a reference has no content: getAttachment tells where it leads to");
            }
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
