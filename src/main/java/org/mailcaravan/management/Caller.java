package org.mailcaravan.management;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request says about who asks, as far as the channel cares.
 *
 * @param address the numeric address the connection comes from
 * @param hosts every {@code Host} header
 * @param origin what browsers add
 * @param authorization the {@code Authorization} header
 */
record Caller(String address, List<String> hosts, Optional<String> origin, Optional<String> authorization) {
    private static final Pattern LOOPBACK_ADDRESS =
            Pattern.compile("127(\\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1|::ffff:127(\\.[0-9]{1,3}){3}");
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(?i)(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    /** A refusal: the status to answer, and words for the caller and for the audit trail. */
    record Refusal(int status, String words) {}

    /**
     * Why this caller is not heard, in this order: another machine, a name that points here by somebody else's DNS (DNS rebinding), a browser, no or another
     * token.
     */
    Optional<Refusal> refusal(ManagementToken token) {
        if (!LOOPBACK_ADDRESS.matcher(address.replaceAll("%.*$", "")).matches()) {
            return refused(403, "Operations are for callers on this machine.");
        }
        if (hosts.size() != 1 || !LOOPBACK_HOST.matcher(hosts.get(0)).matches()) {
            return refused(403, "Call it by 127.0.0.1 or localhost.");
        }
        if (origin.isPresent()) {
            return refused(403, "Operations are not for web pages.");
        }
        return token.shownBy(authorization)
                ? Optional.empty()
                : refused(401, "Show the token of the token file: Authorization: Bearer <token>.");
    }

    private static Optional<Refusal> refused(int status, String words) {
        return Optional.of(new Refusal(status, words));
    }

    /** Prints no token. */
    @Override
    public String toString() {
        return "Caller[" + address + "]";
    }
}
