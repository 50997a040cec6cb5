package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An item as GetItem answers it: MIME goes straight to its place while it is read, the other properties become JSON in Graph's {@code message} vocabulary.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/message">message resource</a>
 */
final class FetchedItem {
    private static final long MOST_METADATA = 4L * 1024 * 1024;
    private static final List<String> LISTS =
            List.of("toRecipients", "ccRecipients", "bccRecipients", "replyTo", "categories");

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final MimeSink mime;
    private Optional<UnusableContentException> defect = Optional.empty();

    private FetchedItem(MimeSink mime) {
        this.mime = mime;
    }

    /** An item of which no MIME was asked for. */
    static FetchedItem read(XmlPull xml) throws IOException {
        return read(xml, new MimeSink(OutputStream.nullOutputStream()));
    }

    /** Reads the item that is the current element to its end. Only text that is kept counts against the limit, MIME does not. */
    static FetchedItem read(XmlPull xml, MimeSink mime) throws IOException {
        FetchedItem item = new FetchedItem(mime);
        xml.keepAtMost(MOST_METADATA);
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            item.take(xml);
        }
        return item;
    }

    Optional<String> id() {
        return Optional.ofNullable(json.get("id")).map(node -> node.asText());
    }

    /**
     * @return the metadata
     * @throws UnusableContentException if the MIME is missing, incomplete or no base64
     */
    String metadata() throws UnusableContentException {
        if (defect.isPresent()) {
            throw defect.get();
        }
        mime.requireWhole();
        return whole().toString();
    }

    /** What the answer said of it. */
    ObjectNode fields() {
        return json;
    }

    /** As {@link #fields}, where everything was asked for: what is not said is empty. */
    ObjectNode whole() {
        for (String list : LISTS) {
            json.withArray(list);
        }
        return json;
    }

    private void take(XmlPull xml) throws IOException {
        switch (xml.name()) {
            case "t:MimeContent" -> mime(xml);
            case "t:ItemId" -> {
                xml.attribute("Id").ifPresent(id -> json.put("id", id));
                xml.attribute("ChangeKey").ifPresent(key -> json.put("changeKey", key));
            }
            case "t:ParentFolderId" -> xml.attribute("Id").ifPresent(id -> json.put("parentFolderId", id));
            case "t:ConversationId" -> xml.attribute("Id").ifPresent(id -> json.put("conversationId", id));
            case "t:Subject" -> json.put("subject", xml.text());
            case "t:InternetMessageId" ->
                json.put("internetMessageId", xml.text().trim());
            case "t:Importance" -> json.put("importance", xml.text().trim().toLowerCase(Locale.ROOT));
            case "t:IsDraft" -> json.put("isDraft", ItemFields.bool(xml.text()));
            case "t:HasAttachments" -> json.put("hasAttachments", ItemFields.bool(xml.text()));
            case "t:Categories" -> categories(xml);
            case "t:DateTimeReceived" -> time("receivedDateTime", xml);
            case "t:DateTimeSent" -> time("sentDateTime", xml);
            case "t:DateTimeCreated" -> time("createdDateTime", xml);
            case "t:LastModifiedTime" -> time("lastModifiedDateTime", xml);
            case "t:From" -> single("from", xml);
            case "t:Sender" -> single("sender", xml);
            case "t:ToRecipients" -> recipients("toRecipients", xml);
            case "t:CcRecipients" -> recipients("ccRecipients", xml);
            case "t:BccRecipients" -> recipients("bccRecipients", xml);
            case "t:ReplyTo" -> recipients("replyTo", xml);
            case "t:IsRead" -> json.put("isRead", ItemFields.bool(xml.text()));
            case "t:Size" -> ItemFields.number(xml.text()).ifPresent(size -> json.put("size", size));
            case "t:Flag" -> flag(xml);
            case "t:Body" -> body(xml);
            case "t:InternetMessageHeaders" -> headers(xml);
            case "t:Attachments" -> json.set("attachments", AttachmentJson.list(xml));
            default -> {
                // not asked for
            }
        }
    }

    private void mime(XmlPull xml) throws IOException {
        Base64Decoder decoder = new Base64Decoder(mime);
        try {
            xml.stream(decoder::decode);
            decoder.finish();
        } catch (UnusableContentException e) {
            defect = Optional.of(e);
        }
    }

    private void time(String name, XmlPull xml) throws IOException {
        ItemFields.instant(xml.text()).ifPresent(time -> json.put(name, time.toString()));
    }

    private void categories(XmlPull xml) throws IOException {
        ArrayNode categories = json.putArray("categories");
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            categories.add(xml.text());
        }
    }

    private void flag(XmlPull xml) throws IOException {
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            if (xml.name().equals("t:FlagStatus")) {
                json.putObject("flag").put("flagStatus", lowerFirst(xml.text().trim()));
            }
        }
    }

    /** EWS writes {@code NotFlagged} where Graph writes {@code notFlagged}. */
    private static String lowerFirst(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toLowerCase(Locale.ROOT) + word.substring(1);
    }

    private void body(XmlPull xml) throws IOException {
        String type = xml.attribute("BodyType").orElse("Text").toLowerCase(Locale.ROOT);
        json.putObject("body").put("contentType", type).put("content", xml.text());
    }

    private void headers(XmlPull xml) throws IOException {
        ArrayNode headers = json.putArray("internetMessageHeaders");
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            String name = xml.attribute("HeaderName").orElse("");
            headers.addObject().put("name", name).put("value", xml.text());
        }
    }

    private void single(String name, XmlPull xml) throws IOException {
        ArrayNode all = addresses(xml);
        if (!all.isEmpty()) {
            json.set(name, all.get(0));
        }
    }

    private void recipients(String name, XmlPull xml) throws IOException {
        json.set(name, addresses(xml));
    }

    private static ArrayNode addresses(XmlPull xml) throws IOException {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            if (xml.name().equals("t:Mailbox")) {
                all.addObject().set("emailAddress", address(xml));
            }
        }
        return all;
    }

    /** Routing type EX stands for a legacy directory name, which is no address outside Exchange. */
    private static ObjectNode address(XmlPull xml) throws IOException {
        ObjectNode address = JsonNodeFactory.instance.objectNode();
        boolean smtp = true;
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            switch (xml.name()) {
                case "t:Name" -> address.put("name", xml.text());
                case "t:EmailAddress" -> address.put("address", xml.text().trim());
                case "t:RoutingType" -> smtp = !xml.text().trim().equalsIgnoreCase("EX");
                default -> {
                    // Graph has no word for it
                }
            }
        }
        return smtp ? address : address.without("address");
    }
}
