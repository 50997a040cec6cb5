package org.mailcaravan.graph;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.StagingException;

/**
 * Writes a message as one JSON object in Graph's {@code message} vocabulary: all its fields, known to us or not, and {@code attachments} with their bytes. One
 * request gets all attachments; if that answer is larger than {@link #MOST_CHARACTERS}, they are listed without bytes and each is streamed from a request of its
 * own, so that no attachment is ever held in memory whole. Item attachments cost one request each.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/message-list-attachments">List attachments</a>
 */
final class MessageJson {
    /** Attachments of about 3 MB in all; what Graph recommends to fetch at once. */
    static final long MOST_CHARACTERS = 4L * 1024 * 1024;

    private static final String FILE = "#microsoft.graph.fileAttachment";
    private static final String ITEM = "#microsoft.graph.itemAttachment";
    private static final int MOST_PAGES = 1000;

    private final GraphClient client;
    private final GraphLinks links;
    private final GraphSettings settings;
    private final Mailbox mailbox;
    private final MailboxGate gate;

    MessageJson(GraphClient client, GraphLinks links, GraphSettings settings, Mailbox mailbox, MailboxGate gate) {
        this.client = client;
        this.links = links;
        this.settings = settings;
        this.mailbox = mailbox;
        this.gate = gate;
    }

    /**
     * Writes the message; returning means that it is whole.
     *
     * @throws MalformedAnswerException if an answer is cut, no JSON, or the message is too large
     */
    void write(String id, ObjectNode message, OutputStream target) throws GraphRefusal, IOException {
        JsonGenerator out = GraphJson.generator(new Limited(target, settings.maxMessageBytes()));
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> field : message.properties()) {
            out.writeFieldName(field.getKey());
            out.writeTree(field.getValue());
        }
        if (hasAttachments(message)) {
            out.writeArrayFieldStart("attachments");
            writeAttachments(path(id), out);
            out.writeEndArray();
        }
        out.writeEndObject();
        out.close();
    }

    /** {@code hasAttachments} does not count inline ones: they are known by the body that shows them (wire sheet 2.3). */
    private static boolean hasAttachments(ObjectNode message) {
        return message.path("hasAttachments").asBoolean()
                || message.path("body").path("content").asText().contains("cid:");
    }

    private static String path(String id) {
        return "/messages/" + GraphLinks.segment(id) + "/attachments";
    }

    private void writeAttachments(String path, JsonGenerator out) throws GraphRefusal, IOException {
        Optional<URI> page = Optional.of(links.own(path));
        for (int count = 0; page.isPresent(); count++) {
            if (count >= MOST_PAGES) {
                throw new MalformedAnswerException("Graph: a list of attachments has no end.");
            }
            Optional<ObjectNode> answer = get(page.get(), MOST_CHARACTERS);
            if (answer.isEmpty() && count == 0) {
                writeOneByOne(path, out);
                return;
            }
            ObjectNode whole = answer.orElseThrow(() -> new MalformedAnswerException("Graph: too many attachments."));
            for (JsonNode attachment : rows(whole)) {
                out.writeTree(expanded(path, (ObjectNode) attachment));
            }
            page = DeltaPage.link(whole, "@odata.nextLink").map(links::checked);
        }
    }

    private static ArrayNode rows(ObjectNode page) {
        if (page.get("value") instanceof ArrayNode rows) {
            for (JsonNode row : rows) {
                if (!(row instanceof ObjectNode)) {
                    throw new MalformedAnswerException("Graph: an attachment that is no object.");
                }
            }
            return rows;
        }
        throw new MalformedAnswerException("Graph: a page without its list of attachments.");
    }

    /** The message or event inside an item attachment is shown only on request; one that Graph cannot show stays as it is. */
    private ObjectNode expanded(String path, ObjectNode attachment) throws GraphRefusal, IOException {
        if (!attachment.path("@odata.type").asText().equals(ITEM)) {
            return attachment;
        }
        try {
            URI target = links.own(one(path, attachment) + "?$expand=microsoft.graph.itemattachment/item");
            return get(target, GraphJson.MAX_CHARACTERS).map(MessageJson::bare).orElse(attachment);
        } catch (GraphRefusal refusal) {
            if (refusal.concernsMailbox() || refusal.isDoubtful()) {
                throw refusal;
            }
            return attachment;
        }
    }

    private static ObjectNode bare(ObjectNode answer) {
        answer.remove("@odata.context");
        return answer;
    }

    private static String one(String path, ObjectNode attachment) {
        String id = attachment.path("id").asText();
        if (id.isBlank()) {
            throw new MalformedAnswerException("Graph: an attachment without an id.");
        }
        return path + "/" + GraphLinks.segment(id);
    }

    private void writeOneByOne(String path, JsonGenerator out) throws GraphRefusal, IOException {
        String fields = "?$select=id,name,contentType,size,isInline,lastModifiedDateTime&$top=1000";
        ObjectNode list = get(links.own(path + fields), GraphJson.MAX_CHARACTERS)
                .orElseThrow(() -> new MalformedAnswerException("Graph: too many attachments."));
        for (JsonNode row : rows(list)) {
            ObjectNode attachment = expanded(path, (ObjectNode) row);
            out.writeStartObject();
            for (Map.Entry<String, JsonNode> field : attachment.properties()) {
                out.writeFieldName(field.getKey());
                out.writeTree(field.getValue());
            }
            if (attachment.path("@odata.type").asText().equals(FILE)) {
                writeBytes(links.own(one(path, attachment) + "/$value"), out);
            }
            out.writeEndObject();
        }
    }

    private void writeBytes(URI target, JsonGenerator out) throws GraphRefusal, IOException {
        out.writeFieldName("contentBytes");
        GraphClient.Call call = GraphClient.Call.get(target, "*/*", settings.contentTimeout());
        client.call(mailbox, gate, call, answer -> copy(answer, out));
    }

    private static int copy(HttpGateway.Answer answer, JsonGenerator out) throws IOException {
        try {
            return out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, answer.body(), -1);
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedAnswerException("Graph: an attachment was cut.", e);
        }
    }

    private Optional<ObjectNode> get(URI target, long most) throws GraphRefusal, IOException {
        GraphClient.Call call = GraphClient.Call.json(target, settings.contentTimeout());
        return client.call(mailbox, gate, call, answer -> {
            GraphClient.checkJson(answer);
            return GraphJson.readObject(answer.body(), most);
        });
    }

    /** Names of fields that carry bodies; what Graph adds for this one answer is no part of the message. */
    static ObjectNode whole(ObjectNode answer) {
        ObjectNode message = answer.deepCopy();
        Set<String> kept = Set.of("@odata.type");
        answer.fieldNames().forEachRemaining(name -> {
            if (name.contains("@odata.") && !kept.contains(name)) {
                message.remove(name);
            }
        });
        return message;
    }

    /** Base64 of the largest message, and its fields; turns a full disk into a pause, as every stream of the staging does. */
    private static final class Limited extends FilterOutputStream {
        private final long most;
        private long count;

        private Limited(OutputStream out, long maxMessageBytes) {
            super(out);
            most = maxMessageBytes / 2 * 3;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            count += length;
            if (count > most) {
                throw new MalformedAnswerException("Graph: the message is larger than maxMessageBytes allows.");
            }
            try {
                out.write(source, offset, length);
            } catch (IOException e) {
                throw new StagingException("the content could not be staged", e);
            }
        }
    }
}
