package org.mailcaravan.console;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request says about the page it comes from.
 *
 * @param hosts every {@code Host} header
 * @param origin what browsers add to a POST
 * @param site {@code Sec-Fetch-Site}, which browsers add and pages cannot (W3C Fetch Metadata)
 */
record Visitor(List<String> hosts, Optional<String> origin, Optional<String> site) {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    static Visitor of(HttpServerRequest request) {
        return new Visitor(
                request.headers().getAll("Host"),
                Optional.ofNullable(request.getHeader("Origin")),
                Optional.ofNullable(request.getHeader("Sec-Fetch-Site")));
    }

    /** Whether the console was called by a name of this machine: then there is no TLS on the way. */
    boolean loopback() {
        return hosts.size() == 1 && LOOPBACK.matcher(hosts.get(0)).matches();
    }

    /** Whether it was called by its own address or by a name of this machine: another one may point here by somebody else's DNS (DNS rebinding). */
    boolean calledByItsName(URI base) {
        return loopback() || hosts.size() == 1 && hosts.get(0).equalsIgnoreCase(base.getRawAuthority());
    }

    /** Whether no page of another origin sent it. What is no browser says nothing about pages and brings no cookies of a person. */
    boolean fromOurPages(URI base) {
        String ours = loopback() ? "http://" + hosts.get(0) : base.toString();
        return origin.map(ours::equalsIgnoreCase).orElse(true)
                && site.map("same-origin"::equals).orElse(true);
    }
}
