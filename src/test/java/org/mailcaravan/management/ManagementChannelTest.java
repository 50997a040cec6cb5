package org.mailcaravan.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The management channel on Camel's real management server, spoken to by its client and by raw bytes (S21, S54, S56). */
class ManagementChannelTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static Main main;
    private static int port;
    private static Path file;
    private static ManagementToken token;
    private static ManagementChannel channel;

    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        port = freePort();
        file = directory.resolve("made/management.token");
        token = ManagementToken.create(file, new SecureRandom());
        channel = new ManagementChannel(
                token,
                Map.of(
                        "echo",
                        input -> {
                            RUNS.incrementAndGet();
                            return input;
                        },
                        "refuse",
                        input -> {
                            throw new OperationRefusedException("Not today. Ask tomorrow.");
                        },
                        "fail",
                        input -> {
                            throw new IllegalStateException("canary-of-the-inside");
                        }));
        main = new Main();
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "camel.management.enabled", "true",
                "camel.management.host", "127.0.0.1",
                "camel.management.port", String.valueOf(port),
                "camel.management.health-check-enabled", "true"));
        main.setOverrideProperties(properties);
        main.start();
        channel.open(
                main.getCamelContext().hasService(ManagementHttpServer.class).getRouter());
    }

    @AfterAll
    static void stop() throws Exception {
        channel.close();
        main.stop();
        token.close();
    }

    @BeforeEach
    void listen() {
        RUNS.set(0);
        audit.start();
        auditLogger().setLevel(Level.INFO);
        auditLogger().addAppender(audit);
    }

    @AfterEach
    void deafen() {
        auditLogger().detachAppender(audit);
    }

    @Test
    void whoCanReadTheTokenFileIsAnswered() {
        JsonNode input = JSON.createObjectNode().put("word", "héllo");

        assertThat(client().call("echo", input)).isEqualTo(input);
        assertThat(audit.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).isEqualTo("management: echo done");
        });
    }

    @Test
    void theTokenFileIsForItsOwnerOnlyAndNewAtEachStart() throws IOException {
        Path own = directory.resolve("twice.token");
        ManagementToken first = ManagementToken.create(own, new SecureRandom());
        String before = Files.readString(own);

        try (ManagementToken second = ManagementToken.create(own, new SecureRandom())) {
            assertThat(before).matches("[A-Za-z0-9_-]{43}");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(own)).isNotEqualTo(before);
            assertThat(second.toString()).doesNotContain(Files.readString(own));

            first.close();
            assertThat(own).as("another process's token stays").exists();
        }
        assertThat(own).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Bearer\r\n",
                "Authorization: Bearer wrong\r\n",
                "Authorization: Basic dXNlcjpwYXNz\r\n"
            })
    void whoDoesNotShowTheTokenIsRefusedAndAudited(String authorization) throws IOException {
        assertThat(status("POST /manage/echo", "Host: 127.0.0.1\r\n" + authorization, "{}"))
                .isEqualTo(401);

        assertThat(RUNS).hasValue(0);
        assertThat(audit.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("refused with 401").doesNotContain("wrong");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example\r\n",
                "Host: localhost.evil.example\r\n",
                "Host: 127.0.0.1.evil.example:8090\r\n",
                "Host: 10.0.0.1\r\n"
            })
    void aNameThatSomebodyElsesDnsPointsHereIsRefusedThoughTheTokenIsRight(String host) throws IOException {
        assertThat(status("POST /manage/echo", host + right(), "{}")).isEqualTo(403);

        assertThat(RUNS).hasValue(0);
    }

    @Test
    void aWebPageIsRefusedAndNoOriginIsAllowed() throws IOException {
        String answer = send("POST /manage/echo", "Host: localhost\r\nOrigin: http://localhost\r\n" + right(), "{}");
        String preflight = send(
                "OPTIONS /manage/echo",
                "Host: localhost\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n",
                "");

        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(preflight).startsWith("HTTP/1.1 403 ");
        assertThat((answer + preflight).toLowerCase()).doesNotContain("access-control-allow");
        assertThat(RUNS).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD"})
    void onlyPostIsAnOperation(String method) throws IOException {
        assertThat(status(method + " /manage/echo", "Host: 127.0.0.1\r\n" + right(), ""))
                .isEqualTo(405);

        assertThat(RUNS).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "{} {}", "{\"a\":1,\"a\":2}", "null"})
    void aBodyThatIsNoObjectIsRefused(String body) throws IOException {
        assertThat(status("POST /manage/echo", "Host: 127.0.0.1\r\n" + right(), body))
                .isEqualTo(400);

        assertThat(RUNS).hasValue(0);
    }

    @Test
    void aBodyOfMoreThan64KilobytesIsRefused() throws IOException {
        String large = "{\"a\":\"" + "x".repeat(64 * 1024) + "\"}";

        assertThat(status("POST /manage/echo", "Host: 127.0.0.1\r\n" + right(), large))
                .isEqualTo(413);
        assertThat(RUNS).hasValue(0);
    }

    @Test
    void refusalsOfAnOperationReachTheCallerAndItsFailuresDoNot() {
        assertThatThrownBy(() -> client().call("refuse", JSON.createObjectNode()))
                .isInstanceOf(ManagementException.class)
                .hasMessage("Not today. Ask tomorrow.");
        assertThatThrownBy(() -> client().call("fail", JSON.createObjectNode()))
                .isInstanceOf(ManagementException.class)
                .hasMessage("It failed; the log of the process says why.");
        assertThatThrownBy(() -> client().call("frobnicate", JSON.createObjectNode()))
                .hasMessage("There is no such operation. Operations: echo, fail, refuse.");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.8.9.10, true",
        "::1, true",
        "0:0:0:0:0:0:0:1, true",
        "0:0:0:0:0:0:0:1%0, true",
        "::ffff:127.0.0.1, true",
        "10.1.2.3, false",
        "192.168.0.1, false",
        "127.evil.example, false",
        "fe80::1%eth0, false",
        "2001:db8::1, false"
    })
    void onlyThisMachineIsHeardEvenWithTheRightToken(String address, boolean heard) throws IOException {
        Caller caller = new Caller(
                address, List.of("127.0.0.1:8090"), Optional.empty(), Optional.of("Bearer " + Files.readString(file)));

        assertThat(caller.refusal(token).isEmpty()).isEqualTo(heard);
        assertThat(caller.toString()).doesNotContain(Files.readString(file));
    }

    @Test
    void healthAnswersBesidesTheChannelAsBefore() throws IOException {
        assertThat(status("GET /observe/health/live", "Host: mail.example\r\n", ""))
                .isEqualTo(200);
        assertThat(status("GET /elsewhere", "Host: mail.example\r\n", "")).isEqualTo(404);
    }

    @Test
    void withoutAProcessTheRemedyIsToStartIt() throws IOException {
        assertThatThrownBy(() -> client(port, directory.resolve("none.token")).call("echo", JSON.createObjectNode()))
                .hasMessageContaining("does not run here")
                .hasMessageContaining("none.token")
                .satisfies(e -> assertThat(((ManagementException) e).absent()).isTrue());

        assertThatThrownBy(() -> client(freePort(), file).call("echo", JSON.createObjectNode()))
                .hasMessageContaining("Nothing answers at http://127.0.0.1:")
                .hasMessageContaining("command run")
                .satisfies(e -> assertThat(((ManagementException) e).absent()).isTrue());
    }

    @Test
    void aTokenOfAnotherProcessIsToldApart() throws IOException {
        Path other = directory.resolve("other.token");
        try (ManagementToken ignored = ManagementToken.create(other, new SecureRandom())) {
            assertThatThrownBy(() -> client(port, other).call("echo", JSON.createObjectNode()))
                    .hasMessageContaining("does not know the token")
                    .hasMessageContaining("management.token-file")
                    .hasMessageNotContaining(Files.readString(other));
        }
    }

    @Test
    void aTokenFileThatOthersMayReadOrThatHoldsNoTokenIsNotUsed() throws IOException {
        Path open = Files.writeString(directory.resolve("open.token"), "x".repeat(43));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Path nonsense = Files.writeString(directory.resolve("nonsense.token"), "two words\r\nHost: evil");
        Files.setPosixFilePermissions(nonsense, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> client(port, open).call("echo", JSON.createObjectNode()))
                .hasMessageContaining("may be used by others");
        assertThatThrownBy(() -> client(port, nonsense).call("echo", JSON.createObjectNode()))
                .hasMessageContaining("holds no token");
    }

    @Test
    void aTokenFileThatCannotBeWrittenNamesTheSetting() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("a-file"), "");

        assertThatThrownBy(() -> ManagementToken.create(notADirectory.resolve("token"), new SecureRandom()))
                .isInstanceOf(ManagementException.class)
                .hasMessageContaining("management.token-file");
    }

    @Test
    void aProcessThatListensElsewhereOnlySaysWhatToSet() {
        assertThatThrownBy(() -> ManagementClient.of("192.0.2.1", port, file)).hasMessageContaining("management.host");
        assertThat(ManagementClient.of("0.0.0.0", port, file).call("echo", JSON.createObjectNode()))
                .isEmpty();
    }

    private static ManagementClient client() {
        return client(port, file);
    }

    private static ManagementClient client(int port, Path file) {
        return ManagementClient.of("127.0.0.1", port, file);
    }

    private static String right() throws IOException {
        return "Authorization: Bearer " + Files.readString(file) + "\r\n";
    }

    private static int status(String line, String headers, String body) throws IOException {
        return Integer.parseInt(send(line, headers, body).split(" ", 3)[1]);
    }

    private static String send(String line, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                line + " HTTP/1.1\r\n" + headers + "Content-Length: " + bytes.length + "\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Logger auditLogger() {
        return (Logger) LoggerFactory.getLogger("org.mailcaravan.audit");
    }
}
