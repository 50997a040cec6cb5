package org.mailcaravan.cutover;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.WantedMessage;

/** Fetches a few messages through both protocols and compares them. Nothing is kept. */
final class ContentSample {
    /** Larger ones are left out: a sample is held in memory. */
    private static final int LARGEST_BYTES = 4 * 1024 * 1024;

    private final Sides sides;

    ContentSample(Sides sides) {
        this.sides = sides;
    }

    /**
     * What came of it.
     *
     * @param compared how many messages
     * @param differing those that differ, by their Graph id
     */
    record Result(int compared, List<Differing> differing) {}

    /** @param differences in words that quote no mail */
    record Differing(String graphId, List<String> differences) {}

    /** @param most how many messages of the folder, the newest that both protocols show */
    Result compare(MailFolder ewsFolder, MailFolder graphFolder, int most) {
        Map<MessageAlias, ListedMessage> graph = new HashMap<>();
        sides.names()
                .fetchPage(sides.onGraph(), graphFolder, Optional.empty())
                .messages()
                .forEach(message -> secondary(message).ifPresent(name -> graph.put(name, message)));
        List<ListedMessage> pairs = sides
                .ews()
                .listing()
                .orElseThrow()
                .fetchListing(sides.onEws(), ewsFolder, Optional.empty(), Optional.empty())
                .messages()
                .stream()
                .filter(message -> message.size().orElse(0) <= LARGEST_BYTES)
                .filter(message -> secondary(message).filter(graph::containsKey).isPresent())
                .limit(most)
                .toList();
        return compare(pairs, graph);
    }

    static Optional<MessageAlias> secondary(ListedMessage message) {
        return message.aliases().stream()
                .filter(alias -> alias.kind() == MessageAlias.Kind.EWS_SECONDARY)
                .findFirst();
    }

    private Result compare(List<ListedMessage> pairs, Map<MessageAlias, ListedMessage> graph) {
        List<WantedMessage> wanted = pairs.stream()
                .map(message -> {
                    List<MessageAlias> names = new ArrayList<>(message.aliases());
                    names.addAll(graph.get(secondary(message).orElseThrow()).aliases());
                    return new WantedMessage(MessageKey.random(), names, OptionalLong.empty(), Optional.empty());
                })
                .toList();
        Map<MessageKey, byte[]> byEws = fetch(sides.ews(), sides.onEws(), wanted);
        Map<MessageKey, byte[]> byGraph = fetch(sides.graph(), sides.onGraph(), wanted);
        List<Differing> differing = new ArrayList<>();
        int compared = 0;
        for (WantedMessage message : wanted) {
            if (byEws.containsKey(message.key()) && byGraph.containsKey(message.key())) {
                compared++;
                List<String> differences = differences(byEws.get(message.key()), byGraph.get(message.key()));
                if (!differences.isEmpty()) {
                    differing.add(new Differing(
                            message.alias(MessageAlias.Kind.GRAPH_IMMUTABLE).orElse(""), differences));
                }
            }
        }
        return new Result(compared, differing);
    }

    private static List<String> differences(byte[] ews, byte[] graph) {
        try {
            return MimeOutline.read(new ByteArrayInputStream(ews))
                    .differences(MimeOutline.read(new ByteArrayInputStream(graph)));
        } catch (IOException e) {
            return List.of("one of them is no MIME");
        }
    }

    private static Map<MessageKey, byte[]> fetch(MailSource source, Mailbox mailbox, List<WantedMessage> wanted) {
        Kept kept = new Kept();
        if (!wanted.isEmpty()) {
            source.fetchContent(mailbox, wanted, kept);
        }
        return kept.contents;
    }

    /** In memory; what is too large, gone or broken is left out. */
    private static final class Kept implements ContentReceiver {
        private final Map<MessageKey, byte[]> contents = new ConcurrentHashMap<>();

        @Override
        public Content begin(MessageKey key) {
            Limited bytes = new Limited();
            return new Content() {
                @Override
                public OutputStream mime() {
                    return bytes;
                }

                @Override
                public OutputStream json() {
                    return OutputStream.nullOutputStream();
                }

                @Override
                public void complete(String metadata) {
                    if (bytes.size() > 0) {
                        contents.put(key, bytes.toByteArray());
                    }
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void vanished(MessageKey key, String evidence) {
            // it went between listing and reading
        }

        @Override
        public void failed(MessageKey key, String reason) {
            // told as not compared
        }
    }

    private static final class Limited extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            require(length);
            super.write(bytes, offset, length);
        }

        @Override
        public synchronized void write(int one) {
            require(1);
            super.write(one);
        }

        private void require(int more) {
            if (size() + more > 2 * LARGEST_BYTES) {
                throw new StagingException("a message of the sample is larger than it was listed");
            }
        }
    }
}
