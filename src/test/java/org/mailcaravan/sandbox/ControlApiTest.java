package org.mailcaravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The control API's own rules; what its operations do is shown where it matters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlApiTest {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private SandboxTenant tenant;

    @BeforeAll
    void start() throws IOException {
        tenant = SandboxTenant.start(
                SandboxOptions.builder().users(2).build(),
                part -> part.control()
                        .operation(
                                "own",
                                input -> Map.of("got", input.path("value").asInt())));
    }

    @AfterAll
    void stop() {
        tenant.close();
    }

    private HttpResponse<String> call(String operation, String method, String type, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(tenant.server().httpUrl() + ControlApi.PATH + "/" + operation))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String operation, String body) throws IOException, InterruptedException {
        return call(operation, "POST", "application/json", body);
    }

    @Test
    void partsAddOperationsOfTheirOwn() throws Exception {
        assertThat(post("own", "{\"value\":3}").body()).isEqualTo("{\"got\":3}");
    }

    @Test
    void changingOperationsTakeOnlyJsonPosts() throws Exception {
        assertThat(call("faults/clear", "GET", "application/json", "").statusCode())
                .isEqualTo(405);
        assertThat(call("faults/clear", "POST", "text/plain", "{}").statusCode())
                .as("what a foreign page could send")
                .isEqualTo(405);
        assertThat(post("nothing", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void otherHostNamesAreRefused() throws Exception {
        URI url = tenant.server().httpUrl();
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /sandbox/control/requests HTTP/1.1\r\nHost: rebound.example\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            assertThat(status).contains("403");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "faults              | {]                                              | not JSON",
                "faults              | {\"fault\":{\"type\":\"magic\"}}                | fault.type must be one of",
                "faults              | {\"fault\":{\"type\":\"answer\"}}               | fault.status must be a whole number",
                "faults              | {\"times\":0,\"fault\":{\"type\":\"hang-up\"}}  | times >= 1",
                "faults              | {\"user\":\"ghost\",\"fault\":{\"type\":\"hang-up\"}} | No such user: ghost",
                "entra/revoke        | {}                                              | user is missing",
                "entra/token-life    | {\"seconds\":-1}                                | seconds must be positive",
                "entra/id-token      | {\"fault\":\"pretty\"}                          | fault must be one of",
                "entra/redirect-uri  | {}                                              | uri is missing",
                "entra/admin-consent | {\"scopes\":[\"Mail.Fly\"]}                     | publishes Mail.Fly",
                "entra/redirect-uri  | {\"clientId\":\"x\",\"uri\":\"y\"}              | No such registration: x"
            })
    void wrongInputIsAnsweredWithWhatIsExpected(String operation, String body, String text) throws Exception {
        HttpResponse<String> answer = post(operation, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(text);
    }

    @Test
    void directoryDescribesTheTenantTheSameForTheSameSeed() throws Exception {
        JsonNode directory = new ObjectMapper()
                .readTree(call("directory", "GET", "text/plain", "").body());

        assertThat(directory.path("users").get(0).path("userPrincipalName").asText())
                .isEqualTo("support@caravan.example");
        assertThat(directory.path("users")).hasSize(2);
        assertThat(directory.path("registrations").get(1).path("adminConsented"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "https://graph.microsoft.com/User.Read", "https://outlook.office365.com/EWS.AccessAsUser.All");
        assertThat(SandboxDirectory.from(SandboxOptions.builder().build()).tenantId())
                .isEqualTo(directory.path("tenantId").asText());
        assertThat(SandboxDirectory.from(SandboxOptions.builder().seed(2).build())
                        .tenantId())
                .isNotEqualTo(directory.path("tenantId").asText());
    }

    @Test
    void countersAreReadAndReset() throws Exception {
        tenant.log().count("graph:me", "m1");
        assertThat(call("requests", "GET", "text/plain", "").body()).contains("\"graph:me\":1");

        post("requests/reset", "{}");

        assertThat(call("requests", "GET", "text/plain", "").body()).doesNotContain("graph:me");
    }

    @Test
    void redirectUriAddedByControlIsAccepted() throws Exception {
        post("entra/redirect-uri", "{\"uri\":\"https://new.example/cb\"}");

        assertThat(tenant.directory().demoRegistration().redirectUris()).contains("https://new.example/cb");
    }
}
