package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpTimeoutException;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.StagingException;

/** The requests about single messages of one mailbox. */
final class GraphMessages {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final GraphClient client;
    private final GraphLinks links;
    private final GraphSettings settings;
    private final Mailbox mailbox;
    private final MailboxGate gate;

    GraphMessages(GraphClient client, GraphLinks links, GraphSettings settings, Mailbox mailbox, MailboxGate gate) {
        this.client = client;
        this.links = links;
        this.settings = settings;
        this.mailbox = mailbox;
        this.gate = gate;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    MessageContent content() {
        return settings.content();
    }

    /** The message with its body, as listings show it in this form. */
    ObjectNode fetchWhole(String id) throws GraphRefusal, IOException {
        String path = "/messages/" + GraphLinks.segment(id) + "?" + settings.select();
        GraphClient.Call call = GraphClient.Call.json(links.own(path), settings.contentTimeout());
        return client.call(mailbox, gate, call, answer -> MessageJson.whole(GraphMailSource.object(answer)));
    }

    /** Writes the message with its attachments; returning means that it is whole. */
    void writeJson(String id, ObjectNode message, OutputStream target) throws GraphRefusal, IOException {
        new MessageJson(client, links, settings, mailbox, gate).write(id, message, target);
    }

    /** The message's fields, whichever the mailbox has for it, without its body. */
    String fetchMetadata(String id) throws GraphRefusal, IOException {
        String path = "/messages/" + GraphLinks.segment(id) + "?" + settings.selectFields();
        GraphClient.Call call = GraphClient.Call.json(links.own(path), settings.answerTimeout());
        return client.call(mailbox, gate, call, answer -> GraphJson.metadata(GraphMailSource.object(answer)));
    }

    /**
     * Copies the MIME as it arrives; returning means it arrived whole.
     *
     * @throws MalformedAnswerException if it is none, is cut or is too large
     * @throws HttpTimeoutException if the deadline passed
     * @throws StagingException if it cannot be written
     */
    void fetchMime(String id, OutputStream target) throws GraphRefusal, IOException {
        String path = "/messages/" + GraphLinks.segment(id) + "/$value";
        GraphClient.Call call = GraphClient.Call.get(links.own(path), "*/*", settings.contentTimeout());
        client.call(mailbox, gate, call, answer -> copy(answer, target));
    }

    /** One cheap request that tells whether the mailbox answers at all. */
    void ping() throws GraphRefusal, IOException {
        GraphClient.Call call =
                GraphClient.Call.json(links.own("/mailFolders/inbox?$select=id"), settings.answerTimeout());
        client.call(mailbox, gate, call, GraphMailSource::object);
    }

    private long copy(HttpGateway.Answer answer, OutputStream target) throws HttpTimeoutException {
        String type = GraphClient.contentType(answer);
        if (type.startsWith("text/html") || type.startsWith("application/json")) {
            throw new MalformedAnswerException("Graph: the content is no MIME but a web page or an error.");
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        for (int count = read(answer.body(), buffer); count >= 0; count = read(answer.body(), buffer)) {
            size += count;
            if (size > settings.maxMessageBytes()) {
                throw new MalformedAnswerException("Graph: the message is larger than the " + settings.maxMessageBytes()
                        + " bytes that maxMessageBytes allows.");
            }
            write(target, buffer, count);
        }
        if (size == 0) {
            throw new MalformedAnswerException("Graph: the content is empty.");
        }
        return size;
    }

    private static int read(InputStream body, byte[] buffer) throws HttpTimeoutException {
        try {
            return body.read(buffer);
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedAnswerException("Graph: the content was cut.", e);
        }
    }

    private static void write(OutputStream target, byte[] buffer, int count) {
        try {
            target.write(buffer, 0, count);
        } catch (IOException e) {
            throw new StagingException("the content could not be staged", e);
        }
    }
}
