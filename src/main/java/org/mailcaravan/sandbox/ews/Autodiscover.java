package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * Autodiscover v2: {@code GET …/autodiscover.json/v1.0/{email}?Protocol=EWS}, or {@code ?Email=…&Protocol=EWS}. Nobody needs a token. For a mailbox of the other
 * site it leads there, by that site's name for this machine. Thread-safe.
 */
final class Autodiscover implements HttpHandler {
    static final String PATH = "/autodiscover/autodiscover.json";
    static final String ON_PREMISES_PATH = "/onpremises" + PATH;

    private static final String KIND = "autodiscover";

    private final ObjectMapper json = new ObjectMapper();
    private final SandboxMailboxes mailboxes;
    private final RequestLog log;
    private final EwsSite site;
    private final Map<UUID, Plan> plans;

    /**
     * What it says of a mailbox instead of the truth.
     *
     * @param redirect where it leads; {@code {email}} stands for the address
     * @param url what it tells as EWS's
     */
    record Plan(Optional<String> redirect, Optional<String> url) {}

    /** @param plans by mailbox, shared by both sites */
    Autodiscover(SandboxMailboxes mailboxes, RequestLog log, EwsSite site, Map<UUID, Plan> plans) {
        this.mailboxes = mailboxes;
        this.log = log;
        this.site = site;
        this.plans = plans;
    }

    static Map<UUID, Plan> plans() {
        return new ConcurrentHashMap<>();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String email = email(exchange.getRequestURI());
        Optional<SandboxMailbox> mailbox = mailboxes.findByAddress(email);
        log.count(
                exchange, KIND, mailbox.map(found -> found.ownerId().toString()).orElse(RequestLog.NO_MAILBOX));
        String protocol = option(exchange.getRequestURI(), "protocol").orElse("");
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(405, -1);
        } else if (protocol.isEmpty()) {
            error(
                    exchange,
                    400,
                    "MandatoryParameterMissing",
                    "A valid value must be provided for the query parameter 'Protocol'.");
        } else if (!protocol.equalsIgnoreCase("EWS")) {
            error(exchange, 400, "InvalidProtocol", "The given protocol value is invalid. Supported values are 'EWS'.");
        } else if (!email.matches("[^@\\s]+@[^@\\s]+")) {
            error(exchange, 400, "InvalidUserId", "The given SMTP address is invalid.");
        } else if (mailbox.isEmpty()) {
            error(exchange, 404, "UserNotFound", "The given user is not found.");
        } else {
            answer(exchange, mailbox.get(), email);
        }
    }

    private void answer(HttpExchange exchange, SandboxMailbox mailbox, String email) throws IOException {
        Plan plan = plans.getOrDefault(mailbox.ownerId(), new Plan(Optional.empty(), Optional.empty()));
        boolean elsewhere = mailboxes.isOnPremises(mailbox) != site.onPremises();
        if (plan.redirect().isPresent()) {
            redirect(exchange, plan.redirect().get().replace("{email}", email));
        } else if (elsewhere) {
            String path = site.onPremises() ? PATH : ON_PREMISES_PATH;
            redirect(exchange, otherSite(exchange) + path + "/v1.0/" + encoded(email) + "?Protocol=EWS");
        } else {
            String url = plan.url().orElse(SandboxServer.baseUrl(exchange) + site.path());
            Map<String, String> answer = new LinkedHashMap<>();
            answer.put("Protocol", "EWS");
            answer.put("Url", url);
            send(exchange, 200, answer);
        }
    }

    /** The two sites are different hosts: the other name of this machine. */
    static URI otherSite(HttpExchange exchange) {
        URI here = SandboxServer.baseUrl(exchange);
        String host = here.getHost().equals("localhost") ? "127.0.0.1" : "localhost";
        return URI.create(here.getScheme() + "://" + host + ":" + here.getPort());
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    private void error(HttpExchange exchange, int status, String code, String text) throws IOException {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("ErrorCode", code);
        answer.put("ErrorMessage", text);
        send(exchange, status, answer);
    }

    private void send(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] body = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String email(URI uri) {
        String path = uri.getPath();
        int version = path.toLowerCase(Locale.ROOT).indexOf("/v1.0/");
        return version >= 0
                ? path.substring(version + "/v1.0/".length())
                : option(uri, "email").orElse("");
    }

    private static Optional<String> option(URI uri, String name) {
        String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts[0].equalsIgnoreCase(name) && parts.length == 2) {
                return Optional.of(decoded(parts[1]));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return "";
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
