package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.StagingException;

/**
 * The requests of one operation on one mailbox, through the gate that the mailbox's consumer uses too, and what their failures mean to a route. Nothing is sent
 * twice, except after a 401, which says that nothing was done.
 */
final class MailboxWire {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final GraphClient client;
    private final GraphLinks links;
    private final GraphSettings settings;
    private final Mailbox mailbox;
    private final MailboxGate gate;
    private final GraphOperation operation;

    MailboxWire(
            GraphClient client,
            GraphLinks links,
            GraphSettings settings,
            Mailbox mailbox,
            MailboxGate gate,
            GraphOperation operation) {
        this.client = client;
        this.links = links;
        this.settings = settings;
        this.mailbox = mailbox;
        this.gate = gate;
        this.operation = operation;
    }

    /** @param path below the mailbox, encoded */
    ObjectNode get(String path) {
        return read(links.own(path));
    }

    /** A link of an earlier answer, byte for byte. */
    ObjectNode follow(String link) {
        return read(links.checked(link));
    }

    /** @param path below the version root, encoded */
    ObjectNode getGlobal(String path) {
        return read(global(path));
    }

    private ObjectNode read(URI target) {
        return call(GraphClient.Call.json(target, settings.answerTimeout()), GraphMailSource::object);
    }

    /** @throws MalformedAnswerException if it leads away from Graph or to another mailbox */
    void check(String link) {
        links.checked(link);
    }

    Optional<ObjectNode> send(String method, String path, JsonNode body) {
        return send(method, path, json(body));
    }

    Optional<ObjectNode> sendGlobal(String method, String path, JsonNode body) {
        GraphClient.Call call = GraphClient.Call.sending(method, global(path), json(body), settings.answerTimeout());
        return call(call, MailboxWire::answer);
    }

    /**
     * Several requests in one; those that are throttled close the gate as any other would.
     *
     * @param envelope with its list {@code requests}
     */
    Optional<ObjectNode> sendBatch(ObjectNode envelope) {
        GraphClient.Call call = GraphClient.Call.sending(
                        "POST", global("/$batch"), json(envelope), settings.contentTimeout())
                .standingFor(envelope.path("requests").size());
        return call(call, answer -> {
            Optional<ObjectNode> batch = answer(answer);
            Batch.throttling(batch, client.now()).ifPresent(gate::throttledInBatch);
            return batch;
        });
    }

    /** How long nothing may be sent to the mailbox. */
    Duration closedFor() {
        return gate.closedFor();
    }

    Optional<ObjectNode> send(String method, String path, GraphClient.Content content) {
        GraphClient.Call call = GraphClient.Call.sending(method, links.own(path), content, settings.contentTimeout());
        return call(call, MailboxWire::answer);
    }

    /** A POST that says all by its address. */
    void act(String path) {
        GraphClient.Content nothing = new GraphClient.Content("application/json", BodyPublishers.noBody());
        send("POST", path, nothing);
    }

    void delete(String path) {
        call(GraphClient.Call.delete(links.own(path), settings.answerTimeout()), MailboxWire::answer);
    }

    void deleteGlobal(String path) {
        call(GraphClient.Call.delete(global(path), settings.answerTimeout()), MailboxWire::answer);
    }

    /** Copies as it arrives; returning means it arrived whole. */
    void download(String path, OutputStream target) {
        GraphClient.Call call = GraphClient.Call.get(links.own(path), "*/*", settings.contentTimeout());
        call(call, answer -> copy(answer.body(), target));
    }

    /**
     * Sends a part of an upload, or asks (without a part) what is missing.
     *
     * @param target a pre-authenticated address: https, or of Graph's own root
     * @throws IOException if the connection broke: an upload goes on from what the server says it has
     */
    Optional<ObjectNode> upload(URI target, Optional<GraphClient.Part> part) throws IOException {
        try {
            return client.upload(mailbox.access(), gate, target, part, settings.contentTimeout(), MailboxWire::answer);
        } catch (GraphRefusal refusal) {
            throw GraphOperationException.of(operation, refusal, part.isPresent());
        }
    }

    /** @throws MalformedAnswerException if bytes of a mail must not go there */
    URI uploadTarget(String address) {
        return links.uploadTarget(address);
    }

    GraphOperation operation() {
        return operation;
    }

    /** The path segment by which Graph knows the mailbox: {@code me}, or {@code users/} and its object id. */
    String owner() {
        return mailbox.access() == Access.OWNER ? "me" : "users/" + GraphLinks.segment(mailbox.objectId());
    }

    private URI global(String path) {
        return URI.create(settings.root() + path);
    }

    private static GraphClient.Content json(JsonNode body) {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new GraphClient.Content("application/json", BodyPublishers.ofByteArray(bytes));
    }

    private <T> T call(GraphClient.Call call, GraphClient.AnswerReader<T> reader) {
        try {
            return client.call(mailbox, gate, call, reader);
        } catch (GraphRefusal refusal) {
            throw GraphOperationException.of(operation, refusal, !call.reads());
        } catch (MalformedAnswerException e) {
            throw call.reads() ? e : unknown(call, e);
        } catch (IOException e) {
            throw call.reads() ? GraphClient.unavailable(e) : unknown(call, e);
        }
    }

    private OutcomeUnknownException unknown(GraphClient.Call call, Exception cause) {
        boolean repeatable = !call.method().equals("POST") || operation == GraphOperation.translateExchangeIds;
        return new OutcomeUnknownException(operation.name(), repeatable, cause);
    }

    /** What was done may be told or not (202, 204). */
    private static Optional<ObjectNode> answer(HttpGateway.Answer answer) throws IOException {
        PushbackInputStream body = new PushbackInputStream(answer.body());
        int first = body.read();
        if (first < 0) {
            return Optional.empty();
        }
        body.unread(first);
        GraphClient.checkJson(answer);
        return Optional.of(GraphJson.readObject(body));
    }

    private long copy(InputStream body, OutputStream target) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            size += count;
            if (size > settings.maxMessageBytes()) {
                throw new MalformedAnswerException("Graph: the content is larger than the " + settings.maxMessageBytes()
                        + " bytes that maxMessageBytes allows.");
            }
            write(target, buffer, count);
        }
        return size;
    }

    private static void write(OutputStream target, byte[] buffer, int count) {
        try {
            target.write(buffer, 0, count);
        } catch (IOException e) {
            throw new StagingException("the content could not be written to a temporary file", e);
        }
    }
}
