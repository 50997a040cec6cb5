package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/**
 * The mailbox servers behind the front end. A request goes to the server that its affinity cookie names, else to the home of the mailbox it is anchored at.
 * One that asks for affinity and has no cookie yet is given any other server, and the cookie: without it nobody finds back.
 */
final class BackEnds {
    private static final String COOKIE = "X-BackEndOverrideCookie";
    private static final List<String> SERVERS = List.of("SANDBOXMBX01", "SANDBOXMBX02", "SANDBOXMBX03");

    private final AtomicLong turns = new AtomicLong();

    /**
     * The server for a request; the answer's headers name it.
     *
     * @param anchor the mailbox of {@code X-AnchorMailbox}, or the one acted for
     */
    String serverFor(HttpExchange exchange, SandboxMailbox anchor) {
        Optional<String> bound = bound(exchange);
        String server = bound.orElseGet(() -> wantsAffinity(exchange) ? other(home(anchor)) : home(anchor));
        exchange.getResponseHeaders().set("X-BEServer", server);
        if (bound.isEmpty() && wantsAffinity(exchange)) {
            exchange.getResponseHeaders()
                    .add("Set-Cookie", COOKIE + "=" + sealed(server) + "; path=/; secure; HttpOnly");
        }
        return server;
    }

    private static boolean wantsAffinity(HttpExchange exchange) {
        return "true".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("X-PreferServerAffinity"));
    }

    private static Optional<String> bound(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().get("Cookie")).stream()
                .flatMap(List::stream)
                .flatMap(header -> List.of(header.split(";")).stream())
                .map(String::strip)
                .flatMap(cookie -> SERVERS.stream().filter(server -> cookie.equals(COOKIE + "=" + sealed(server))))
                .findFirst();
    }

    private static String sealed(String server) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("server~" + server).getBytes(StandardCharsets.US_ASCII));
    }

    private static String home(SandboxMailbox mailbox) {
        return SERVERS.get(Math.floorMod(mailbox.ownerId().hashCode(), SERVERS.size()));
    }

    private String other(String home) {
        List<String> others =
                SERVERS.stream().filter(server -> !server.equals(home)).toList();
        return others.get((int) Math.floorMod(turns.getAndIncrement(), (long) others.size()));
    }
}
