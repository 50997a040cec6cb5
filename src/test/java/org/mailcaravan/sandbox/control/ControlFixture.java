package org.mailcaravan.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** A tenant without seeded mail, and a plain HTTP client at its door. */
final class ControlFixture implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SandboxTenant tenant;
    final MailPart part;
    final SandboxMailbox mailbox;

    ControlFixture() {
        SandboxOptions options = SandboxOptions.builder().messages(0).build();
        part = new MailPart(MailPart.seeded(options), GraphSettings.defaults(), new SecureRandom());
        try {
            tenant = SandboxTenant.start(options, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mailbox = part.mailboxes().all().get(0);
    }

    /** An answer with its JSON. */
    record Answer(int status, JsonNode json) {
        String error() {
            return json.path("error").asText();
        }
    }

    /** Posts to a control operation; the mailbox is added. */
    Answer control(String operation, Map<String, Object> input) {
        Map<String, Object> all = new LinkedHashMap<>(input);
        all.putIfAbsent("mailbox", mailbox.userPrincipalName());
        HttpRequest.Builder request = request("/sandbox/control/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.valueToTree(all).toString()));
        return answer(send(request));
    }

    Answer answer(HttpResponse<String> response) {
        try {
            return new Answer(response.statusCode(), json.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> postForm(String path, String form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(tenant.server().httpUrl() + path))
                .timeout(Duration.ofSeconds(20));
    }

    URI httpUrl() {
        return tenant.server().httpUrl();
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        tenant.close();
    }
}
