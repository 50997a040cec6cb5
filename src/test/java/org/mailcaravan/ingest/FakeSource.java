package org.mailcaravan.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.WantedMessage;

/** A mail source that plays scripted pages and does to each content what the test says. */
final class FakeSource implements MailSource {
    final Deque<Supplier<MailPage>> pages = new ArrayDeque<>();
    final Map<String, BiConsumer<WantedMessage, ContentReceiver>> contents = new HashMap<>();
    final List<Integer> chunks = new ArrayList<>();
    final Deque<Supplier<FolderListing.Opening>> openings = new ArrayDeque<>();
    final Deque<Supplier<MailPage>> listings = new ArrayDeque<>();
    /** What the listings were asked for: whole messages from when on. */
    final List<Optional<Instant>> wanted = new ArrayList<>();

    final List<Instant> begunFrom = new ArrayList<>();
    List<MailFolder> folders = List.of(LedgerFixture.INBOX);
    boolean lists;
    int idle;

    /** What the message does when its content is fetched; by default it is handed over. */
    FakeSource content(String id, BiConsumer<WantedMessage, ContentReceiver> behaviour) {
        contents.put(id, behaviour);
        return this;
    }

    @Override
    public Protocol protocol() {
        return Protocol.GRAPH;
    }

    @Override
    public void probe(Mailbox candidate, AccessToken token) {}

    @Override
    public List<MailFolder> fetchFolders(Mailbox mailbox) {
        return folders;
    }

    @Override
    public Optional<FolderListing> listing() {
        return lists ? Optional.of(new Listing()) : Optional.empty();
    }

    private final class Listing implements FolderListing {
        @Override
        public Opening open(Mailbox mailbox, MailFolder folder, Instant since) {
            begunFrom.add(since);
            Supplier<Opening> next = openings.poll();
            return next == null ? new Opening(fetchPage(mailbox, folder, Optional.empty()), false) : next.get();
        }

        @Override
        public MailPage fetchListing(
                Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor, Optional<Instant> from) {
            wanted.add(from);
            Supplier<MailPage> next = listings.poll();
            return next == null ? new MailPage(List.of(), new SyncCursor("end"), true) : next.get();
        }
    }

    @Override
    public MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor) {
        Supplier<MailPage> next = pages.poll();
        if (next == null) {
            idle++;
            return new MailPage(List.of(), cursor.orElse(new SyncCursor("idle")), true);
        }
        return next.get();
    }

    @Override
    public void fetchContent(Mailbox mailbox, List<WantedMessage> messages, ContentReceiver receiver) {
        chunks.add(messages.size());
        for (WantedMessage message : messages) {
            String id = message.alias(MessageAlias.Kind.GRAPH_IMMUTABLE).orElseThrow();
            contents.getOrDefault(id, FakeSource::handOver).accept(message, receiver);
        }
    }

    static void handOver(WantedMessage message, ContentReceiver receiver) {
        try (ContentReceiver.Content content = receiver.begin(message.key())) {
            content.mime().write("Subject: x\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            content.complete(message.metadata().orElse("{}"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
