package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.credential.KeyRing;

/** The command line as a new user meets it: every mistake gets plain words with the remedy and the right exit code, never a stack trace. */
class ApplicationTest {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final String CANARY = "canary8Q~secret-value.of_the_client";
    private static final String GUID = "99999999-2222-4333-8444-555555555555";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private Map<String, String> settings;

    @BeforeEach
    void writeGoodSettings() {
        Path keyRing = directory.resolve("key-ring.json");
        KeyRing.create(keyRing);
        settings = new TreeMap<>(Map.of(
                "oauth.tenant",
                "66666666-7777-4888-9999-aaaaaaaaaaaa",
                "oauth.client-id",
                "11111111-2222-4333-8444-555555555555",
                "oauth.client-secret",
                CANARY,
                "credential.key-ring-file",
                keyRing.toString(),
                "database.url",
                "jdbc:h2:file:" + directory.resolve("database") + ";WRITE_DELAY=0",
                "management.token-file",
                directory.resolve("management.token").toString(),
                "content.directory",
                directory.resolve("content").toString(),
                "content.min-free-space",
                "1MB",
                "sink.files.directory",
                directory.resolve("inbox").toString()));
    }

    @Test
    void helpNamesEveryCommandAndWhereToBegin() {
        assertThat(execute("--help")).isEqualTo(DONE);

        assertThat(out.toString())
                .contains(
                        "demo",
                        "run",
                        "sandbox",
                        "keys",
                        "connect",
                        "mailboxes",
                        "register",
                        "First time?",
                        "Exit codes:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void everyCommandHasItsHelp() {
        for (String command : List.of("demo", "run", "sandbox", "keys", "connect", "mailboxes", "register")) {
            assertThat(execute(command, "--help")).as(command).isEqualTo(DONE);
            assertThat(out.toString()).contains("Usage: mailcaravan " + command);
        }
    }

    @Test
    void withoutArgumentsTheUsageIsShown() {
        assertThat(execute()).isEqualTo(MISUSED);

        assertThat(err.toString()).contains("Usage: mailcaravan", "First time?");
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(execute("--version")).isEqualTo(DONE);

        assertThat(out.toString().lines()).singleElement().asString().startsWith("mailcaravan ");
    }

    static Stream<Arguments> misuses() {
        return Stream.of(
                Arguments.of(List.of("frobnicate"), "There is no command 'frobnicate'. Commands: "),
                Arguments.of(List.of("--frobnicate"), "There is no option '--frobnicate'"),
                Arguments.of(List.of("run", "extra"), "There is no argument 'extra'"),
                Arguments.of(List.of("run", "--set", "foo"), "--set"),
                Arguments.of(List.of("demo", "--messages", "many"), "'many' is not an int"),
                Arguments.of(List.of("keys", "frobnicate"), "There is no command 'frobnicate'. Commands: "),
                Arguments.of(List.of("keys", "new"), "FILE"),
                Arguments.of(List.of("connect"), "ADDRESS"),
                Arguments.of(List.of("keys", "status", "extra"), "There is no argument 'extra'"),
                Arguments.of(List.of("keys", "rotate"), "FILE"),
                Arguments.of(List.of("keys", "remove", "key-ring.json"), "KEY"));
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void wrongUsageIsToldInTwoLines(List<String> arguments, String words) {
        assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(MISUSED);

        assertThat(err.toString()).contains(words, "--help");
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void aKeyRingIsMadeOnceAndNeverReplaced() throws IOException {
        Path file = directory.resolve("ring.json");
        assertThat(execute("keys", "new", file.toString())).isEqualTo(DONE);
        assertThat(out.toString()).contains("credential.key-ring-file=" + file);
        String made = Files.readString(file);

        assertThat(execute("keys", "new", file.toString())).isEqualTo(FAILED);

        assertThat(err.toString())
                .contains("exists already and is not replaced")
                .contains("name another file");
        assertThat(file).hasContent(made);
    }

    @Test
    void theKeysCommandWithoutAnotherShowsItsUsage() {
        assertThat(execute("keys")).isEqualTo(MISUSED);

        assertThat(err.toString()).contains("Usage: mailcaravan keys", "new", "rotate", "remove");
    }

    /** S25. No key is ever shown. */
    @Test
    void keysArePreparedRotatedAndRemovedInTheFile() throws IOException {
        Path file = directory.resolve("key-ring.json");
        String first = keyIds(file).get(0);
        assertThat(execute("keys", "rotate", "--prepare", file.toString())).isEqualTo(DONE);
        String second = keyIds(file).get(1);
        assertThat(out.toString()).contains("Key " + second + " is prepared");

        assertThat(execute("keys", "rotate", file.toString())).isEqualTo(DONE);
        assertThat(out.toString()).contains("Key " + second + " encrypts from now on");
        assertThat(keyIds(file)).containsExactly(first, second);
        keyValues(file).forEach(key -> assertThat(out.toString()).doesNotContain(key));

        assertThat(execute("keys", "remove", file.toString(), first)).isEqualTo(DONE);
        assertThat(keyIds(file)).containsExactly(second);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aKeyThatEncryptsIsNotRemoved() throws IOException {
        Path file = directory.resolve("key-ring.json");
        String only = keyIds(file).get(0);

        assertThat(execute("keys", "remove", file.toString(), only)).isEqualTo(FAILED);

        assertThat(err.toString()).contains("has no former key " + only);
        assertThat(keyIds(file)).containsExactly(only);
    }

    private static List<String> keyIds(Path file) throws IOException {
        return matches("\"keyId\":\\s*([0-9]+)", file);
    }

    private static List<String> keyValues(Path file) throws IOException {
        return matches("\"value\":\\s*\"([^\"]+)\"", file);
    }

    private static List<String> matches(String pattern, Path file) throws IOException {
        List<String> found = Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(result -> result.group(1))
                .toList();
        assertThat(found).isNotEmpty();
        return found;
    }

    @Test
    void missingSettingsAreListedTogether() throws IOException {
        settings.clear();

        assertThat(run()).isEqualTo(FAILED);

        assertThat(err.toString())
                .contains("oauth.tenant is missing", "oauth.client-id is missing", "oauth.client-secret is missing")
                .contains("command keys new");
    }

    @Test
    void aMissingSettingsFileIsNamed() {
        assertThat(execute("run", "--settings", "nowhere.properties")).isEqualTo(FAILED);

        assertThat(err.toString()).contains("the settings file nowhere.properties does not exist");
    }

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                Arguments.of("oauth.client-secret", GUID, "copy the column Value"),
                Arguments.of("oauth.tenant", "organizations", "oauth.allowed-tenants is missing"),
                Arguments.of("public.base-url", "http://mail.example.org", "Put a TLS proxy in front"),
                Arguments.of("oauth.callback-path", "callback", "like /mail/callback"),
                Arguments.of("credential.key-ring-file", "nowhere.json", "create one with the command keys new"),
                Arguments.of("sever.port", "1", "Did you mean server.port?"),
                Arguments.of("server.port", "0", "Write a whole number from 1 to 65535"),
                Arguments.of("server.host", "192.0.2.1", "Write 127.0.0.1 for this machine only"),
                Arguments.of("mail.protocol", "imap", "Write one of: auto, graph, ews"),
                Arguments.of("mail.poll-interval", "fast", "Write a number and a unit"),
                Arguments.of("mail.folders", "inbox//2026", "paths (inbox/Projects/2026)"),
                Arguments.of("graph.root", "http://graph.example.org", "Use https"),
                Arguments.of("connect.api-token", "short", "Use 16 characters at least"),
                Arguments.of("routes.directory", "/nowhere", "Name an existing one, or leave it out"),
                Arguments.of("database.url", "jdbc:mysql://x/y", "jdbc:postgresql://host:5432/database"),
                Arguments.of("database.url", "jdbc:postgresql://127.0.0.1:1/x", "Check host, port and network"),
                Arguments.of("database.url", "jdbc:h2:file:/proc/x/y;WRITE_DELAY=0", "is writable and has free space"));
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void aWrongSettingIsNamedWithItsRemedy(String name, String value, String remedy) throws IOException {
        settings.put("management.port", String.valueOf(freePort()));
        settings.putIfAbsent("server.port", String.valueOf(freePort()));
        settings.put(name, value);

        assertThat(run()).isEqualTo(FAILED);

        assertThat(err.toString()).contains(remedy);
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void swappedIdAndSecretAreRecognisedAndNotShown() throws IOException {
        settings.put("oauth.client-id", CANARY);
        settings.put("oauth.client-secret", GUID);

        assertThat(run()).isEqualTo(FAILED);

        assertThat(err.toString()).contains("look swapped").doesNotContain(GUID);
    }

    /** S30. */
    @Test
    void aSecretOnTheCommandLineIsRefused() throws IOException {
        assertThat(run("--set", "oauth.client-secret=" + CANARY)).isEqualTo(FAILED);

        assertThat(err.toString()).contains("MAILCARAVAN_OAUTH_CLIENT_SECRET");
    }

    @Test
    void aKeyRingThatOthersMayReadIsRefused() throws IOException {
        Path open = directory.resolve("key-ring.json");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run()).isEqualTo(FAILED);

        assertThat(err.toString()).contains("chmod 600 " + open);
    }

    @Test
    void aTakenPortIsNamedByItsSetting() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            settings.put("server.port", String.valueOf(other.getLocalPort()));

            assertThat(run()).isEqualTo(FAILED);

            assertThat(err.toString()).contains("server.port", "is taken by another program", "Stop that program");
        }
    }

    @Test
    void aBrokenRouteIsNamedWithItsDirectory() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("own.camel.yaml"),
                "- route: {id: own, from: {uri: \"nocomponent:x\", steps: [{log: x}]}}\n");
        settings.put("server.port", String.valueOf(freePort()));
        settings.put("management.port", String.valueOf(freePort()));

