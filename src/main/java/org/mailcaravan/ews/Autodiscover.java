package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * Asks Autodiscover v2 where the EWS of a mailbox is: {@code GET /autodiscover/autodiscover.json/v1.0/{address}?Protocol=EWS}. The question carries no token.
 * Whatever it answers, and wherever it redirects to, must be https at one of the allowed hosts: so nobody who can bend an answer gets a token. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxdscli">MS-OXDSCLI</a>
 */
final class Autodiscover implements EwsAddresses {
    static final int MOST_REDIRECTS = 3;
    static final Duration KEPT = Duration.ofHours(24);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final int MOST_KNOWN = 10_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI server;
    private final Set<String> hosts;
    private final HttpGateway http;
    private final Clock clock;
    private final Map<MailboxId, Known> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<MailboxId, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private record Known(URI url, Instant until) {}

    /**
     * @param server who is asked first, for example {@code https://outlook.office365.com}
     * @param hosts where answers and redirects may lead, in lower case, each with its port unless that is 443; the server itself is allowed as well
     */
    Autodiscover(URI server, Set<String> hosts, HttpGateway http, Clock clock) {
        this.server = EwsAddresses.checked(server, "autodiscover");
        this.hosts = Set.copyOf(hosts);
        this.http = http;
        this.clock = clock;
    }

    @Override
    public URI of(Mailbox mailbox) {
        synchronized (known) {
            Known found = known.get(mailbox.id());
            if (found != null && clock.instant().isBefore(found.until())) {
                return found.url();
            }
        }
        URI url = ask(first(mailbox), 0);
        synchronized (known) {
            known.put(mailbox.id(), new Known(url, clock.instant().plus(KEPT)));
        }
        return url;
    }

    @Override
    public void forget(Mailbox mailbox) {
        synchronized (known) {
            known.remove(mailbox.id());
        }
    }

    private URI first(Mailbox mailbox) {
        String address = URLEncoder.encode(mailbox.address().value(), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%40", "@");
        return server.resolve("/autodiscover/autodiscover.json/v1.0/" + address + "?Protocol=EWS");
    }

    private URI ask(URI target, int redirects) {
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("Accept", "application/json")
                .header("User-Agent", EwsClient.USER_AGENT)
                .header("client-request-id", UUID.randomUUID().toString())
                .GET()
                .build();
        try (HttpGateway.Answer answer = http.send(request, DEADLINE)) {
            return answer.status() / 100 == 3 ? ask(redirect(target, answer, redirects), redirects + 1) : read(answer);
        } catch (IOException e) {
            throw new MailSourceUnavailableException(
                    "Autodiscover at " + target.getHost() + " cannot be reached: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private URI redirect(URI from, HttpGateway.Answer answer, int redirects) {
        if (redirects == MOST_REDIRECTS) {
            throw new MalformedAnswerException("Autodiscover redirects more than " + MOST_REDIRECTS + " times");
        }
        String location = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new MalformedAnswerException("Autodiscover redirects to nowhere"));
        try {
            return allowed(from.resolve(location));
        } catch (IllegalArgumentException e) {
            throw new MalformedAnswerException("Autodiscover redirects to what is no address");
        }
    }

    private URI allowed(URI url) {
        String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
        boolean safe = !host.isEmpty()
                && ("https".equalsIgnoreCase(url.getScheme())
                        || "http".equalsIgnoreCase(url.getScheme()) && EwsAddresses.isLoopback(url));
        if (!safe || url.getRawUserInfo() != null) {
            throw new MalformedAnswerException("Autodiscover names an address that is not https");
        }
        if (!hosts.contains(site(url)) && !site(url).equals(site(server)) && !isListedLoopback(url, host)) {
            throw new MalformedAnswerException("Autodiscover names the host " + printable(site(url))
                    + ", which is not allowed: if it is yours, add it to the option autodiscoverHosts"
                    + " (setting ews.autodiscover-hosts)");
        }
        return url;
    }

    /** The sandbox has the ports that it gets. */
    private boolean isListedLoopback(URI url, String host) {
        return EwsAddresses.isLoopback(url) && hosts.contains(host);
    }

    /** The host, and the port if it is not that of https: an odd port of an allowed host is another server. */
    static String site(URI url) {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return url.getPort() < 0 || url.getPort() == 443 ? host : host + ":" + url.getPort();
    }

    private URI read(HttpGateway.Answer answer) throws IOException {
        JsonNode json = json(answer);
        if (answer.status() == 200) {
            return found(json.path("Url").asText(""));
        }
        String said = "Autodiscover answered HTTP " + answer.status()
                + Optional.of(json.path("ErrorCode").asText(""))
                        .filter(code -> code.matches("[A-Za-z]{1,60}"))
                        .map(code -> " " + code)
                        .orElse("");
        if (answer.status() == 429 || answer.status() == 503) {
            throw new ThrottledException(said, RetryAfter.of(answer.headers(), clock.instant()));
        }
        if (answer.status() >= 500) {
            throw new MailSourceUnavailableException(said);
        }
        throw new MailboxBlockedException(
                said + ".",
                "Check the address of the mailbox and that it has EWS; or set the option autodiscover to off and ewsUrl to its server.");
    }

    private URI found(String url) {
        try {
            URI address = allowed(URI.create(url));
            return EwsAddresses.checked(address, "Autodiscover's answer");
        } catch (IllegalArgumentException e) {
            throw new MalformedAnswerException("Autodiscover's answer names no address of EWS");
        }
    }

    /** An error may be told without JSON. */
    private static JsonNode json(HttpGateway.Answer answer) throws IOException {
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(LONGEST_ANSWER);
            return MAPPER.readTree(bytes);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            return MAPPER.missingNode();
        }
    }

    private static String printable(String host) {
        return host.matches("[a-z0-9.:\\[\\]-]{1,253}") ? host : "that is no host name";
    }
}
