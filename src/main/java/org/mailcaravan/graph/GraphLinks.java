package org.mailcaravan.graph;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of one mailbox below the configured root, and the check that a link of an answer stays below it (list S43): nothing else ever sees a bearer token.
 * A mailbox that is not its reader's own is addressed by object id, which needs no permission to read the directory.
 */
final class GraphLinks {
    private static final Logger LOG = LoggerFactory.getLogger(GraphLinks.class);

    private final URI root;
    private final Mailbox mailbox;

    GraphLinks(URI root, Mailbox mailbox) {
        this.root = root;
        this.mailbox = mailbox;
    }

    /** @param pathAndQuery below the mailbox, already encoded, beginning with a slash */
    URI own(String pathAndQuery) {
        String user = mailbox.access() == Access.OWNER ? "/me" : "/users/" + segment(mailbox.objectId());
        return URI.create(root + user + pathAndQuery);
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
     * @throws MalformedAnswerException if scheme, host, port or API prefix are not the root's, if it is no address at all, or if it leads to the mailbox of
     *     whoever signed in although that is not the one to be read
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
        if (isForeign(uri)) {
            throw new MalformedAnswerException("Graph: refused a link to the mailbox of the account that signed in;"
                    + " another mailbox is read with it");
        }
        return uri;
    }

    /**
     * Where an upload session wants its bytes: at a host of Microsoft's choice, by an address that needs no token.
     *
     * @throws MalformedAnswerException if it is neither https nor at the root's own host and port
     */
    URI uploadTarget(String address) {
        URI uri = parsed(address);
        boolean own = root.getScheme().equalsIgnoreCase(uri.getScheme())
                && root.getHost().equalsIgnoreCase(String.valueOf(uri.getHost()))
                && port(root) == port(uri);
        if (uri.getHost() == null || !own && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw new MalformedAnswerException("Graph: refused an upload address that is not https; nothing was sent.");
        }
        return uri;
    }

    /**
     * Where a folder is read on.
     *
     * @throws CursorLostException if the cursor is from a time when the mailbox was read with its owner's own token
     * @throws MalformedAnswerException as {@link #checked}
     */
    URI resumed(String cursor) {
        if (isForeign(parsed(cursor))) {
            throw new CursorLostException(
                    "Graph: the mailbox is now read by another's right than when this cursor was made."
                            + " The folder is listed again from the beginning.");
        }
        return checked(cursor);
    }

    /** Whether it is for the owner of the token, and we are not. */
    private boolean isForeign(URI uri) {
        String path = String.valueOf(uri.getRawPath());
        String me = root.getRawPath() + "/me";
        return mailbox.access() != Access.OWNER
                && path.regionMatches(true, 0, me, 0, me.length())
                && (path.length() == me.length() || path.charAt(me.length()) == '/');
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
