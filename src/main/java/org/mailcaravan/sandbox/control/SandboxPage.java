package org.mailcaravan.sandbox.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * The page {@code /sandbox/}: who has how much mail, and a form that sends some. Plain HTML without scripts; only for browsers on
 * this machine, and the form only from the page itself (it carries a token).
 */
public final class SandboxPage implements HttpHandler {
    /** Where it is to be mounted. */
    public static final String PREFIX = "/sandbox";

    private static final String SEND = PREFIX + "/send";
    private static final int LARGEST_FORM_BYTES = 1024 * 1024;
    private static final long BYTES_PER_KB = 1024;

    private final SandboxMailboxes mailboxes;
    private final RequestLog log;
    private final Letters letters;
    private final String formToken;

    SandboxPage(SandboxMailboxes mailboxes, RequestLog log, Letters letters, SecureRandom random) {
        this.mailboxes = mailboxes;
        this.log = log;
        this.letters = letters;
        byte[] token = new byte[16];
        random.nextBytes(token);
        this.formToken = HexFormat.of().formatHex(token);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean reads = exchange.getRequestMethod().equals("GET");
        if (!isLocal(exchange)) {
            plain(exchange, 403, "This page serves only browsers on this machine, by the name localhost or 127.0.0.1.");
        } else if (path.equals(PREFIX)) {
            redirect(exchange, PREFIX + "/");
        } else if (path.equals(PREFIX + "/") && reads) {
            show(exchange, 200, fields(exchange.getRequestURI().getRawQuery()), "");
        } else if (path.equals(SEND) && exchange.getRequestMethod().equals("POST")) {
            send(exchange);
        } else {
            plain(
                    exchange,
                    path.equals(SEND) || path.equals(PREFIX + "/") ? 405 : 404,
                    "Open " + PREFIX + "/ instead.");
        }
    }

    private void send(HttpExchange exchange) throws IOException {
        byte[] form = exchange.getRequestBody().readNBytes(LARGEST_FORM_BYTES + 1);
        if (form.length > LARGEST_FORM_BYTES) {
            plain(exchange, 413, "The form is larger than 1 MB. Send large mail by giving an attachment size.");
            return;
        }
        Map<String, String> fields = fields(new String(form, StandardCharsets.US_ASCII));
        if (!isOurs(fields)) {
            show(exchange, 403, fields, "This form is out of date. Please send it again.");
            return;
        }
        try {
            SandboxMessage sent = sent(fields);
            redirect(exchange, PREFIX + "/?sent=" + sent.number());
        } catch (IllegalArgumentException wrong) {
            show(exchange, 400, fields, String.valueOf(wrong.getMessage()));
        }
    }

    private SandboxMessage sent(Map<String, String> fields) {
        SandboxMailbox mailbox = mailboxes
                .find(fields.getOrDefault("to", ""))
                .orElseThrow(() -> new IllegalArgumentException("Choose one of the mailboxes as recipient"));
        Letters.Wish wish = new Letters.Wish(
                fields.getOrDefault("from", "").strip(),
                fields.getOrDefault("subject", ""),
                fields.getOrDefault("text", ""),
                fields.getOrDefault("file", ""),
                kilobytes(fields.getOrDefault("size", "")) * BYTES_PER_KB);
        return mailbox.deliver(mailbox.wellKnownFolder("inbox"), letters.write(mailbox, wish));
    }

    private static long kilobytes(String text) {
        String size = text.strip();
        if (!size.matches("\\d{0,9}")) {
            throw new IllegalArgumentException("The attachment's size is a whole number of kilobytes");
        }
        return size.isEmpty() ? 0 : Long.parseLong(size);
    }

    private boolean isOurs(Map<String, String> fields) {
        byte[] given = fields.getOrDefault("token", "").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, formToken.getBytes(StandardCharsets.UTF_8));
    }

    private void show(HttpExchange exchange, int status, Map<String, String> fields, String problem)
            throws IOException {
        String origin = SandboxServer.baseUrl(exchange).toString();
        String html = new PageHtml(origin, formToken).page(mailboxes.all(), log.byKind(), fields, problem);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'");
        answer(exchange, status, html);
    }

    private static boolean isLocal(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("");
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
                && host.matches("(localhost|127\\.0\\.0\\.1)(:\\d+)?");
    }

    private static Map<String, String> fields(@Nullable String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (encoded == null) {
            return fields;
        }
        for (String pair : encoded.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return text;
        }
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(303, -1);
    }

    private static void plain(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        answer(exchange, status, text);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
