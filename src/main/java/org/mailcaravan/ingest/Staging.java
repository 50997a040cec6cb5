package org.mailcaravan.ingest;

import java.io.InputStream;
import java.util.function.BiConsumer;
import org.mailcaravan.mailbox.MailboxId;

/** Takes messages over for delivery, and hands their bytes out again. What {@code mail-delivery} producers call. Thread-safe. */
public final class Staging {
    private final Ledger ledger;
    private final ContentStore store;
    private final BiConsumer<String, MailboxId> nudge;

    Staging(Ledger ledger, ContentStore store, BiConsumer<String, MailboxId> nudge) {
        this.ledger = ledger;
        this.store = store;
        this.nudge = nudge;
    }

    /**
     * Stages a message: its event is on disk, then one commit promises it to every subscribed sink. Idempotent.
     *
     * @param event CloudEvents JSON, UTF-8
     * @throws FencedOffException if another task took the mailbox over
     * @throws org.mailcaravan.mailbox.StagingException if the disk is full or gone
     */
    public void stage(ArrivedMessage message, byte[] event) {
        StoredContent stored = store.keep(message.key(), ".json", event);
        ledger.stage(message, stored)
                .forEach(sink -> nudge.accept(sink, message.mailbox().id()));
    }

    /** No sink gets this message, by a named rule. */
    public void filter(ArrivedMessage message, String rule) {
        ledger.filter(message, rule);
    }

    /** @throws java.io.UncheckedIOException if the content is gone or unreadable */
    public InputStream open(StoredContent content) {
        return store.open(content);
    }
}
