package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** A tenant with Graph, one user's token at hand, and a plain HTTP client. */
final class GraphFixture implements AutoCloseable {
    static final String INBOX_DELTA = "/v1.0/me/mailFolders/inbox/messages/delta";

    private static final ObjectMapper JSON = new ObjectMapper();

    final SandboxTenant tenant;
    final MailPart part;
    final SandboxUser user;
    final SandboxMailbox mailbox;
    private final Clock clock;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String token;

    GraphFixture(GraphSettings settings, Clock clock) {
        this(settings, SandboxOptions.builder().messages(0).clock(clock).build());
    }

    GraphFixture(GraphSettings settings, SandboxOptions options) {
        clock = options.clock();
        part = new MailPart(MailPart.seeded(options), settings, new SecureRandom());
        try {
            tenant = SandboxTenant.start(options, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        user = tenant.directory().users().get(0);
        mailbox = part.mailboxes().find(user.objectId()).orElseThrow();
        token = token(user, Permission.USER_READ, Permission.MAIL_READ);
    }

    String token() {
        return token;
    }

    String token(SandboxUser owner, Permission... permissions) {
        return tenant.authority()
                .accessToken(owner, tenant.directory().demoRegistration(), Permission.GRAPH, Set.of(permissions));
    }

    /** Answer to a GET, JSON body included. */
    record Answer(int status, HttpResponse<String> raw) {
        JsonNode json() {
            return parsed(raw.body());
        }

        String code() {
            return json().path("error").path("code").asText();
        }

        Optional<String> header(String name) {
            return raw.headers().firstValue(name);
        }

        String link() {
            return json().path("@odata.nextLink")
                    .asText(json().path("@odata.deltaLink").asText());
        }

        boolean isEnd() {
            return json().has("@odata.deltaLink");
        }
    }

    Answer get(String pathOrLink, String... headers) {
        return getAs(token, pathOrLink, headers);
    }

    Answer getAs(String accessToken, String pathOrLink, String... headers) {
        HttpRequest.Builder request = request(pathOrLink).header("Authorization", "Bearer " + accessToken);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** A request of the user's with the scopes to write and send; a body without a content type is JSON. */
    Answer write(String method, String pathOrLink, String body, String... headers) {
        return writeAs(writer(), method, pathOrLink, body, headers);
    }

    Answer writeAs(String accessToken, String method, String pathOrLink, String body, String... headers) {
        HttpRequest.Builder request = request(pathOrLink)
                .header("Authorization", "Bearer " + accessToken)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** May do all with the user's own mail. */
    String writer() {
        return token(
                user,
                Permission.USER_READ,
                Permission.MAIL_READ_WRITE,
                Permission.find(Permission.GRAPH, "Mail.Send").orElseThrow());
    }

    /** The mailbox of another person of the tenant. */
    SandboxMailbox mailbox(String userPrincipalName) {
        return part.mailboxes().find(userPrincipalName).orElseThrow();
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String pathOrLink) {
        URI uri = URI.create(
                pathOrLink.startsWith("http") ? pathOrLink : tenant.server().httpUrl() + pathOrLink);
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    }

    HttpClient client() {
        return client;
    }

    /** All pages of a round, up to and including the one with the delta link. */
    List<Answer> round(String start, String... headers) {
        List<Answer> pages = new ArrayList<>(List.of(page(start, headers)));
        while (!pages.get(pages.size() - 1).isEnd()) {
            pages.add(page(pages.get(pages.size() - 1).link(), headers));
        }
        return pages;
    }

    private Answer page(String link, String... headers) {
        Answer page = get(link, headers);
        if (page.status() != 200) {
            throw new AssertionError("Status " + page.status() + " on " + link + ": "
                    + page.raw().body());
        }
        return page;
    }

    static List<JsonNode> rows(List<Answer> pages) {
        List<JsonNode> rows = new ArrayList<>();
        pages.forEach(page -> page.json().path("value").forEach(rows::add));
        return rows;
    }

    static String end(List<Answer> pages) {
        return pages.get(pages.size() - 1).link();
    }

    SandboxMessage deliver(String subject) {
        MailAddress customer = new MailAddress("A customer", "customer@example.org");
        MailAddress owner = new MailAddress(mailbox.displayName(), mailbox.userPrincipalName());
        Instant now = clock.instant();
        return mailbox.deliver(
                mailbox.wellKnownFolder("inbox"),
                new ComposedMail(customer, owner, subject, "Hello.\n", Optional.empty(), now, Optional.empty()));
    }

    void deliver(int count) {
        for (int number = 1; number <= count; number++) {
            deliver("Mail " + number);
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        tenant.close();
    }
}
