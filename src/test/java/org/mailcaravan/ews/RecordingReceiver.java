package org.mailcaravan.ews;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MessageKey;

/** Keeps in memory what a source hands over, and refuses to end a message twice, as the port promises. */
final class RecordingReceiver implements ContentReceiver {
    record Stored(String mime, String metadata) {}

    final Map<MessageKey, Stored> stored = new LinkedHashMap<>();
    final Map<MessageKey, String> vanished = new LinkedHashMap<>();
    final Map<MessageKey, String> failed = new LinkedHashMap<>();
    final List<MessageKey> incomplete = new ArrayList<>();
    final List<MessageKey> discarded = new ArrayList<>();

    @Override
    public Content begin(MessageKey key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Content() {
            private boolean complete;

            @Override
            public OutputStream mime() {
                return bytes;
            }

            @Override
            public void complete(String metadata) {
                requireOpen(key);
                complete = true;
                stored.put(key, new Stored(bytes.toString(StandardCharsets.UTF_8), metadata));
            }

            @Override
            public void close() {
                if (!complete) {
                    discarded.add(key);
                }
            }
        };
    }

    private void requireOpen(MessageKey key) {
        if (stored.containsKey(key) || vanished.containsKey(key) || failed.containsKey(key)) {
            throw new IllegalStateException("message " + key + " ended twice");
        }
    }

    @Override
    public void vanished(MessageKey key, String evidence) {
        requireOpen(key);
        vanished.put(key, evidence);
    }

    @Override
    public void failed(MessageKey key, String reason) {
        requireOpen(key);
        failed.put(key, reason);
    }

    @Override
    public void incomplete(MessageKey key, String reason) {
        failed(key, reason);
        incomplete.add(key);
    }
}