        assertThat(run("--routes", routes.toString())).isEqualTo(FAILED);

        assertThat(err.toString()).contains("own.camel.yaml", "nocomponent", "Correct the files in routes.directory");
    }

    @Test
    void theSandboxSaysWhichOptionNamesAnotherPort() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(execute("sandbox", "--port", String.valueOf(other.getLocalPort())))
                    .isEqualTo(FAILED);

            assertThat(err.toString()).contains("is taken by another program", "--port");
        }
        assertThat(execute("sandbox", "--port", "99999")).isEqualTo(FAILED);
        assertThat(err.toString()).contains("There is no port 99999");
    }

    @Test
    void theDemoNeedsItsPortsAndSaysHowToDoWithoutThem() throws IOException {
        try (ServerSocket other = occupied(8080)) {
            assertThat(execute("demo", "--directory", directory.resolve("demo").toString()))
                    .isEqualTo(FAILED);

            assertThat(err.toString()).contains("Port 8080", "is taken by another program", "--once");
        }
    }

    @Test
    void theDemoRemovesNothingThatItDidNotMake() throws IOException {
        Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");

        assertThat(execute("demo", "--once", "--directory", directory.toString()))
                .isEqualTo(FAILED);

        assertThat(err.toString()).contains("was not made by the demo");
        assertThat(mine).hasContent("mine");
    }

    private int run(String... more) throws IOException {
        List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> lines.add(name + "=" + value));
        Path file = Files.write(directory.resolve("mailcaravan.properties"), lines);
        return execute(Stream.concat(Stream.of("run", "--settings", file.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private int execute(String... arguments) {
        int code = Application.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        assertThat(out + "" + err)
                .as("neither a stack trace nor a secret")
                .doesNotContain("\tat ", "Exception:", CANARY);
        return code;
    }

    /** Taken by us, or by whoever has it already: both are taken. */
    private static ServerSocket occupied(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        if (PortCheck.check("server", "127.0.0.1", port).isEmpty()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        return socket;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
