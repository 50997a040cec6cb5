package org.mailcaravan.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The packaged sandbox tenant in a process of its own, spoken to by HTTP only. */
final class SandboxProcess implements AutoCloseable {
    static final String SECRET = "sandbox~secret~value~of~no~worth";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    final String url;
    final int callbackPort;
    private JsonNode tenant = new ObjectMapper().createObjectNode();

    private SandboxProcess(Process process, int port, int callbackPort) {
        this.process = process;
        this.url = "http://127.0.0.1:" + port;
        this.callbackPort = callbackPort;
    }

    static SandboxProcess start(Path directory, int messages) throws Exception {
        int port = Ports.free();
        int callbackPort = Ports.free();
        Process process = Jar.start(
                directory,
                "sandbox",
                List.of(
                        "sandbox",
                        "--port=" + port,
                        "--https-port=0",
                        "--ca=" + directory.resolve("ca.pem"),
                        "--messages=" + messages,
                        "--redirect-uri=http://localhost:" + callbackPort
                                + "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode"));
        SandboxProcess sandbox = new SandboxProcess(process, port, callbackPort);
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            sandbox.tenant = sandbox.control("directory", "{}");
            return true;
        });
        return sandbox;
    }

    String tenantId() {
        return tenant.findValue("tenantId").asText();
    }

    String clientId() {
        return tenant.findValue("clientId").asText();
    }

    List<String> firstTwoUsers() {
        List<String> users = new ArrayList<>();
        tenant.findValues("userPrincipalName").stream().limit(2).forEach(name -> users.add(name.asText()));
        return users;
    }

    void burst(String user, int count) throws IOException, InterruptedException {
        control("mailboxes/burst", "{\"mailbox\":\"" + user + "\",\"count\":" + count + "}");
    }

    JsonNode control(String operation, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(url + "/sandbox/control/" + operation))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(operation + ": " + answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
