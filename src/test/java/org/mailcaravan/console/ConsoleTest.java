package org.mailcaravan.console;

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
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.testing.SettableClock;
import org.slf4j.LoggerFactory;

/** S54, S56: the console as it was built, on Camel's real management server, spoken to over HTTP and by raw bytes. */
@DisabledIfSystemProperty(named = "skipConsole", matches = "true")
class ConsoleTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct horse battery";
    private static final String OPS = "ops.example.org";
    private static final Path BUILT = Path.of("target/classes/org/mailcaravan/console/web");

    @TempDir
    private static Path directory;

    private static final SettableClock CLOCK = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Main main;
    private static int port;
    private static Path usersFile;
    private static Console console;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        port = freePort();
        usersFile = directory.resolve("console-users.properties");
        ConsoleUsers.put(usersFile, "ann", PASSWORD, new SecureRandom());
        main = new Main();
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "camel.main.name", "console-test",
                "camel.management.enabled", "true",
                "camel.management.host", "127.0.0.1",
                "camel.management.port", String.valueOf(port),
                "camel.management.health-check-enabled", "true"));
        main.setOverrideProperties(properties);
        main.configure().addRoutesBuilder(new PlainRoute());
        main.start();
        console = new Console(URI.create("https://" + OPS), usersFile, CLOCK, new SecureRandom());
        console.open(
                main.getCamelContext().hasService(ManagementHttpServer.class).getRouter());
        session = cookie(login("ann", PASSWORD));
    }

    @AfterAll
    static void stop() throws Exception {
        console.close();
        main.stop();
    }

    private static final class PlainRoute extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:plain")
                    .routeId("plain")
                    .routeDescription("Does next to nothing.")
                    .setBody(constant("done"));
        }
    }

    // ---- login

    @Test
    void theRightPasswordBeginsASessionWhoseCookieNoScriptAndNoOtherSiteCanUse() throws Exception {
        HttpResponse<String> answer = login("ann", PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Set-Cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie)
                        .matches("mailcaravan-console=[A-Za-z0-9_-]{43};.*")
                        .containsIgnoringCase("HttpOnly")
                        .contains("SameSite=Strict")
                        .contains("Path=/hawtio/")
                        .doesNotContain("Secure", "Max-Age", "Domain"));
        assertThat(get("/hawtio/user", cookie(answer)).body()).isEqualTo("\"ann\"");
    }

    @Test
    void calledByItsAddressTheCookieIsSecureAndBoundToTheHost() throws Exception {
        String answer =
                raw("POST /hawtio/auth/login HTTP/1.1", OPS, "Origin: https://" + OPS, credentials("ann", PASSWORD));

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .containsPattern("(?i)set-cookie: __Host-mailcaravan-console=[^\r]*Path=/;[^\r]*Secure[^\r]*HttpOnly");
    }

    @ParameterizedTest
    @CsvSource({"ann, wrong password", "nobody, correct horse battery", "ann, ''"})
    void aWrongNameAndAWrongPasswordAreRefusedAlike(String name, String password) throws Exception {
        HttpResponse<String> answer = login(name, password);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(login("ann", PASSWORD).statusCode())
                .as("and the right one clears the count")
                .isEqualTo(200);
    }

    @Test
    void afterFiveFailuresEvenTheRightPasswordWaits() throws Exception {
        ConsoleUsers.put(usersFile, "carl", PASSWORD, new SecureRandom());
        for (int i = 0; i < 5; i++) {
            assertThat(login("carl", "wrong password").statusCode()).isEqualTo(401);
        }

        HttpResponse<String> locked = login("carl", PASSWORD);
        assertThat(locked.statusCode()).isEqualTo(429);
        assertThat(locked.headers().firstValue("Retry-After")).contains("60");
        CLOCK.advance(Duration.ofMinutes(1));
        assertThat(login("carl", PASSWORD).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"username\":\"ann\"}",
                "{\"username\":\"ann\",\"password\":7}",
                "{\"username\":\"ann\",\"password\":\"x\",\"password\":\"y\"}",
                "username=ann&password=x"
            })
    void whatIsNoLoginIsABadRequest(String body) throws Exception {
        assertThat(post("/hawtio/auth/login", "", body).statusCode()).isEqualTo(400);
    }

    @Test
    void aFormOfAnotherPageCannotLogAnybodyIn() throws Exception {
        HttpRequest request = request("/hawtio/auth/login", "")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(credentials("ann", PASSWORD)))
                .build();

        assertThat(send(request).statusCode()).isEqualTo(400);
    }

    @Test
    void aLargeLoginIsNotRead() throws Exception {
        assertThat(login("ann", "x".repeat(5000)).statusCode()).isEqualTo(413);
    }

    @Test
    void whoLogsOutIsOutAndTheFormerCookieIsWorthNothing() throws Exception {
        String mine = cookie(login("ann", PASSWORD));
        HttpResponse<String> answer = get("/hawtio/auth/logout", mine);

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains("/hawtio/login");
        assertThat(get("/hawtio/user", mine).statusCode()).isEqualTo(403);
        assertThat(get("/hawtio/user", session).statusCode())
                .as("of another browser")
                .isEqualTo(200);
    }

    @Test
    void whoIsRemovedFromTheFileOrHasANewPasswordIsOut() throws Exception {
        ConsoleUsers.put(usersFile, "dora", PASSWORD, new SecureRandom());
        String mine = cookie(login("dora", PASSWORD));
        assertThat(get("/hawtio/user", mine).statusCode()).isEqualTo(200);

        ConsoleUsers.put(usersFile, "dora", PASSWORD + "!", new SecureRandom());
        assertThat(get("/hawtio/user", mine).statusCode()).isEqualTo(403);
    }

    @Test
    void everyAttemptIsAuditedWithoutPasswordAndWithoutLineBreaks() throws Exception {
        ListAppender<ILoggingEvent> audit = new ListAppender<>();
        audit.start();
        Logger logger = (Logger) LoggerFactory.getLogger("org.mailcaravan.audit");
        logger.setLevel(Level.INFO);
        logger.addAppender(audit);
        try {
            login("ann", PASSWORD);
            login("eve\\nforged line", PASSWORD);
        } finally {
            logger.detachAppender(audit);
        }

        assertThat(audit.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "console: ann logged in from 127.0.0.1",
                        "console: login of a name that cannot be one from 127.0.0.1 failed");
    }

    // ---- who is heard

    @ParameterizedTest
    @ValueSource(strings = {"rebound.example", "127.0.0.1.rebound.example", "ops.example.org:81"})
    void itAnswersToNoForeignName(String host) throws Exception {
        assertThat(raw("GET /hawtio/ HTTP/1.1", host, "Accept: text/html", "")).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void pagesOfAnotherOriginReachNeitherTheLoginNorJolokia(String header, String value) throws Exception {
        HttpRequest read = request("/hawtio/jolokia/version", session)
                .header(header, value)
                .GET()
                .build();
        HttpRequest login = request("/hawtio/auth/login", "")
                .header(header, value)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(credentials("ann", PASSWORD)))
                .build();

        assertThat(send(read).statusCode()).isEqualTo(403);
        assertThat(send(login).statusCode()).isEqualTo(403);
        assertThat(send(read).headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void otherMethodsAreRefused(String method) throws Exception {
        assertThat(raw(method + " /hawtio/jolokia HTTP/1.1", "localhost", "Cookie: " + session, ""))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void withoutAUserThereIsAPageThatSaysHowToMakeOneAndNothingElse() throws Exception {
        Path file = Files.move(usersFile, directory.resolve("aside"));
        try {
            HttpResponse<String> page = send(request("/hawtio/", session)
                    .header("Accept", "text/html")
                    .GET()
                    .build());
            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.body())
                    .contains("console add-user FILE NAME")
                    .contains("console.users-file")
                    .doesNotContain(directory.toString());
            for (String path : List.of("/hawtio/jolokia/version", "/hawtio/user", "/hawtio/hawtconfig.json")) {
                assertThat(get(path, session).statusCode()).as(path).isEqualTo(403);
            }
            assertThat(login("ann", PASSWORD).statusCode()).isEqualTo(403);
        } finally {
            Files.move(file, usersFile);
        }
    }

    @Test
    void healthIsAnsweredAsBefore() throws Exception {
        assertThat(get("/observe/health", "").statusCode()).isEqualTo(200);
    }

    // ---- files

    @Test
    void everyFileOfTheBuildIsServedByteForByte() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(BUILT)) {
            files = all.filter(Files::isRegularFile).toList();
        }

        assertThat(files).anyMatch(file -> file.toString().endsWith(".woff2"));
        for (Path file : files) {
            String path = "/hawtio/" + BUILT.relativize(file).toString().replace('\\', '/');
            HttpResponse<byte[]> answer =
                    HTTP.send(request(path, "").GET().build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void filesWithAHashInTheirNameAreKeptForeverAndAllOthersAskedForAgain() throws Exception {
        String script;
        try (Stream<Path> all = Files.list(BUILT.resolve("assets"))) {
            script = all.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("index-.*\\.js"))
                    .findFirst()
                    .orElseThrow();
        }

        assertThat(get("/hawtio/assets/" + script, "").headers().allValues("Cache-Control"))
                .containsExactly("public, max-age=31536000, immutable");
        assertThat(get("/hawtio/", "").headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(get("/hawtio/assets/" + script, "").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).contains("javascript"));
        assertThat(get("/hawtio/user", session).headers().allValues("Cache-Control"))
                .containsExactly("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hawtio/", "/hawtio/login", "/hawtio/camel/routes", "/hawtio/jmx/attributes?nid=root"})
    void everyViewOfTheFrontEndIsItsFirstPage(String path) throws Exception {
        HttpResponse<String> answer = get(path, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Files.readString(BUILT.resolve("index.html")));
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
    }

    @Test
    void theAddressWithoutSlashLeadsToTheConsole() throws Exception {
        HttpResponse<String> answer = get("/hawtio", "");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).contains("/hawtio/");
    }

    @Test
    void pagesMayRunOwnScriptOnlyAndMayNotBeFramed() throws Exception {
        HttpResponse<String> answer = get("/hawtio/", "");

        assertThat(answer.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "object-src 'none'");
        assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("same-origin");
        assertThat(answer.headers().allValues("X-Frame-Options")).containsExactly("DENY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/hawtio/assets/missing-abc.js",
                "/hawtio/img/../../Console.class",
                "/hawtio/..%2f..%2fConsole.class",
                "/hawtio/%2e%2e/Console.class",
                "/hawtio/..\\Console.class",
                "/hawtio/img/..%5c..%5cConsole.class",
                "/hawtio/../../../../../../etc/passwd.txt",
                "/hawtio/.hidden.txt",
                "/hawtio//etc/passwd.txt",
                "/hawtio/%00.txt"
            })
    void nothingBesideTheFrontEndIsServed(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1", "localhost", "Accept: */*", ""))
                .matches("(?s)HTTP/1\\.1 (400|404) .*")
                .doesNotContain("root:", "\u00ca\u00fe\u00ba\u00be");
    }

    // ---- Jolokia

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/hawtio/jolokia",
                "/hawtio/jolokia/",
                "/hawtio/jolokia/version",
                "/hawtio/jolokia/list",
                "/hawtio/%6aolokia/version"
            })
    void withoutALoginJolokiaIsClosed(String path) throws Exception {
        assertThat(get(path, "").statusCode()).isEqualTo(403);
        assertThat(get(path, "mailcaravan-console=" + "A".repeat(43)).statusCode())
                .isEqualTo(403);
        assertThat(post(path, "", "{\"type\":\"version\"}").statusCode()).isEqualTo(403);
    }

    @Test
    void whoIsLoggedInReadsListsAndSearches() throws Exception {
        assertThat(ask(Map.of("type", "version")).path("status").asInt()).isEqualTo(200);
        assertThat(ask(Map.of("type", "search", "mbean", "org.apache.camel:context=console-test,type=routes,*"))
                        .path("value"))
                .hasSize(1);
        assertThat(ask(Map.of("type", "list", "path", "org.apache.camel")).path("value"))
                .isNotEmpty();
        assertThat(ask(Map.of("type", "read", "mbean", "java.lang:type=Memory", "attribute", "HeapMemoryUsage"))
                        .path("value")
                        .path("used")
                        .asLong())
                .isPositive();
        assertThat(JSON.readTree(get("/hawtio/jolokia/read/java.lang:type=Memory", session)
                                .body())
                        .path("status")
                        .asInt())
                .isEqualTo(200);
    }

    @Test
    void routesAreShownWithTheirDescriptions() throws Exception {
        JsonNode answer = ask(Map.of("type", "exec", "mbean", context(), "operation", "dumpRoutesAsXml()"));

        assertThat(answer.path("value").asText()).contains("id=\"plain\"", "Does next to nothing.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.lang:type=Memory | gc()",
                "com.sun.management:type=DiagnosticCommand | vmSystemProperties([Ljava.lang.String;)",
                "com.sun.management:type=DiagnosticCommand | help([Ljava.lang.String;)",
                "com.sun.management:type=HotSpotDiagnostic | dumpHeap(java.lang.String,boolean)",
                "com.sun.management:type=HotSpotDiagnostic | setVMOption(java.lang.String,java.lang.String)",
                "jdk.management.jfr:type=FlightRecorder | newRecording()",
                "java.util.logging:type=Logging | setLoggerLevel(java.lang.String,java.lang.String)",
                "java.lang:type=Threading | dumpAllThreads(boolean,boolean)",
                "CONTEXT | sendBody(java.lang.String,java.lang.Object)",
                "CONTEXT | sendStringBody(java.lang.String,java.lang.String)",
                "CONTEXT | requestBody(java.lang.String,java.lang.Object)",
                "CONTEXT | createEndpoint(java.lang.String)",
                "CONTEXT | stop()",
                "CONTEXT | suspend()",
                "CONTEXT | addOrUpdateRoutesFromXml(java.lang.String)",
                "ROUTE | stop()",
                "ROUTE | remove()",
                "ROUTE | updateRouteFromXml(java.lang.String)",
                "org.apache.camel:context=console-test,type=endpoints,name=\"direct://plain\" | browseAllMessagesAsXml(java.lang.Boolean)"
            })
    void operationsThatChangeOrRevealSomethingAreRefused(String mbean, String operation) throws Exception {
        JsonNode answer = ask(Map.of("type", "exec", "mbean", mbean(mbean), "operation", operation));

        assertThat(answer.path("status").asInt()).as("%s", answer).isEqualTo(403);
        assertThat(answer.has("value")).isFalse();
        assertThat(answer.has("stacktrace")).isFalse();
    }

    @Test
    void operationsAreRefusedByGetAsWell() throws Exception {
        assertThat(JSON.readTree(get("/hawtio/jolokia/exec/java.lang:type=Memory/gc", session)
                                .body())
                        .path("status")
                        .asInt())
                .isEqualTo(403);
        assertThat(JSON.readTree(get("/hawtio/jolokia?p=exec/java.lang:type=Memory/gc", session)
                                .body())
                        .path("status")
                        .asInt())
                .isEqualTo(403);
    }

    @Test
    void nothingIsWritten() throws Exception {
        JsonNode answer =
                ask(Map.of("type", "write", "mbean", "java.lang:type=Memory", "attribute", "Verbose", "value", true));

        assertThat(answer.path("status").asInt()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\"}",
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":[\"Uptime\",\"SystemProperties\"]}",
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\"}",
                "{\"type\":\"read\",\"mbean\":\"java.lang:*\"}",
                "{\"type\":\"read\",\"mbean\":\"*:type=Runtime\",\"attribute\":\"SystemProperties\"}",
                "{\"type\":\"read\",\"mbean\":\"*:*\",\"attribute\":\"SystemProperties\"}",
                "[{\"type\":\"version\"},{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"InputArguments\"}]",
                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\"SystemProperties\",\"config\":{\"ignoreErrors\":\"true\"}}"
            })
    void theEnvironmentOfTheProcessIsNeverRead(String request) throws Exception {
        System.setProperty("console.test.canary", "canary-of-the-environment");

        HttpResponse<String> answer = post("/hawtio/jolokia", session, request);

        assertThat(answer.body()).isNotEmpty().doesNotContain("canary-of-the-environment", "java.class.path", "-Xmx");
    }

    @Test
    void anotherProcessIsNotAskedOnSomebodysBehalf() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            other.setSoTimeout(1);
            post("/hawtio/jolokia", session, """
                    {"type":"read","mbean":"java.lang:type=Memory",
                     "target":{"url":"service:jmx:rmi:///jndi/rmi://127.0.0.1:%d/jmxrmi"}}
                    """.formatted(other.getLocalPort()));

            assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aRequestOfMoreThanAMegabyteIsNotRead() throws Exception {
        assertThat(post("/hawtio/jolokia", session, "[" + " ".repeat(1024 * 1024) + "]")
                        .statusCode())
                .isEqualTo(413);
    }

    // ---- how it is asked

    private static String context() {
        return "org.apache.camel:context=console-test,type=context,name=\"console-test\"";
    }

    private static String mbean(String name) {
        return switch (name) {
            case "CONTEXT" -> context();
            case "ROUTE" -> "org.apache.camel:context=console-test,type=routes,name=\"plain\"";
            default -> name;
        };
    }

    private static JsonNode ask(Map<String, ?> request) throws Exception {
        HttpResponse<String> answer = post("/hawtio/jolokia", session, JSON.writeValueAsString(request));
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static HttpResponse<String> login(String name, String password) throws Exception {
        return post("/hawtio/auth/login", "", credentials(name, password));
    }

    private static String credentials(String name, String password) {
        return "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password);
    }

    private static String cookie(HttpResponse<?> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static HttpResponse<String> get(String path, String cookie) throws Exception {
        return send(request(path, cookie).GET().build());
    }

    private static HttpResponse<String> post(String path, String cookie, String body) throws Exception {
        return send(request(path, cookie)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static HttpRequest.Builder request(String path, String cookie) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** For what a client library would not send. */
    private static String raw(String line, String host, String header, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = line + "\r\nHost: " + host + "\r\n" + header
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
