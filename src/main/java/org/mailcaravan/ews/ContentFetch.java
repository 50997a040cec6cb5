package org.mailcaravan.ews;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.mailbox.WantedMessage;

/** One call of {@link EwsMailSource#fetchContent}: cuts the messages into batches and decides what follows from each. */
final class ContentFetch {
    private static final long BYTES_PER_EXTRA_SECOND = 512L * 1024;
    /** The folder that every mailbox has. */
    private static final List<String> INBOX = List.of("inbox");
    /** What an item without a listed size counts, in bytes. */
    private static final long USUAL_BYTES = 100L * 1024;

    private final EwsClient client;
    private final Mailbox mailbox;
    private final BatchSize size;
    private final Duration answerTimeout;
    private final ContentReceiver receiver;
    private final List<ItemBatch.Refused> hidden = new ArrayList<>();
    private boolean mailHeaders;

    ContentFetch(EwsClient client, Mailbox mailbox, BatchSize size, Duration answerTimeout, ContentReceiver receiver) {
        this.client = client;
        this.mailbox = mailbox;
        this.size = size;
        this.answerTimeout = answerTimeout;
        this.receiver = receiver;
    }

    /** Whether the headers of the mails are read into their metadata. */
    ContentFetch withMailHeaders(boolean wanted) {
        mailHeaders = wanted;
        return this;
    }

    void run(List<WantedMessage> messages) {
        Deque<WantedMessage> todo = new ArrayDeque<>();
        for (WantedMessage message : messages) {
            if (message.alias(MessageAlias.Kind.EWS_ITEM).isPresent()) {
                todo.add(message);
            } else {
                receiver.failed(
                        message.key(), "the message has no EWS id; its mailbox was listed through another protocol");
            }
        }
        while (!todo.isEmpty()) {
            List<WantedMessage> asked = next(todo);
            ItemBatch batch = fetch(asked);
            batch.broken().ifPresent(reason -> singly(batch.open()));
            if (batch.broken().isEmpty()) {
                askAgain(batch.stopped(), asked.size(), todo);
                batch.tooLarge().forEach(this::single);
            }
        }
        settleHidden();
    }

    /** @throws MailSourceException if the inbox is hidden as well: then the right is gone, not the messages */
    private void settleHidden() {
        if (hidden.isEmpty()) {
            return;
        }
        try {
            FolderReader reader = new FolderReader(mailbox.access(), INBOX);
            client.call(mailbox, EwsRequest.getFolder(mailbox, INBOX), answerTimeout, reader);
        } catch (RefusedException e) {
            throw e.refusal().toException(mailbox.access());
        }
        hidden.forEach(
                gone -> receiver.vanished(gone.message().key(), gone.refusal().words()));
    }

    /** What the server did not try because of a culprit among them is asked for again, in order and without the culprit. */
    private static void askAgain(List<WantedMessage> stopped, int asked, Deque<WantedMessage> todo) {
        for (int i = stopped.size() < asked ? stopped.size() : 0; i > 0; i--) {
            todo.addFirst(stopped.get(i - 1));
        }
    }

    /** As many as the mailbox takes at present, by number and by listed bytes; at least one. */
    private List<WantedMessage> next(Deque<WantedMessage> todo) {
        List<WantedMessage> batch = new ArrayList<>();
        long bytes = 0;
        while (!todo.isEmpty() && batch.size() < size.items()) {
            bytes += bytes(todo.peek());
            if (!batch.isEmpty() && bytes > BatchSize.MOST_BYTES) {
                break;
            }
            batch.add(todo.remove());
        }
        return batch;
    }

    /** The good items of a broken answer are kept; the others are asked for once more, each alone. */
    private void singly(List<WantedMessage> open) {
        open.forEach(this::single);
    }

    private void single(WantedMessage message) {
        ItemBatch alone = fetch(List.of(message));
        alone.broken().ifPresent(reason -> receiver.failed(message.key(), reason));
        alone.tooLarge().forEach(large -> receiver.failed(large.key(), "EWS finds it too large to be fetched"));
        if (alone.cut()) {
            throw new MailSourceUnavailableException("the connection broke while one message was read");
        }
    }

    /** @throws MailSourceException if the mailbox as a whole does not answer */
    private ItemBatch fetch(List<WantedMessage> asked) {
        ItemBatch batch = new ItemBatch(mailbox, asked, receiver, mailHeaders);
        try {
            client.call(mailbox, batch.request(), deadline(asked), batch);
        } catch (RefusedException e) {
            size.shrink();
            throw refused(e.refusal(), asked);
        } catch (ThrottledException e) {
            size.shrink();
            throw e;
        } catch (MailSourceUnavailableException e) {
            size.shrink();
            throw timedOut(e, batch);
        }
        settle(batch, asked.size());
        hidden.addAll(batch.hidden());
        return batch;
    }

    private void settle(ItemBatch batch, int asked) {
        Optional<MailSourceException> stop = batch.stop();
        if (stop.isPresent()) {
            size.shrink();
            throw stop.get();
        }
        if (batch.slow()) {
            size.shrink();
        } else if (batch.broken().isEmpty()) {
            size.succeeded(asked);
        }
    }

    /** A message that alone makes the server fail is told from a server that fails. */
    private MailSourceException refused(EwsRefusal refusal, List<WantedMessage> asked) {
        if (asked.size() == 1 && refusal.kind() == EwsRefusal.Kind.OTHER) {
            receiver.failed(asked.get(0).key(), refusal.words());
        }
        return refusal.toException(mailbox.access());
    }

    private MailSourceException timedOut(MailSourceUnavailableException e, ItemBatch batch) {
        if (e.getCause() instanceof HttpTimeoutException && batch.alone() && batch.begun()) {
            batch.open().forEach(open -> receiver.failed(open.key(), "its content did not arrive in time"));
        }
        return e;
    }

    private Duration deadline(List<WantedMessage> asked) {
        long bytes = asked.stream().mapToLong(ContentFetch::bytes).sum();
        return answerTimeout.plusSeconds(bytes / BYTES_PER_EXTRA_SECOND);
    }

    private static long bytes(WantedMessage message) {
        return message.size().orElse(USUAL_BYTES);
    }
}
