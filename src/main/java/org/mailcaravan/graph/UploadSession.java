package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.StagingException;

/**
 * Uploads content in pieces of at most 4 MB. After a broken connection it asks what the server has and goes on there: that repeats nothing, so it may be done
 * without asking.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/attachment-createuploadsession">attachment: createUploadSession</a>
 */
final class UploadSession {
    /** Graph takes less than 4 MB at once; a multiple of 320 KiB, as its upload sessions like it. */
    static final int PIECE_BYTES = 11 * 320 * 1024;

    private static final int MOST_BREAKS = 5;

    private final MailboxWire wire;
    private final URI target;
    private final OutgoingContent content;
    private final long length;
    private int breaks;

    UploadSession(MailboxWire wire, ObjectNode session, OutgoingContent content) {
        this.wire = wire;
        this.target = wire.uploadTarget(session.path("uploadUrl").asText());
        this.content = content;
        this.length = content.length();
    }

    /** @return what the server says at the end, if anything */
    Optional<ObjectNode> send() {
        long from = 0;
        Optional<ObjectNode> answer = Optional.empty();
        while (from < length) {
            byte[] piece = piece(from);
            boolean last = from + piece.length == length;
            answer = put(from, piece, last);
            from = last ? length : next(answer, from);
        }
        return answer;
    }

    private byte[] piece(long from) {
        try (InputStream in = content.open()) {
            in.skipNBytes(from);
            return in.readNBytes((int) Math.min(PIECE_BYTES, length - from));
        } catch (IOException e) {
            throw new StagingException("the content to be sent cannot be read", e);
        }
    }

    /** A piece whose answer was lost is settled by asking; if it was the last and the session is gone, nobody can tell. */
    private Optional<ObjectNode> put(long from, byte[] piece, boolean last) {
        String range = "bytes " + from + "-" + (from + piece.length - 1) + "/" + length;
        try {
            return wire.upload(target, Optional.of(new GraphClient.Part(range, piece)));
        } catch (IOException | MalformedAnswerException e) {
            if (last || ++breaks > MOST_BREAKS) {
                throw new OutcomeUnknownException(wire.operation().name(), false, e);
            }
            return progress(e);
        }
    }

    private Optional<ObjectNode> progress(Exception broken) {
        try {
            return wire.upload(target, Optional.empty());
        } catch (IOException e) {
            e.addSuppressed(broken);
            throw new OutcomeUnknownException(wire.operation().name(), false, e);
        }
    }

    /** {@code nextExpectedRanges}: {@code ["3604480"]} or {@code ["3604480-8388607"]}. */
    private long next(Optional<ObjectNode> answer, long before) {
        String range = answer.map(
                        json -> json.path("nextExpectedRanges").path(0).asText(""))
                .orElse("")
                .split("-", 2)[0];
        if (!range.matches("\\d{1,15}") || Long.parseLong(range) >= length) {
            throw new MalformedAnswerException("Graph: an upload session that does not say what it expects.");
        }
        long next = Long.parseLong(range);
        if (next <= before && ++breaks > MOST_BREAKS) {
            throw new MalformedAnswerException("Graph: an upload session that does not go on.");
        }
        return next;
    }
}
