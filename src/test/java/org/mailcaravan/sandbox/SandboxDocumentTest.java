package org.mailcaravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.entra.IdTokenFault;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** docs/sandbox.md tells what a tenant really answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxDocumentTest {
    private static final Path DOCUMENT = Path.of("docs", "sandbox.md");

    private final SandboxOptions options = SandboxOptions.builder().messages(0).build();
    private final HttpClient client = HttpClient.newHttpClient();
    private SandboxTenant tenant;

    @BeforeAll
    void startTenant() throws IOException {
        SandboxMailboxes mailboxes = MailPart.seeded(options);
        tenant = SandboxTenant.start(
                options,
                new MailPart(mailboxes, GraphSettings.defaults(), new SecureRandom()),
                new EwsPart(mailboxes, EwsSettings.defaults()));
    }

    @AfterAll
    void stopTenant() {
        tenant.close();
    }

    /** The names in the first column of the tables under a heading of the second or third level. */
    private static List<String> listed(String heading, String column) throws IOException {
        return section(heading)
                .dropWhile(line -> !line.startsWith("| " + column))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Pattern.compile("`([^`]+)`").matcher(line))
                .filter(matcher -> matcher.find())
                .map(matcher -> matcher.group(1))
                .toList();
    }

    private static Stream<String> section(String heading) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"));
    }

    static List<String> generalFaults() throws IOException {
        return listed("### Faults", "`fault.type`");
    }

    static List<String> ewsFaults() throws IOException {
        return listed("### Faults", "`fault` of `ews/fault`");
    }

    private HttpResponse<String> post(String operation, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(tenant.server().httpUrl() + "/sandbox/control/" + operation))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyControlOperationIsDescribedAndNoOther() throws Exception {
        List<String> described = Stream.of(
                        "### Mail",
                        "### Subscriptions",
                        "### Throttling and latency",
                        "### Exchange Web Services",
                        "### Accounts, consent and tokens",
                        "### Counters",
                        "### Faults")
                .flatMap(heading -> {
                    try {
                        return listed(heading, "Operation").stream();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();

        assertThat(described)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(tenant.control().names());
    }

    @ParameterizedTest
    @MethodSource("generalFaults")
    void everyGeneralFaultDescribedCanBePlanned(String type) throws Exception {
        HttpResponse<String> answer = post(
                "faults",
                "{\"kind\":\"nothing\",\"fault\":{\"type\":\"" + type + "\",\"status\":503,\"ms\":1,\"code\":90033}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    static List<String> graphFaults() throws IOException {
        return listed("### Faults", "`fault` of `graph/fault`");
    }

    @ParameterizedTest
    @MethodSource("graphFaults")
    void everyGraphFaultDescribedCanBePlanned(String name) throws Exception {
        HttpResponse<String> answer = post("graph/fault", "{\"kind\":\"nothing\",\"fault\":\"" + name + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("ewsFaults")
    void everyEwsFaultDescribedCanBePlanned(String name) throws Exception {
        HttpResponse<String> answer = post("ews/fault", "{\"operation\":\"Nothing\",\"fault\":\"" + name + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void badIdTokensAndTheFirstSeedsGuidsAreThoseDescribed() throws Exception {
        String document = Files.readString(DOCUMENT);

        for (IdTokenFault fault : IdTokenFault.values()) {
            String written = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(document).contains("`" + written + "`");
        }
        assertThat(document)
                .contains("oauth.tenant=" + tenant.directory().tenantId())
                .contains("oauth.client-id="
                        + tenant.directory().demoRegistration().clientId())
                .contains("`" + tenant.directory().seedRegistration().clientId() + "`")
                .contains("`" + options.clientSecret() + "`");
        assertThat(tenant.directory().users())
                .extracting(user -> user.userPrincipalName().replaceFirst("@.*", "@"))
                .allSatisfy(name -> assertThat(document).contains("`" + name));
    }
}
