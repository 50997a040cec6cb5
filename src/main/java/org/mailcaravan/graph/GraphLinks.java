package org.mailcaravan.graph;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses below the configured root, and the check that a link of an answer stays below it (list S43): nothing else ever sees a bearer token. */
final class GraphLinks {
    private static final Logger LOG = LoggerFactory.getLogger(GraphLinks.class);

    private final URI root;

    GraphLinks(URI root) {
        this.root = root;
    }

    /** @param pathAndQuery already encoded, beginning with a slash */
    URI own(String pathAndQuery) {
        return URI.create(root + pathAndQuery);
    }

    /** One path segment, percent-encoded; {@code =} may stand as it is (RFC 3986 section 3.3) and ends most ids. */
    static String segment(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%3D", "=");
    }

    /**
     * The link as an address, byte for byte.
     *
     * @throws MalformedAnswerException if scheme, host, port or API prefix are not the root's, or if it is no address at all
     */
    URI checked(String link) {
        URI uri = parsed(link);
        boolean same = root.getScheme().equalsIgnoreCase(uri.getScheme())
                && root.getHost().equalsIgnoreCase(uri.getHost())
                && port(root) == port(uri)
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && isBelowRoot(uri.getRawPath());
        if (!same) {
            LOG.warn("Security: an answer or a stored cursor points away from {}; it was refused", root);
            throw new MalformedAnswerException("Graph: refused a link that leads away from " + root
                    + "; no request was made and no token sent. If graphRoot was changed, connect the mailbox again");
        }
        return uri;
    }

    private static URI parsed(String link) {
        try {
            if (link.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                return new URI(link);
            }
        } catch (URISyntaxException e) {
            // told below, without quoting the link
        }
        throw new MalformedAnswerException("Graph: refused a link that is no address");
    }

    private boolean isBelowRoot(@Nullable String path) {
        if (path == null || !path.startsWith(root.getRawPath() + "/")) {
            return false;
        }
        for (String segment : path.split("/")) {
            String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
            if (plain.equals(".") || plain.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
