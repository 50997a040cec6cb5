package org.mailcaravan.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content of one chunk of messages on its way from the source to disk, and through Exchange A into the ledger. */
final class IncomingMail implements ContentReceiver, AutoCloseable {
    /** After so many failed attempts a message is dead, with the last reason. */
    static final int MAX_ATTEMPTS = 5;

    /** How long a server that handed out an incomplete copy is given after each attempt: more than eight hours in all. */
    private static final List<Duration> WHOLE_AGAIN =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(2), Duration.ofHours(6));

    private static final Logger LOG = LoggerFactory.getLogger(IncomingMail.class);

    private final Mailboxes.Taken taken;
    private final MailIntake.ArrivalHandler handler;
    private final Ledger ledger;
    private final ContentStore store;
    private final Backoff backoff;
    private final Set<MessageKey> ended = ConcurrentHashMap.newKeySet();
    private final Queue<MessageKey> handedOver = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<?>> underWay = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable RuntimeException> broken = new AtomicReference<>();

    IncomingMail(
            Mailboxes.Taken taken,
            MailIntake.ArrivalHandler handler,
            Ledger ledger,
            ContentStore store,
            Backoff backoff) {
        this.taken = taken;
        this.handler = handler;
        this.ledger = ledger;
        this.store = store;
        this.backoff = backoff;
    }

    /** Those of the keys that came to no end yet. */
    List<MessageKey> open(List<MessageKey> keys) {
        List<MessageKey> open = new ArrayList<>(keys);
        open.removeAll(ended);
        return open;
    }

    @Override
    public Content begin(MessageKey key) {
        requireSound();
        return new Incoming(key);
    }

    private void requireSound() {
        RuntimeException reason = broken.get();
        if (reason != null) {
            throw reason;
        }
    }

    @Override
    public Optional<String> listed(MessageKey key) {
        return store.recall(key);
    }

    /** A message on its way to disk; each form is a file of its own. */
    private final class Incoming implements Content {
        private final MessageKey key;
        private Optional<ContentStore.Draft> mime = Optional.empty();
        private Optional<ContentStore.Draft> json = Optional.empty();

        private Incoming(MessageKey key) {
            this.key = key;
        }

        @Override
        public OutputStream mime() {
            mime = mime.or(() -> Optional.of(store.draft(key, ".eml")));
            return mime.get().bytes();
        }

        @Override
        public OutputStream json() {
            json = json.or(() -> Optional.of(store.draft(key, ".message.json")));
            return json.get().bytes();
        }

        @Override
        public void complete(String metadata) {
            arrive(new ArrivedMessage(
                    taken.mailbox(),
                    key,
                    taken.fence(),
                    metadata,
                    mime.map(ContentStore.Draft::keep),
                    json.map(ContentStore.Draft::keep)));
        }

        @Override
        public void close() throws IOException {
            if (mime.isPresent()) {
                mime.get().close();
            }
            if (json.isPresent()) {
                json.get().close();
            }
        }
    }

    private void arrive(ArrivedMessage message) {
        CompletionStage<?> end;
        try {
            end = handler.arrive(message);
        } catch (Exception e) {
            end = CompletableFuture.failedFuture(e);
        }
        underWay.add(end.handle((taken, failure) -> settle(message.key(), Optional.ofNullable(failure)))
                .toCompletableFuture());
    }

    private boolean settle(MessageKey key, Optional<Throwable> failure) {
        Optional<RuntimeException> ours = failure.flatMap(IncomingMail::ofSurroundings);
        if (ours.isPresent()) {
            broken.compareAndSet(null, new StagingException("message " + key + " could not be recorded", ours.get()));
        } else if (failure.isPresent()) {
            LOG.warn("message {} was not taken over by its route: {}; it is tried again", key, name(failure.get()));
            failed(key, "not taken over: " + name(failure.get()));
        } else {
            handedOver.add(key);
        }
        return failure.isEmpty();
    }

    private static String name(Throwable failure) {
        return Failures.name(
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
    }

    /**
     * Waits for the messages that are on their way through Exchange A.
     *
     * @throws StagingException if some could not be recorded
     */
    @Override
    public void close() {
        try {
            CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailSourceUnavailableException("interrupted while messages were staged", e);
        } catch (ExecutionException e) {
            throw new StagingException("messages could not be recorded", e.getCause());
        }
        settleHandedOver();
        requireSound();
    }

    private void settleHandedOver() {
        Set<MessageKey> over = Set.copyOf(handedOver);
        ledger.stillDiscovered(over)
                .forEach(key -> failed(key, "the route ended without mail-delivery:intake or mail-delivery:filtered"));
        over.forEach(store::forget);
        ended.addAll(over);
    }

    /** Database, disk or fencing: not the message's fault, so it is not charged for it. */
    private static Optional<RuntimeException> ofSurroundings(Throwable e) {
        return Stream.iterate(e, t -> t != null, Throwable::getCause)
                .filter(t -> t instanceof DatabaseException
                        || t instanceof FencedOffException
                        || t instanceof StagingException)
                .map(RuntimeException.class::cast)
                .findFirst();
    }

    @Override
    public void vanished(MessageKey key, String evidence) {
        ledger.vanished(taken, key, evidence);
        store.forget(key);
        ended.add(key);
    }

    @Override
    public void failed(MessageKey key, String reason) {
        failed(key, reason, backoff.after(2));
    }

    @Override
    public void incomplete(MessageKey key, String reason) {
        int attempts = Math.max(1, ledger.attempts(key));
        failed(key, reason, WHOLE_AGAIN.get(Math.min(attempts, WHOLE_AGAIN.size()) - 1));
    }

    private void failed(MessageKey key, String reason, Duration wait) {
        ledger.contentFailed(taken, key, reason, MAX_ATTEMPTS, wait);
        ended.add(key);
        LOG.warn(
                "message {} of mailbox {} could not be read: {}",
                key,
                taken.mailbox().id(),
                reason);
    }
}
