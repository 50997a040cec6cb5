package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.WantedMessage;

/**
 * Downloads some messages, four at once. What concerns the mailbox stops the batch at once. A server fault, a cut or a late body may be the message's or the
 * service's: it is doubtful until something else of the mailbox answers, so that an outage never parks messages. Three doubtful ones end the batch.
 */
final class ContentFetch {
    private static final int IN_PARALLEL = 4;
    private static final int ENOUGH_DOUBT = 3;

    private final GraphMessages wire;
    private final ContentReceiver receiver;
    private final Queue<WantedMessage> waiting;
    private final Queue<Doubt> doubtful = new ConcurrentLinkedQueue<>();
    private final Queue<Doubt> hidden = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean mailboxAnswers = new AtomicBoolean();
    private final AtomicReference<Throwable> broken = new AtomicReference<>();

    private record Doubt(MessageKey key, String reason) {}

    ContentFetch(GraphMessages wire, ContentReceiver receiver, List<WantedMessage> messages) {
        this.wire = wire;
        this.receiver = receiver;
        this.waiting = new ConcurrentLinkedQueue<>(messages);
    }

    /** Returns when no download is under way any more, also after an exception or an interrupt. */
    void run() {
        List<Thread> helpers = startHelpers(Math.min(IN_PARALLEL, waiting.size()) - 1);
        work();
        join(helpers);
        rethrow();
        settleDoubts();
        settleHidden();
    }

    private List<Thread> startHelpers(int count) {
        List<Thread> helpers = IntStream.rangeClosed(1, count)
                .mapToObj(i -> new Thread(
                        this::work, "graph-content-" + i + "-" + wire.mailbox().id()))
                .toList();
        helpers.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        return helpers;
    }

    /** An interrupt of the caller reaches the helpers, so that a stop does not wait for a long download. */
    private static void join(List<Thread> helpers) {
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    helpers.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        WantedMessage next;
        while (broken.get() == null && doubtful.size() < ENOUGH_DOUBT && (next = waiting.poll()) != null) {
            try {
                fetch(next);
            } catch (RuntimeException | Error e) {
                broken.compareAndSet(null, e);
            }
        }
    }

    private void fetch(WantedMessage message) {
        String id = message.alias(MessageAlias.Kind.GRAPH_IMMUTABLE).orElse("");
        if (id.isEmpty()) {
            receiver.failed(message.key(), "The message has no Graph id.");
            return;
        }
        try {
            fetch(message, id);
            mailboxAnswers.set(true);
        } catch (GraphRefusal refusal) {
            judge(message.key(), refusal);
        } catch (MalformedAnswerException e) {
            doubtful.add(new Doubt(message.key(), e.getMessage()));
        } catch (IOException e) {
            doubt(message.key(), e);
        }
    }

    private void fetch(WantedMessage message, String id) throws GraphRefusal, IOException {
        ContentReceiver.Content content = receiver.begin(message.key());
        try {
            String metadata = wire.content().hasJson() ? fetchJson(message, id, content) : metadata(message, id);
            if (wire.content().hasMime()) {
                wire.fetchMime(id, content.mime());
            }
            content.complete(metadata);
        } finally {
            close(content);
        }
    }

    private String metadata(WantedMessage message, String id) throws GraphRefusal, IOException {
        return message.metadata().isPresent() ? message.metadata().get() : wire.fetchMetadata(id);
    }

    /** @return the metadata */
    private String fetchJson(WantedMessage message, String id, ContentReceiver.Content content)
            throws GraphRefusal, IOException {
        Optional<ObjectNode> listed = receiver.listed(message.key()).flatMap(GraphJson::readKept);
        ObjectNode whole = listed.isPresent() ? listed.get() : wire.fetchWhole(id);
        wire.writeJson(id, whole, content.json());
        return GraphJson.metadata(whole);
    }

    private static void close(ContentReceiver.Content content) {
        try {
            content.close();
        } catch (IOException e) {
            throw new StagingException("the staging place of a message could not be closed", e);
        }
    }

    private void judge(MessageKey key, GraphRefusal refusal) {
        if (refusal.concernsMailbox()) {
            throw refusal.forMailbox();
        }
        if (refusal.isDoubtful()) {
            doubtful.add(new Doubt(key, refusal.getMessage()));
            return;
        }
        if (refusal.itemIsGone()) {
            missing(key, refusal);
            return;
        }
        mailboxAnswers.set(true);
        receiver.failed(key, refusal.getMessage());
    }

    /** To a delegate or an application whose right was taken away, Graph may say that a message is not there: believed only if the inbox still is. */
    private void missing(MessageKey key, GraphRefusal refusal) {
        if (wire.mailbox().access() == Access.OWNER) {
            mailboxAnswers.set(true);
            receiver.vanished(key, refusal.getMessage());
        } else {
            hidden.add(new Doubt(key, refusal.getMessage()));
        }
    }

    private void doubt(MessageKey key, IOException e) {
        if (Thread.currentThread().isInterrupted()) {
            throw GraphClient.unavailable(e);
        }
        doubtful.add(new Doubt(key, GraphClient.unavailable(e).getMessage()));
    }

    private void rethrow() {
        Throwable cause = broken.get();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** @throws MailSourceException if the mailbox does not answer either: then the messages are not to blame */
    private void settleDoubts() {
        if (doubtful.isEmpty()) {
            return;
        }
        if (!mailboxAnswers.get()) {
            ping();
        }
        doubtful.forEach(doubt -> receiver.failed(doubt.key(), doubt.reason()));
    }

    private void settleHidden() {
        if (!hidden.isEmpty()) {
            ping();
        }
        hidden.forEach(gone -> receiver.vanished(gone.key(), gone.reason()));
    }

    private void ping() {
        try {
            wire.ping();
        } catch (GraphRefusal refusal) {
            throw refusal.forMailbox();
        } catch (IOException e) {
            throw GraphClient.unavailable(e);
        }
    }
}
