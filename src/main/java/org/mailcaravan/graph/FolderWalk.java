package org.mailcaravan.graph;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * Notices a walk through a folder's pages that goes nowhere (row F26). It keeps digests of the links asked for in the round; a link that leads back to one of
 * them is allowed twice, because a page may honestly be walked again after a failure here. After complaining it forgets everything, so that a server that
 * recovers is believed again. Thread-safe.
 */
final class FolderWalk {
    static final int REPEATS = 3;
    static final int EMPTY_PAGES = 200;
    private static final int REMEMBERED = 64;

    private final Deque<UUID> asked = new ArrayDeque<>();
    private int repeats;
    private int emptyPages;

    /** Called before a page is asked for from the beginning. */
    synchronized void begin() {
        asked.clear();
        repeats = 0;
        emptyPages = 0;
    }

    /**
     * @param link what was asked for
     * @param next where the answer leads to
     * @param end whether that is a beginning, not a continuation
     * @param empty whether the answer had no row at all
     * @throws MalformedAnswerException if the answer leads nowhere
     */
    synchronized void check(String link, String next, boolean end, boolean empty) {
        if (end) {
            begin();
            return;
        }
        remember(digest(link));
        repeats = asked.contains(digest(next)) ? repeats + 1 : 0;
        emptyPages = empty ? emptyPages + 1 : 0;
        if (next.equals(link) || repeats >= REPEATS) {
            throw complaint("Graph: the nextLinks of a folder lead in a circle.");
        }
        if (emptyPages >= EMPTY_PAGES) {
            throw complaint("Graph: " + EMPTY_PAGES + " empty pages in a row and still a nextLink.");
        }
    }

    private MalformedAnswerException complaint(String message) {
        begin();
        return new MalformedAnswerException(message);
    }

    private void remember(UUID digest) {
        if (asked.contains(digest)) {
            return;
        }
        asked.addLast(digest);
        if (asked.size() > REMEMBERED) {
            asked.removeFirst();
        }
    }

    private static UUID digest(String link) {
        return UUID.nameUUIDFromBytes(link.getBytes(StandardCharsets.UTF_8));
    }
}
