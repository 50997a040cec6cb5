package org.mailcaravan.ingest;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.mailcaravan.mailbox.MailboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages over for delivery, and hands their bytes out again. What {@code mail-delivery} producers call. While some messages of a mailbox are made durable,
 * others gather, and are staged together by the next commit (docs/adr/0009). Thread-safe.
 */
public final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final int LARGEST_GROUP = 64;

    private final Ledger ledger;
    private final ContentStore store;
    private final BiConsumer<String, MailboxId> nudge;
    private final Map<Owner, Deque<Waiting>> lines = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "mail-staging");
        thread.setDaemon(true);
        return thread;
    });

    Staging(Ledger ledger, ContentStore store, BiConsumer<String, MailboxId> nudge) {
        this.ledger = ledger;
        this.store = store;
        this.nudge = nudge;
    }

    /** Who reads a mailbox: one fencing number. */
    private record Owner(MailboxId mailbox, long fence) {}

    private record Waiting(Ledger.Ready ready, CompletableFuture<Void> end) {}

    /**
     * Stages a message: its content and its event are forced to disk, then a commit promises it to every subscribed sink. Idempotent.
     *
     * @param event CloudEvents JSON, UTF-8
     * @return completes when it is staged; exceptionally with {@link FencedOffException} if another task took the mailbox over, with
     *     {@link org.mailcaravan.mailbox.StagingException} if the disk is full or gone
     * @throws org.mailcaravan.mailbox.StagingException if the disk is full or gone
     */
    public CompletionStage<Void> stage(ArrivedMessage message, byte[] event) {
        StoredContent stored = store.keep(message.key(), ".json", event);
        Waiting waiting = new Waiting(new Ledger.Ready(message, stored), new CompletableFuture<>());
        Owner owner = new Owner(message.mailbox().id(), message.fence());
        lines.compute(owner, (same, line) -> line == null ? begin(owner, waiting) : join(line, waiting));
        return waiting.end();
    }

    private Deque<Waiting> begin(Owner owner, Waiting first) {
        threads.execute(() -> drain(owner));
        return join(new ArrayDeque<>(), first);
    }

    private static Deque<Waiting> join(Deque<Waiting> line, Waiting next) {
        line.add(next);
        return line;
    }

    private void drain(Owner owner) {
        for (List<Waiting> group = next(owner); !group.isEmpty(); group = next(owner)) {
            stage(owner, group);
        }
    }

    /** Those who wait; the line ends when nobody does. */
    private List<Waiting> next(Owner owner) {
        List<Waiting> group = new ArrayList<>();
        lines.computeIfPresent(owner, (same, line) -> {
            while (!line.isEmpty() && group.size() < LARGEST_GROUP) {
                group.add(line.remove());
            }
            return group.isEmpty() ? null : line;
        });
        return group;
    }

    private void stage(Owner owner, List<Waiting> group) {
        try {
            List<Ledger.Ready> ready = group.stream().map(Waiting::ready).toList();
            store.force(ready.stream().flatMap(one -> one.contents().stream()).toList());
            nudge(owner.mailbox(), ledger.stage(ready));
            answer(group, end -> end.complete(null));
        } catch (RuntimeException | Error e) {
            answer(group, end -> end.completeExceptionally(e));
        }
    }

    private void nudge(MailboxId mailbox, List<String> sinks) {
        try {
            sinks.forEach(sink -> nudge.accept(sink, mailbox));
        } catch (RuntimeException e) {
            LOG.warn("deliveries of mailbox {} are begun by the next sweep: {}", mailbox, Failures.name(e));
        }
    }

    /** Not by the thread that stages: what the route does next may wait for another message to be staged. */
    private void answer(List<Waiting> group, Consumer<CompletableFuture<Void>> how) {
        threads.execute(() -> group.forEach(waiting -> how.accept(waiting.end())));
    }

    /** No sink gets this message, by a named rule. */
    public void filter(ArrivedMessage message, String rule) {
        ledger.filter(message, rule);
    }

    /** @throws java.io.UncheckedIOException if the content is gone or unreadable */
    public InputStream open(StoredContent content) {
        return store.open(content);
    }

    /** Ends when what is being staged has been. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
