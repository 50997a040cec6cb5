package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.mailcaravan.sandbox.mail.FollowUp;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailContent;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** A message as Graph shows it (resource type message; csdl of v1.0). */
final class MessageView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<String, Function<MessageView, JsonNode>> DEFAULTS = defaults();
    /** Shown only when selected by name. */
    private static final Map<String, Function<MessageView, JsonNode>> ON_REQUEST =
            Map.of("internetMessageHeaders", MessageView::headers, "uniqueBody", MessageView::body);

    static final Set<String> PROPERTIES = properties();

    private static final List<String> INNER = List.of(
            "receivedDateTime",
            "sentDateTime",
            "hasAttachments",
            "internetMessageId",
            "subject",
            "importance",
            "body",
            "sender",
            "from",
            "toRecipients",
            "ccRecipients");

    private final SandboxMessage message;
    private final MailContent content;
    private final Prefer prefer;

    private MessageView(SandboxMessage message, Prefer prefer) {
        this(message, message.content(), prefer);
    }

    private MessageView(SandboxMessage message, MailContent content, Prefer prefer) {
        this.message = message;
        this.content = content;
        this.prefer = prefer;
    }

    /** The properties a request selects. */
    static Selection selection(GraphRequest request) {
        return Selection.parse(request.option("select"), PROPERTIES, "microsoft.graph.message");
    }

    /** The message with its etag and the selected properties; {@code id} is always among them. */
    static ObjectNode of(SandboxMessage message, Selection selection, Prefer prefer) {
        MessageView view = new MessageView(message, prefer);
        ObjectNode json = view.annotated();
        json.put("id", id(message, prefer));
        List<String> names = selection.names().isEmpty() ? List.copyOf(DEFAULTS.keySet()) : selection.names();
        names.stream().filter(name -> !name.equals("id")).forEach(name -> json.set(name, view.property(name)));
        if (view.isMeetingRequest() && !selection.leavesOut("meetingMessageType")) {
            json.put("meetingMessageType", "meetingRequest");
        }
        return json;
    }

    /** What a message inside another says: the properties that do not depend on where a message lies. */
    static ObjectNode content(SandboxMessage outer, MailContent inner, Prefer prefer) {
        MessageView view = new MessageView(outer, inner, prefer);
        ObjectNode json = JSON.objectNode();
        INNER.forEach(name -> json.set(name, view.property(name)));
        return json;
    }

    /** What a changed read flag looks like in delta: three properties, whatever was selected. */
    static ObjectNode readFlag(SandboxMessage message, Prefer prefer) {
        ObjectNode json = JSON.objectNode();
        json.put("@odata.type", "#microsoft.graph.message");
        json.put("@odata.etag", etag(message));
        json.put("id", id(message, prefer));
        json.put("parentFolderId", message.folder().restId());
        json.put("isRead", message.isRead());
        return json;
    }

    /** What a removal looks like in delta. */
    static ObjectNode removed(SandboxMessage message, String reason, Prefer prefer) {
        ObjectNode json = JSON.objectNode();
        json.putObject("@removed").put("reason", reason);
        json.put("id", id(message, prefer));
        return json;
    }

    static String id(SandboxMessage message, Prefer prefer) {
        return prefer.immutableIds() ? message.immutableId() : message.restId();
    }

    private ObjectNode annotated() {
        ObjectNode json = JSON.objectNode();
        if (isMeetingRequest()) {
            json.put("@odata.type", "#microsoft.graph.eventMessageRequest");
        }
        json.put("@odata.etag", etag(message));
        return json;
    }

    static String etag(SandboxMessage message) {
        return "W/\"" + message.changeKey() + "\"";
    }

    private boolean isMeetingRequest() {
        return content.messageClass().startsWith("IPM.Schedule.Meeting.Request");
    }

    private JsonNode property(String name) {
        return DEFAULTS.getOrDefault(name, ON_REQUEST.getOrDefault(name, view -> JSON.nullNode()))
                .apply(this);
    }

    private static Set<String> properties() {
        Set<String> names = new HashSet<>(DEFAULTS.keySet());
        names.addAll(ON_REQUEST.keySet());
        names.addAll(Set.of("id", "meetingMessageType"));
        return Set.copyOf(names);
    }

    private static Map<String, Function<MessageView, JsonNode>> defaults() {
        Map<String, Function<MessageView, JsonNode>> map = new LinkedHashMap<>();
        map.put("createdDateTime", view -> time(view.message.received()));
        map.put("lastModifiedDateTime", view -> time(view.message.lastModified()));
        map.put("changeKey", view -> JSON.textNode(view.message.changeKey()));
        map.put("categories", view -> texts(view.message.marks().categories()));
        map.put("receivedDateTime", view -> time(view.message.received()));
        map.put("sentDateTime", view -> time(view.content.envelope().sent()));
        map.put("hasAttachments", view -> JSON.booleanNode(view.content.hasAttachments()));
        map.put("internetMessageId", MessageView::internetMessageId);
        map.put("subject", view -> JSON.textNode(view.content.envelope().subject()));
        map.put("bodyPreview", view -> JSON.textNode(view.content.body().preview()));
        map.put("importance", view -> JSON.textNode(view.content.importance().graphName()));
        map.put("parentFolderId", view -> JSON.textNode(view.message.folder().restId()));
        map.put("conversationId", view -> JSON.textNode(view.message.conversationId()));
        map.put(
                "conversationIndex",
                view -> JSON.textNode("AQHb" + view.message.changeKey().substring(0, 24)));
        map.put("isDeliveryReceiptRequested", view -> JSON.nullNode());
        map.put("isReadReceiptRequested", view -> JSON.booleanNode(false));
        map.put("isRead", view -> JSON.booleanNode(view.message.isRead()));
        map.put("isDraft", view -> JSON.booleanNode(view.message.isDraft()));
        map.put(
                "webLink",
                view -> JSON.textNode("https://outlook.office365.example/owa/?ItemID=" + view.message.number()));
        map.put(
                "inferenceClassification",
                view -> JSON.textNode(view.message.marks().focused() ? "focused" : "other"));
        map.put("body", MessageView::body);
        map.put("sender", view -> recipient(view.content.envelope().from()));
        map.put("from", view -> recipient(view.content.envelope().from()));
        map.put("toRecipients", view -> recipients(view.content.envelope().to()));
        map.put("ccRecipients", view -> recipients(view.content.envelope().cc()));
        map.put("bccRecipients", view -> recipients(view.content.envelope().bcc()));
        map.put("replyTo", view -> recipients(view.content.envelope().replyTo()));
        map.put("flag", view -> flag(view.message.marks().followUp()));
        return map;
    }

    private static JsonNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static JsonNode flag(FollowUp followUp) {
        ObjectNode flag = JSON.objectNode().put("flagStatus", followUp.status().graphName());
        followUp.start().ifPresent(start -> flag.set("startDateTime", dateTime(start)));
        followUp.due().ifPresent(due -> flag.set("dueDateTime", dateTime(due)));
        followUp.completed().ifPresent(completed -> flag.set("completedDateTime", dateTime(completed)));
        return flag;
    }

    private static ObjectNode dateTime(Instant instant) {
        return JSON.objectNode()
                .put("dateTime", instant.toString().replace("Z", ""))
                .put("timeZone", "UTC");
    }

    private static JsonNode time(Instant instant) {
        return JSON.textNode(instant.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private JsonNode internetMessageId() {
        return content.envelope()
                .internetMessageId()
                .<JsonNode>map(JSON::textNode)
                .orElse(JSON.nullNode());
    }

    private JsonNode headers() {
        ArrayNode headers = JSON.arrayNode();
        content.forEachHeader(
                (name, value) -> headers.addObject().put("name", name).put("value", value));
        return headers;
    }

    private JsonNode body() {
        String text = content.body().text();
        ObjectNode body = JSON.objectNode().put("contentType", prefer.textBody() ? "text" : "html");
        return body.put(
                "content", prefer.textBody() ? text : content.body().html().orElseGet(() -> asHtml(text)));
    }

    /** Exchange makes HTML of plain text unless asked not to. */
    private static String asHtml(String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\r\n<div>"
                + escaped.replace("\n", "<br>\r\n") + "</div>\r\n</body></html>";
    }

    private static JsonNode recipients(List<MailAddress> addresses) {
        ArrayNode recipients = JSON.arrayNode();
        addresses.forEach(address -> recipients.add(recipient(address)));
        return recipients;
    }

    private static ObjectNode recipient(MailAddress address) {
        ObjectNode recipient = JSON.objectNode();
        String name = address.name().isEmpty() ? address.address() : address.name();
        recipient.putObject("emailAddress").put("name", name).put("address", address.address());
        return recipient;
    }
}
