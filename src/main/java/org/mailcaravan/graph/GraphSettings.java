package org.mailcaravan.graph;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * How Microsoft Graph is reached.
 *
 * @param root version root, for example {@code https://graph.microsoft.com/v1.0}; the only place bearer tokens are sent to. Plain http is accepted on loopback only
 * @param pageSize messages asked for per page (Prefer: odata.maxpagesize), 1 to 1000; the server may answer fewer
 * @param answerTimeout total deadline of a request for JSON, the body included
 * @param contentTimeout total deadline of a download of one message
 * @param maxMessageBytes larger messages are given up as failed
 * @param smallFolder a folder of at most so many messages is read from its beginning; a larger one is begun at its newest messages and listed
 * @param content what of a message is read
 * @param further properties to read beside those of every event, comma separated, or empty
 */
public record GraphSettings(
        URI root,
        int pageSize,
        Duration answerTimeout,
        Duration contentTimeout,
        long maxMessageBytes,
        int smallFolder,
        MessageContent content,
        String further) {
    /** The global cloud's version root. */
    public static final String DEFAULT_ROOT = "https://graph.microsoft.com/v1.0";

    /** Reading a thousand messages from the beginning costs ten pages and keeps nobody waiting for long. */
    public static final int DEFAULT_SMALL_FOLDER = 1000;

    /** As the other, with the default for small folders, reading MIME. */
    public GraphSettings(
            URI root, int pageSize, Duration answerTimeout, Duration contentTimeout, long maxMessageBytes) {
        this(root, pageSize, answerTimeout, contentTimeout, maxMessageBytes, DEFAULT_SMALL_FOLDER, MessageContent.MIME);
    }

    /** As the other, reading what every event has and no more. */
    public GraphSettings(
            URI root,
            int pageSize,
            Duration answerTimeout,
            Duration contentTimeout,
            long maxMessageBytes,
            int smallFolder,
            MessageContent content) {
        this(root, pageSize, answerTimeout, contentTimeout, maxMessageBytes, smallFolder, content, "");
    }

    GraphSettings with(ReadOptions options) {
        return new GraphSettings(
                root,
                pageSize,
                answerTimeout,
                contentTimeout,
                maxMessageBytes,
                smallFolder,
                options.content().orElse(content),
                options.select());
    }

    /** @throws IllegalArgumentException if a value is out of range; the message names the option and the remedy */
    public GraphSettings {
        root = checkedRoot(Objects.requireNonNull(root, "root"));
        if (pageSize < 1 || pageSize > 1000) {
            throw new IllegalArgumentException("pageSize must be 1 to 1000 but is " + pageSize);
        }
        checkPositive("answerTimeout", answerTimeout);
        checkPositive("contentTimeout", contentTimeout);
        if (smallFolder < 0) {
            throw new IllegalArgumentException("smallFolder must not be negative but is " + smallFolder);
        }
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes must be positive but is " + maxMessageBytes);
        }
    }

    /** What listings show of a message. */
    String select() {
        return extended(content.hasJson() ? GraphMailSource.SELECT_WHOLE : GraphMailSource.SELECT);
    }

    /** What an event needs of a message. */
    String selectFields() {
        return extended(GraphMailSource.SELECT);
    }

    private String extended(String select) {
        return further.isEmpty() ? select : select + "," + further;
    }

    private static URI checkedRoot(URI root) {
        boolean plain = "http".equalsIgnoreCase(root.getScheme());
        if (root.getHost() == null || !plain && !"https".equalsIgnoreCase(root.getScheme())) {
            throw new IllegalArgumentException("graphRoot must be an absolute https address such as " + DEFAULT_ROOT);
        }
        if (root.getRawQuery() != null || root.getRawFragment() != null || root.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "graphRoot must not have a query, a fragment or a user; expected an address such as "
                            + DEFAULT_ROOT);
        }
        if (plain && !isLoopback(root.getHost().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "graphRoot must be https, because access tokens are sent to it; plain http is for loopback only");
        }
        return URI.create(root.toString().replaceFirst("/+$", ""));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private static void checkPositive(String option, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(option + " must be longer than zero, for example 60s");
        }
    }
}
