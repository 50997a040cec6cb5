package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;

/** A sandbox tenant and the bundle on free ports, polling every second and told nothing; mailboxes are connected through the real HTTP flow. */
final class JourneyFixture implements AutoCloseable {
    static final String API_TOKEN = "journey-api-token-of-forty-characters-xyz";

    private static final String CALLBACK = "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";
    private static final Pattern NUMBER = Pattern.compile("(?mi)^X-Sandbox-Message: *(\\d+)");
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final Path inbox;
    private final SandboxTenant tenant;
    private final Settings settings;
    private final Bundle bundle;

    /**
     * @param messages seeded, shared by the first two users
     * @param users how many the tenant has
     */
    record Size(int messages, int users) {}

    /** Which application the bundle signs in as, and how it reads. */
    interface Choice {
        Choice DEMO = (directory, settings) -> directory.demoRegistration();

        /** May change the settings as well. */
        AppRegistration registration(SandboxDirectory directory, Map<String, String> settings);
    }

    private JourneyFixture(Path directory, Size size, Choice choice) throws Exception {
        int port = freePort();
        inbox = directory.resolve("inbox");
        tenant = SandboxCommand.start(SandboxOptions.builder()
                .caFile(directory.resolve("sandbox-ca.pem"))
                .messages(size.messages())
                .users(size.users())
                .redirectUris("http://localhost:" + port + CALLBACK)
                .build());
        try {
            settings = Settings.load(SettingsSources.only(settings(directory, port, choice)));
            bundle = Bundle.start(settings);
        } catch (Exception e) {
            tenant.close();
            throw e;
        }
    }

    static JourneyFixture start(Path directory, Size size) throws Exception {
        return start(directory, size, Choice.DEMO);
    }

    static JourneyFixture start(Path directory, Size size, Choice choice) throws Exception {
        return new JourneyFixture(directory, size, choice);
    }

    private Map<String, String> settings(Path directory, int port, Choice choice) throws IOException {
        Path keyRing = directory.resolve("key-ring.json");
        KeyRing.create(keyRing);
        String sandbox = tenant.server().httpUrl().toString();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server.port", String.valueOf(port));
        settings.put("management.port", String.valueOf(freePort()));
        settings.put(
                "management.token-file", directory.resolve("management.token").toString());
        settings.put("public.base-url", "http://localhost:" + port);
        settings.put("oauth.authority", sandbox);
        settings.put("oauth.tenant", tenant.directory().tenantId());
        settings.put("oauth.client-secret", tenant.options().clientSecret());
        settings.put("graph.root", sandbox + "/v1.0");
        settings.put("ews.url", sandbox + "/EWS/Exchange.asmx");
        settings.put("connect.open", "true");
        settings.put("connect.api-token", API_TOKEN);
        settings.put("credential.key-ring-file", keyRing.toString());
        settings.put("database.url", "jdbc:h2:file:" + directory.resolve("mailcaravan") + ";WRITE_DELAY=0");
        settings.put("content.directory", directory.resolve("content").toString());
        settings.put("content.min-free-space", "100MB");
        settings.put("sink.files.directory", inbox.toString());
        settings.put("mail.start", "all");
        settings.put("mail.poll-interval", "1s");
        settings.put("mail.poll-interval-idle", "1s");
        settings.put("mail.notifications", "off");
        settings.put("ews.streaming", "false");
        settings.put(
                "oauth.client-id",
                choice.registration(tenant.directory(), settings).clientId());
        return settings;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Settings settings() {
        return settings;
    }

    SandboxTenant tenant() {
        return tenant;
    }

    SandboxUser user(int index) {
        return tenant.directory().users().get(index);
    }

    /** @param protocol {@code graph}, {@code ews} or {@code auto} */
    void connect(SandboxUser user, String protocol) throws Exception {
        new DemoBrowser(settings.publicBaseUrl(), settings.callbackPath(), API_TOKEN)
                .connect(user.userPrincipalName(), protocol);
    }

    /** Asks the callback with a raw query that no URI class would let through; answers the HTTP status. */
    int callbackStatus(String query) throws IOException {
        try (Socket socket = new Socket(
                settings.publicBaseUrl().getHost(), settings.publicBaseUrl().getPort())) {
            String request =
                    "GET " + CALLBACK + "?" + query + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }

    /** Calls an operation of the sandbox's control API. */
    JsonNode control(String operation, Map<String, ?> input) throws IOException, InterruptedException {
        URI uri = tenant.server().httpUrl().resolve("/sandbox/control/" + operation);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(input)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    /** Delivers new mail into the inbox of a sandbox mailbox. */
    List<Long> burst(SandboxUser user, int count) throws IOException, InterruptedException {
        JsonNode answer = control("mailboxes/burst", Map.of("mailbox", user.userPrincipalName(), "count", count));
        return StreamSupport.stream(answer.path("numbers").spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
    }

    DemoInbox.Count delivered(SandboxUser user) {
        return new DemoInbox(inbox.resolve(user.userPrincipalName())).count();
    }

    /** The sandbox's numbers of the delivered messages, one per file. */
    List<Long> numbers(SandboxUser user) throws IOException {
        Path folder = inbox.resolve(user.userPrincipalName());
        if (!Files.exists(folder)) {
            return List.of();
        }
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*.eml")) {
            for (Path file : files) {
                Matcher number = NUMBER.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                assertThat(number.find()).as("%s has a number", file).isTrue();
                numbers.add(Long.valueOf(number.group(1)));
            }
        }
        return numbers;
    }

    /** Waits until so many different messages of the mailbox lie in its folder, and each of them once. */
    void awaitDelivered(SandboxUser user, long messages) {
        await("mail of " + user.userPrincipalName())
                .atMost(LONGEST)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(delivered(user).distinct()).isEqualTo(messages));
        assertThat(delivered(user)).isEqualTo(new DemoInbox.Count(messages, messages));
    }

    /** Waits until nothing is in flight. */
    LedgerBalance awaitSettled() {
        return await("the ledger to settle").atMost(LONGEST).until(this::balance, balance -> balance.inFlight() == 0);
    }

    /** The ledger equation of the file sink, over all mailboxes. */
    LedgerBalance balance() {
        return balance("files");
    }

    /** That of another sink. */
    LedgerBalance balance(String sink) {
        return bundle.ingestion().deliveries().balances().get(sink);
    }

    /** Requests of one mailbox so far, by kind. */
    Map<String, Long> requests(SandboxUser user) {
        return tenant.log().byMailbox().getOrDefault(user.objectId(), Map.of());
    }

    long requests(SandboxUser user, String kindPrefix) {
        return requests(user).entrySet().stream()
                .filter(kind -> kind.getKey().startsWith(kindPrefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Override
    public void close() {
        bundle.close();
        tenant.close();
    }
}
