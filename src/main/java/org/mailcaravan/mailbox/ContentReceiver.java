package org.mailcaravan.mailbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Where a {@link MailSource} puts the content it fetches. Safe for use by several threads, one per message. Each wanted message ends in exactly one of
 * {@link Content#complete}, {@link #vanished}, {@link #failed} or {@link #incomplete}; one that ends in none is asked for again later.
 */
public interface ContentReceiver {
    /**
     * Opens the staging place of a message; what was written is discarded unless completed.
     *
     * @throws StagingException if staging is full or broken: stop fetching and let it pass through
     */
    Content begin(MessageKey key);

    /** The message with its body as its listing showed it ({@link ListedMessage#whole}), if it is still at hand; else the source asks for it. */
    default Optional<String> listed(MessageKey key) {
        return Optional.empty();
    }

    /**
     * The message is gone for good as far as the server says.
     *
     * @param evidence the server's words for it, for example {@code 404 ErrorItemNotFound}; no mail content
     */
    void vanished(MessageKey key, String evidence);

    /** This message could not be read although its mailbox answers; it is tried again, and parked after a few times. */
    void failed(MessageKey key, String reason);

    /**
     * The server handed out an incomplete copy and said so: it is asked for again after minutes, then after hours, and parked if that lasts.
     *
     * @param reason with what to do if it lasts; no mail content
     */
    default void incomplete(MessageKey key, String reason) {
        failed(key, reason);
    }

    /** The content of one message on its way to disk. */
    interface Content extends Closeable {
        /**
         * Takes the raw MIME bytes.
         *
         * @throws StagingException (from every write) if staging is full or broken
         */
        OutputStream mime();

        /**
         * Takes the message as JSON in Graph's {@code message} vocabulary, body and attachments included; a source writes MIME, JSON or both.
         *
         * @throws StagingException (from every write) if staging is full or broken
         */
        default OutputStream json() {
            throw new UnsupportedOperationException("only MIME is taken here");
        }

        /**
         * All bytes were written and the source vouches that none is missing: hands the message on, and does not wait until it is staged.
         *
         * @param metadata JSON in Graph's {@code message} vocabulary, without the body
         * @throws StagingException if staging is full or broken
         */
        void complete(String metadata);

        /** Discards the bytes unless {@link #complete} was called. */
        @Override
        void close() throws IOException;
    }
}
