package org.mailcaravan.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.database.Database;
import org.mailcaravan.ingest.Deliveries;
import org.mailcaravan.ingest.LedgerBalance;

/** The packaged bundle in a process of its own, to be killed and started again on the same files. */
final class BundleProcess implements AutoCloseable {
    private static final String API_TOKEN = "kill-test-api-token-0123456789";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Path directory;
    private final String database;
    private final int port;
    private final int managementPort = Ports.free();
    private Optional<Process> process = Optional.empty();

    BundleProcess(Path directory, SandboxProcess sandbox, String database) throws IOException {
        this.directory = directory;
        this.database = database;
        this.port = sandbox.callbackPort;
        KeyRing.create(directory.resolve("key-ring.json"));
        Files.writeString(directory.resolve("mailcaravan.properties"), """
                server.port=%d
                management.port=%d
                oauth.authority=%s
                oauth.tenant=%s
                oauth.client-id=%s
                oauth.client-secret=%s
                graph.root=%s/v1.0
                ews.url=%s/EWS/Exchange.asmx
                connect.api-token=%s
                credential.key-ring-file=key-ring.json
                database.url=%s
                content.directory=content
                content.min-free-space=10MB
                sink.files.directory=inbox
                mail.start=all
                mail.poll-interval=1s
                mail.poll-interval-idle=1s
                mail.poll-interval-notified=2s
                """.formatted(
                        port,
                        managementPort,
                        sandbox.url,
                        sandbox.tenantId(),
                        sandbox.clientId(),
                        SandboxProcess.SECRET,
                        sandbox.url,
                        sandbox.url,
                        API_TOKEN,
                        database.replace("\\", "/")));
    }

    Path inbox() {
        return directory.resolve("inbox");
    }

    /** Starts the process and returns when it says that it is ready. */
    void start() throws Exception {
        Process started = Jar.start(directory, "bundle", List.of("run"));
        process = Optional.of(started);
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    if (!started.isAlive()) {
                        throw new AssertionError(
                                "the bundle ended: " + Files.readString(directory.resolve("bundle.log")));
                    }
                    return ready();
                });
    }

    private boolean ready() throws IOException, InterruptedException {
        URI health = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready");
        return client.send(
                                HttpRequest.newBuilder(health)
                                        .timeout(Duration.ofSeconds(5))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    void connect(String user, String protocol) throws Exception {
        new DemoBrowser(
                        URI.create("http://localhost:" + port),
                        "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode",
                        API_TOKEN)
                .connect(user, protocol);
    }

    /** {@code kill -9} after so many milliseconds of work. */
    void killWithin(int millis) throws InterruptedException {
        Process running = process.orElseThrow();
        if (running.waitFor(millis, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the bundle ended by itself");
        }
        running.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        process = Optional.empty();
    }

    /** The ledger as the killed process left it, over all mailboxes. */
    LedgerBalance balance() {
        try (Database left = Database.open(database, Optional.empty(), Optional.empty())) {
            return new Deliveries(left.transactions(), Clock.systemUTC())
                    .balances()
                    .get("files");
        }
    }

    @Override
    public void close() {
        process.ifPresent(Process::destroyForcibly);
    }
}
