package org.mailcaravan.ews;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * Keeps the calls of a group of subscriptions on the one server that holds them: all name the same mailbox as their anchor, and repeat the cookie by which that
 * server made itself known. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server">
 *     Maintain affinity</a>
 */
final class Affinity {
    private static final String COOKIE = "X-BackEndOverrideCookie";

    private final String anchor;
    private volatile Optional<String> cookie = Optional.empty();

    /** @param anchor address of the first mailbox of the group */
    Affinity(String anchor) {
        this.anchor = anchor;
    }

    String anchor() {
        return anchor;
    }

    void ask(HttpRequest.Builder request) {
        request.header("X-PreferServerAffinity", "true");
        cookie.ifPresent(value -> request.header("Cookie", COOKIE + "=" + value));
    }

    void learn(HttpHeaders answer) {
        answer.allValues("Set-Cookie").stream()
                .map(Affinity::value)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(value -> cookie = Optional.of(value));
    }

    /** The octets that RFC 6265 section 4.1.1 allows in a cookie, and no others. */
    private static Optional<String> value(String setCookie) {
        String pair = setCookie.split(";", 2)[0].trim();
        boolean named = pair.regionMatches(true, 0, COOKIE + "=", 0, COOKIE.length() + 1);
        return Optional.of(pair.substring(named ? COOKIE.length() + 1 : 0))
                .filter(value -> named && value.matches("[!#-+\\--:<-\\[\\]-~]{1,4000}"));
    }
}
