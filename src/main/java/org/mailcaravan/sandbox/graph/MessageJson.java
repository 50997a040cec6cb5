package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.mailcaravan.sandbox.mail.Envelope;
import org.mailcaravan.sandbox.mail.FollowUp;
import org.mailcaravan.sandbox.mail.Importance;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailBody;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Marks;
import org.mailcaravan.sandbox.mail.MimeHeader;

/** A message resource as a client writes it: what is there is set, what is not stays. */
final class MessageJson {
    private static final Set<String> MARKS =
            Set.of("isRead", "categories", "flag", "inferenceClassification", "importance");
    private static final Set<String> DRAFT = Set.of(
            "subject",
            "body",
            "from",
            "sender",
            "toRecipients",
            "ccRecipients",
            "bccRecipients",
            "replyTo",
            "internetMessageHeaders",
            "attachments",
            "internetMessageId",
            "isDeliveryReceiptRequested",
            "isReadReceiptRequested");

    private final JsonNode json;

    /** @throws GraphError 400 for a property that messages do not have or nobody may set */
    MessageJson(JsonNode json) {
        this.json = json;
        json.fieldNames().forEachRemaining(MessageJson::check);
    }

    private static void check(String name) {
        boolean settable = MARKS.contains(name) || DRAFT.contains(name) || name.contains("@odata.");
        if (!settable && MessageView.PROPERTIES.contains(name)) {
            throw GraphError.of(400, "ErrorInvalidPropertySet", "The property '" + name + "' is read-only.");
        }
        if (!settable) {
            throw GraphError.of(
                    400,
                    "RequestBodyRead",
                    "The property '" + name + "' does not exist on type 'microsoft.graph.message'.");
        }
    }

    /** Whether it sets something that only a draft's author may set. */
    boolean changesContent() {
        return DRAFT.stream().anyMatch(json::has);
    }

    Optional<Importance> importance() {
        return text(json, "importance")
                .map(name -> oneOf(Importance.values(), Importance::graphName, name, "importance"));
    }

    Marks applied(Marks marks) {
        Marks next = marks;
        if (json.has("isRead")) {
            next = next.withRead(json.path("isRead").asBoolean());
        }
        if (json.has("categories")) {
            next = next.withCategories(categories());
        }
        if (json.has("flag")) {
            next = next.withFollowUp(followUp(json.path("flag")));
        }
        if (json.has("inferenceClassification")) {
            next = next.withFocused(
                    !json.path("inferenceClassification").asText().equals("other"));
        }
        return next;
    }

    MailDraft applied(MailDraft draft) {
        MailDraft next = draft.with(applied(draft.envelope()));
        if (json.has("body")) {
            next = next.with(body(json.path("body")));
        }
        if (json.has("internetMessageHeaders")) {
            next = next.withHeaders(headers());
        }
        for (JsonNode attachment : json.path("attachments")) {
            next = next.with(AttachmentJson.read(attachment));
        }
        MailDraft read = next;
        return importance().map(read::with).orElse(read);
    }

    private Envelope applied(Envelope envelope) {
        Envelope next = envelope.withRecipients(
                        recipients("toRecipients", envelope.to()), recipients("ccRecipients", envelope.cc()))
                .withHidden(recipients("bccRecipients", envelope.bcc()), recipients("replyTo", envelope.replyTo()));
        Envelope authored = json.path("from").has("emailAddress") ? next.withFrom(address(json.path("from"))) : next;
        return text(json, "subject").map(authored::withSubject).orElse(authored);
    }

    private List<MailAddress> recipients(String name, List<MailAddress> otherwise) {
        return json.has(name)
                ? elements(json.path(name)).map(MessageJson::address).toList()
                : otherwise;
    }

    private static MailAddress address(JsonNode recipient) {
        JsonNode address = recipient.path("emailAddress");
        return new MailAddress(
                text(address, "name").orElse(""),
                text(address, "address")
                        .orElseThrow(() ->
                                GraphError.of(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")));
    }

    private static MailBody body(JsonNode body) {
        String content = text(body, "content").orElse("");
        return text(body, "contentType").orElse("text").equalsIgnoreCase("html")
                ? new MailBody(MailBody.textOf(content), Optional.of(content))
                : new MailBody(content, Optional.empty());
    }

    private List<String> categories() {
        return elements(json.path("categories")).map(JsonNode::asText).toList();
    }

    /** Only {@code x-} headers, as Graph allows. */
    private List<MimeHeader> headers() {
        List<MimeHeader> headers = new ArrayList<>();
        for (JsonNode header : json.path("internetMessageHeaders")) {
            String name = header.path("name").asText();
            if (!name.matches("(?i)x-[!-9;-~]+")) {
                throw GraphError.of(
                        400,
                        "InvalidInternetMessageHeader",
                        "The internet message header name '" + name + "' should start with 'x-' or 'X-'.");
            }
            headers.add(new MimeHeader(name, header.path("value").asText().replaceAll("[\\r\\n]", " ")));
        }
        return headers;
    }

    private static FollowUp followUp(JsonNode flag) {
        String name = text(flag, "flagStatus").orElse("notFlagged");
        FollowUp.Status status = oneOf(FollowUp.Status.values(), FollowUp.Status::graphName, name, "flag/flagStatus");
        return new FollowUp(
                status,
                instant(flag.path("startDateTime")),
                instant(flag.path("dueDateTime")),
                instant(flag.path("completedDateTime")));
    }

    private static Optional<Instant> instant(JsonNode dateTime) {
        try {
            return text(dateTime, "dateTime")
                    .map(text -> LocalDateTime.parse(text.replaceFirst("Z$", ""))
                            .atZone(ZoneId.of(text(dateTime, "timeZone").orElse("UTC")))
                            .toInstant());
        } catch (DateTimeException unreadable) {
            throw GraphError.badRequest("A dateTimeTimeZone needs an ISO 8601 dateTime and an IANA timeZone.");
        }
    }

    private static <T> T oneOf(T[] values, Function<T, String> name, String wanted, String property) {
        return Arrays.stream(values)
                .filter(value -> name.apply(value).equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> GraphError.badRequest("The value of " + property + " is invalid."));
    }

    static Optional<String> text(JsonNode json, String name) {
        return Optional.of(json.path(name)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
