package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;

class SettingsTest {
    private static final String CLIENT_ID = "11111111-2222-4333-8444-555555555555";
    private static final String TENANT = "66666666-7777-4888-9999-aaaaaaaaaaaa";
    private static final String SECRET = "canary8Q~secret-value.of_the_client";

    @TempDir
    Path directory;

    private Map<String, String> valid = Map.of();

    @BeforeEach
    void writeValidSettings() {
        Path keyRing = directory.resolve("key-ring.json");
        KeyRing.create(keyRing);
        valid = Map.of(
                "oauth.tenant",
                TENANT,
                "oauth.client-id",
                CLIENT_ID,
                "oauth.client-secret",
                SECRET,
                "credential.key-ring-file",
                keyRing.toString(),
                "content.directory",
                directory.resolve("content").toString(),
                "sink.files.directory",
                directory.resolve("inbox").toString());
    }

    @Test
    void theRequiredOnesAreEnough() {
        Settings settings = Settings.load(SettingsSources.only(valid));

        assertThat(settings.tenant()).isEqualTo(TENANT);
        assertThat(settings.clientId()).isEqualTo(CLIENT_ID);
        assertThat(clientSecrets(settings)).containsExactly(SECRET);
        assertThat(settings.allowedTenants()).isEmpty();
        assertThat(settings.keyRing()).isNotNull();
        assertThat(settings.redirectUri())
                .isEqualTo(URI.create(
                        "http://localhost:8080/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode"));
    }

    @Test
    void defaultsAreWhatTheListSays() {
        Settings settings = Settings.load(SettingsSources.only(valid));

        assertThat(settings.serverHost()).isEqualTo("127.0.0.1");
        assertThat(settings.serverPort()).isEqualTo(8080);
        assertThat(settings.managementPort()).isEqualTo(8090);
        assertThat(settings.authority()).isEqualTo(URI.create("https://login.microsoftonline.com"));
        assertThat(settings.graphRoot()).isEqualTo(URI.create("https://graph.microsoft.com/v1.0"));
        assertThat(settings.ewsUrl()).isEqualTo(URI.create("https://outlook.office365.com/EWS/Exchange.asmx"));
        assertThat(settings.connectOpen()).isFalse();
        assertThat(settings.connectApiToken()).isEmpty();
        assertThat(settings.mailProtocol()).isEmpty();
        assertThat(settings.mailFolders()).containsExactly("inbox");
        assertThat(settings.deliversOldMail()).isFalse();
        assertThat(settings.polling().shortest()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.pageSize()).isEqualTo(100);
        assertThat(settings.contentMinFreeSpaceBytes()).isEqualTo(1L << 30);
        assertThat(settings.deliveryRetryFor()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.routesDirectory()).isEmpty();
        assertThat(settings.answerTimeout()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void valuesAreParsed() {
        Settings settings = load(Map.of(
                "oauth.tenant", "organizations",
                "oauth.allowed-tenants", TENANT + ", " + TENANT.toUpperCase(),
                "public.base-url", "https://mail.example.org/",
                "oauth.callback-path", "/mail/callback",
                "mail.protocol", "ews",
                "mail.folders", "inbox, archive",
                "mail.start", "all",
                "mail.poll-interval", "500m",
                "content.min-free-space", "512MB",
                "connect.open", "true"));

        assertThat(settings.allowedTenants()).containsExactly(new TenantId(TENANT));
        assertThat(settings.redirectUri()).isEqualTo(URI.create("https://mail.example.org/mail/callback"));
        assertThat(settings.mailProtocol()).contains(Protocol.EWS);
        assertThat(settings.mailFolders()).containsExactly("inbox", "archive");
        assertThat(settings.deliversOldMail()).isTrue();
        assertThat(settings.polling().shortest()).isEqualTo(Duration.ofMinutes(500));
        assertThat(settings.contentMinFreeSpaceBytes()).isEqualTo(512L << 20);
        assertThat(settings.connectOpen()).isTrue();
    }

    @Test
    void thePublicAddressFollowsThePort() {
        Settings settings = load(Map.of("server.port", "9999"));

        assertThat(settings.publicBaseUrl()).isEqualTo(URI.create("http://localhost:9999"));
        assertThat(settings.placeholders()).containsEntry("public.base-url", "http://localhost:9999");
    }

    @Test
    void laterSourcesOverrideEarlierOnes() throws IOException {
        Path file = file("server.port=2\nmail.page-size=2\nmanagement.port=2002\nmail.folders=archive\n");
        Map<String, String> presets = with(Map.of("mail.poll-interval", "1s", "mail.folders", "drafts"));

        Settings settings = Settings.load(new SettingsSources(
                presets,
                Optional.of(file),
                Map.of("MAILCARAVAN_SERVER_PORT", "3", "MAILCARAVAN_MAIL_PAGE_SIZE", "3", "HOME", "/root"),
                Map.of("server.port", "4", "java.version", "17"),
                Map.of("server.port", "5")));

        assertThat(settings.polling().shortest()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.mailFolders()).containsExactly("archive");
        assertThat(settings.managementPort()).isEqualTo(2002);
        assertThat(settings.pageSize()).isEqualTo(3);
        assertThat(settings.serverPort()).isEqualTo(5);
    }

    @Test
    void aProcessReadsItsEnvironmentAndItsProperties() {
        SettingsSources sources = SettingsSources.ofProcess(Optional.empty(), Map.of("server.port", "5"));

        assertThat(sources.environment()).isEqualTo(System.getenv());
        assertThat(sources.systemProperties()).containsKey("java.version");
        assertThat(Settings.load(sources.withPresets(valid)).serverPort()).isEqualTo(5);
    }

    /** S30: secrets come from files and secret mounts. */
    @Test
    void aSecretMayStandInAFileWhoseLastLineBreakDoesNotCount() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\r\n");

        Settings settings = load(Map.of("oauth.client-secret-file", secret.toString(), "oauth.client-secret", ""));

        assertThat(clientSecrets(settings)).containsExactly(SECRET);
    }

    @Test
    void aLaterSourceOverridesASecretHoweverItIsGiven() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "from-the-file-~");
        Map<String, String> environment = Map.of("MAILCARAVAN_OAUTH_CLIENT_SECRET_FILE", secret.toString());

        Settings settings =
                Settings.load(new SettingsSources(valid, Optional.empty(), environment, Map.of(), Map.of()));

        assertThat(clientSecrets(settings)).containsExactly("from-the-file-~");
    }

    @Test
    void aKeyRingMayComeFromTheEnvironment() throws IOException {
        String json = Files.readString(directory.resolve("key-ring.json"));
        Map<String, String> presets = with(Map.of("credential.key-ring-file", ""));

        Settings settings = Settings.load(new SettingsSources(
                presets, Optional.empty(), Map.of("MAILCARAVAN_CREDENTIAL_KEY_RING", json), Map.of(), Map.of()));

        assertThat(settings.keyRing()).isNotNull();
    }

    @Test
    void routesSeeSettingsAndTheirOwnNamesButNoSecret() {
        Settings settings = load(Map.of("route.archive.directory", "/archive", "connect.api-token", SECRET));

        assertThat(settings.placeholders())
                .containsEntry("delivery.retry-for", "7d")
                .containsEntry("route.archive.directory", "/archive")
                .doesNotContainKeys("oauth.client-secret", "connect.api-token", "database.password");
        assertThat(settings.placeholders().values()).doesNotContain(SECRET);
    }

    /** S30: no secret in a toString. */
    @Test
    void nothingPrintsASecret() {
        assertThat(load(Map.of()).toString()).contains("server.port=8080").doesNotContain(SECRET);
        assertThat(SettingsSources.only(valid).toString()).doesNotContain(SECRET);
    }

    /** A Service named mailcaravan-server puts MAILCARAVAN_SERVER_PORT=tcp://… into every container. */
    @Test
    void whatKubernetesPutsIntoTheEnvironmentIsNotMistakenForSettings() {
        Map<String, String> environment = Map.of(
                "MAILCARAVAN_SERVICE_HOST", "10.0.0.1",
                "MAILCARAVAN_SERVICE_PORT", "8080",
                "MAILCARAVAN_SERVICE_PORT_HTTP", "8080",
                "MAILCARAVAN_PORT", "tcp://10.0.0.1:8080",
                "MAILCARAVAN_PORT_8080_TCP_ADDR", "10.0.0.1",
                "MAILCARAVAN_SERVER_PORT", "tcp://10.0.0.1:8080");

        Settings settings =
                Settings.load(new SettingsSources(valid, Optional.empty(), environment, Map.of(), Map.of()));

        assertThat(settings.serverPort()).isEqualTo(8080);
    }

    private static List<String> clientSecrets(Settings settings) {
        return settings.registrations().get(0).authentication(Clock.systemUTC()).candidates().stream()
                .map(one -> one.fields("", settings.authority()).get("client_secret"))
                .toList();
    }

    @Test
    void everyMissingOneIsToldAtOnce() {
        SettingsException refused = refused(SettingsSources.only(Map.of()));

        assertThat(refused.problems())
                .extracting(SettingProblem::name)
                .containsExactlyInAnyOrder(
                        "oauth.tenant", "oauth.client-id", "oauth.client-secret", "credential.key-ring-file");
        assertThat(refused).hasMessageContaining("4 settings").hasMessageContaining("Directory (tenant) ID");
    }

    @Test
    void problemsOfAllKindsAreToldTogether() {
        SettingsException refused = refused(SettingsSources.only(with(Map.of(
                "server.port",
                "eighty",
                "mail.poll-interval",
                "60",
                "oauth.client-secret",
                CLIENT_ID,
                "sevrer.host",
                "x"))));

        assertThat(refused.problems())
                .extracting(SettingProblem::name)
                .containsExactlyInAnyOrder("server.port", "mail.poll-interval", "oauth.client-secret", "sevrer.host");
    }

    @ParameterizedTest
    @MethodSource("wrongInputs")
    void aWrongInputIsRefusedByNameAndWithTheRemedy(Wrong wrong) {
        Map<String, String> settings = with(wrong.settings());

        SettingsException refused = refused(SettingsSources.only(settings));

        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.problems().get(0).name()).isEqualTo(wrong.name());
        assertThat(refused).hasMessageContaining(wrong.words()).hasMessageNotContaining("canary");
        assertThat(refused.problems().get(0).remedy()).isNotBlank();
    }

    record Wrong(String name, String words, Map<String, String> settings) {
        static Wrong of(String name, String value, String words) {
            return new Wrong(name, words, Map.of(name, value));
        }

        @Override
        public String toString() {
            return name + ": " + words;
        }
    }

    static Stream<Wrong> wrongInputs() {
        return Stream.of(
                        identities(),
                        addresses(),
                        amounts(),
                        List.of(
                                Wrong.of("server.prot", "1", "Did you mean server.port?"),
                                Wrong.of("Server.Port", "1", "Did you mean server.port?"),
                                Wrong.of("oauth.clientid", "x", "Did you mean oauth.client-id?"),
                                Wrong.of("something-else-entirely", "x", "docs/settings.md"),
                                Wrong.of("database.url", "postgres://localhost/x", "jdbc:postgresql:"),
                                Wrong.of("database.url", "jdbc:h2:file:./data/x", "WRITE_DELAY=0"),
                                Wrong.of("database.url", "jdbc:postgresql://a/b?password=canary", "database.password"),
                                Wrong.of("routes.directory", "/does/not/exist", "no readable directory"),
                                Wrong.of("credential.key-ring-file", "/does/not/exist", "command keys new"),
                                new Wrong(
                                        "credential.key-ring-file",
                                        "Keep one of them",
                                        Map.of("credential.key-ring", "canary")),
                                new Wrong(
                                        "credential.key-ring",
                                        "no Tink keyset",
                                        Map.of("credential.key-ring", "canary", "credential.key-ring-file", "")),
                                new Wrong(
                                        "credential.key-ring-file",
                                        "never kept unencrypted",
                                        Map.of("credential.key-ring-file", "")),
                                Wrong.of("connect.api-token", "canary-short", "16 characters")))
                .flatMap(List::stream);
    }

    private static List<Wrong> identities() {
        return List.of(
                Wrong.of("oauth.client-secret", CLIENT_ID, "holds the client id"),
                Wrong.of("oauth.client-secret", "99999999-2222-4333-8444-555555555555", "not the secret's value"),
                Wrong.of("oauth.client-secret", TENANT, "not the secret's value"),
                Wrong.of("oauth.client-secret", "canary part", "a blank"),
                Wrong.of("oauth.client-secret", "<your-secret>", "placeholder"),
                Wrong.of("oauth.client-secret", "changeme", "placeholder"),
                new Wrong(
                        "oauth.client-id and oauth.client-secret",
                        "swapped",
                        Map.of("oauth.client-id", SECRET, "oauth.client-secret", CLIENT_ID)),
                Wrong.of("oauth.client-id", SECRET, "is no GUID"),
                Wrong.of("oauth.client-id", CLIENT_ID + "0", "is no GUID"),
                Wrong.of("oauth.tenant", CLIENT_ID, "same as oauth.client-id"),
                Wrong.of("oauth.tenant", "canary", "neither a GUID nor a domain"),
                Wrong.of("oauth.tenant", "https://login.microsoftonline.com/x", "neither a GUID nor a domain"),
                Wrong.of("oauth.tenant", "-.org", "neither a GUID nor a domain"),
                new Wrong("oauth.allowed-tenants", "people of any organisation", Map.of("oauth.tenant", "common")),
                Wrong.of("oauth.allowed-tenants", "example.org", "no GUID"));
    }

    private static List<Wrong> addresses() {
        return List.of(
                Wrong.of("public.base-url", "http://mail.example.org", "not https"),
                Wrong.of("public.base-url", "http://[::1]:8080", "not https"),
                Wrong.of("public.base-url", "http://127.0.0.2", "not https"),
                Wrong.of("public.base-url", "mail.example.org", "no https URL"),
                Wrong.of("public.base-url", "ftp://mail.example.org", "no https URL"),
                Wrong.of("public.base-url", "https://me@mail.example.org", "no https URL"),
                Wrong.of("public.base-url", "https://mail.example.org/?a=b", "no https URL"),
                Wrong.of("public.base-url", "https://mail.example.org/(x)", "redirect URI"),
                Wrong.of("oauth.callback-path", "callback", "from the root"),
                Wrong.of("oauth.callback-path", "/", "from the root"),
                Wrong.of("oauth.callback-path", "/a//b", "from the root"),
                Wrong.of("oauth.callback-path", "/a/../b", "from the root"),
                Wrong.of("oauth.callback-path", "/a/*", "wildcards"),
                Wrong.of("oauth.callback-path", "/a?b=c", "queries"),
                Wrong.of("oauth.callback-path", "/a/(b)", "byte for byte"),
                Wrong.of("oauth.callback-path", "/" + "a".repeat(250), "256"),
                Wrong.of("oauth.authority", "http://login.example.org", "in the clear"),
                Wrong.of("graph.root", "graph.microsoft.com", "no https URL"),
                Wrong.of("ews.url", "http://10.0.0.1/EWS/Exchange.asmx", "in the clear"),
                Wrong.of("server.host", "http://localhost", "without port"));
    }

    private static String namesOf(int characters) {
        return IntStream.range(0, characters / 10)
                .mapToObj(i -> "%09d".formatted(i))
                .collect(Collectors.joining(","));
    }

    private static List<Wrong> amounts() {
        return List.of(
                Wrong.of("server.port", "0", "1 to 65535"),
                Wrong.of("server.port", "65536", "1 to 65535"),
                Wrong.of("server.port", "8o80", "whole number"),
                Wrong.of("management.port", "8080", "same as server.port"),
                Wrong.of("mail.poll-interval", "60", "a unit"),
                Wrong.of("mail.poll-interval", "sixty seconds", "a unit"),
                Wrong.of("mail.poll-interval", "10ms", "from 1s to 1d"),
                Wrong.of("mail.poll-interval", "-5s", "a unit"),
                Wrong.of("delivery.retry-for", "9999999999999d", "a unit"),
                Wrong.of("mail.page-size", "1001", "1 to 1000"),
                Wrong.of("content.min-free-space", "1 Gib", "512MB"),
                Wrong.of("mail.protocol", "imap", "auto, graph, ews"),
                Wrong.of("mail.start", "yesterday", "now, all"),
                Wrong.of("mail.folders", "inbox//2026", "paths (inbox/Projects/2026)"),
                Wrong.of("mail.folders", "inbox/*/2026", "trees (inbox/**)"),
                Wrong.of("mail.folders", namesOf(2100), "Name a tree"),
                Wrong.of("mail.folders", " , ", "at least one"),
                Wrong.of("connect.open", "yes", "true or false"));
    }

    /** S30: never argv. */
    @ParameterizedTest
    @ValueSource(strings = {"oauth.client-secret", "connect.api-token", "database.password", "credential.key-ring"})
    void aSecretOnTheCommandLineIsRefused(String name) {
        Map<String, String> arguments = Map.of(name, "canary-on-the-command-line");
        SettingsSources set = new SettingsSources(valid, Optional.empty(), Map.of(), Map.of(), arguments);
        SettingsSources property = new SettingsSources(valid, Optional.empty(), Map.of(), arguments, Map.of());

        assertThat(refused(set))
                .hasMessageContaining("--set")
                .hasMessageContaining("file")
                .hasMessageNotContaining("canary");
        assertThat(refused(property)).hasMessageContaining("-D").hasMessageNotContaining("canary");
    }

    @Test
    void anUnknownVariableIsRefusedWithTheNearestName() {
        SettingsSources sources = new SettingsSources(
                valid, Optional.empty(), Map.of("MAILCARAVAN_SEVER_PORT", "8081"), Map.of(), Map.of());

        assertThat(refused(sources)).hasMessageContaining("Did you mean MAILCARAVAN_SERVER_PORT?");
    }

    @Test
    void aWrongValueIsToldTogetherWithItsOrigin() throws IOException {
        Path file = file("mail.page-size=many");
        SettingsSources sources = new SettingsSources(
                valid, Optional.of(file), Map.of("MAILCARAVAN_SERVER_PORT", "x"), Map.of(), Map.of());

        assertThat(refused(sources))
                .hasMessageContaining("mail.page-size is 'many' (from " + file + ")")
                .hasMessageContaining("server.port is 'x' (from MAILCARAVAN_SERVER_PORT)");
    }

    @Test
    void aSecretGivenTwiceByOneSourceIsRefused() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), SECRET);
        Path file = file("oauth.client-secret=canary\noauth.client-secret-file=" + secret + "\n");
        SettingsSources sources = new SettingsSources(valid, Optional.of(file), Map.of(), Map.of(), Map.of());

        assertThat(refused(sources)).hasMessageContaining("given twice").hasMessageNotContaining("canary");
    }

    @Test
    void secretFilesThatAreMissingEmptyOrHugeAreRefused() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        Path huge = Files.writeString(directory.resolve("huge"), "x".repeat(70_000));
        Map<String, String> words =
                Map.of("/does/not/exist", "cannot be read", empty.toString(), "empty", huge.toString(), "more than");

        words.forEach((path, word) -> {
            SettingsException refused = refused(
                    SettingsSources.only(with(Map.of("oauth.client-secret", "", "oauth.client-secret-file", path))));
            assertThat(refused.problems()).hasSize(1);
            assertThat(refused).hasMessageContaining("oauth.client-secret-file").hasMessageContaining(word);
        });
    }

    @Test
    void settingsFilesThatAreMissingBrokenOrRepeatThemselvesAreRefused() throws IOException {
        Path latin = Files.write(directory.resolve("latin.properties"), new byte[] {'a', '=', (byte) 0xe4});
        Map<Path, String> words = Map.of(
                directory.resolve("missing.properties"),
                "does not exist",
                latin,
                "UTF-8",
                directory,
                "cannot be read",
                file("server.port=\\u00zz"),
                "no properties file",
                file("server.port=1\nserver.port=2"),
                "twice");

        words.forEach((path, word) -> assertThat(
                        refused(new SettingsSources(valid, Optional.of(path), Map.of(), Map.of(), Map.of())))
                .hasMessageContaining(word)
                .hasMessageContaining(path.toString()));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws IOException {
        SettingsSources sources =
                new SettingsSources(valid, Optional.of(file("\uFEFFserver.port=8081")), Map.of(), Map.of(), Map.of());

        assertThat(Settings.load(sources).serverPort()).isEqualTo(8081);
    }

    @Test
    void directoriesThatCannotBeMadeAreRefused() throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");

        SettingsException refused = refused(SettingsSources.only(with(Map.of(
                "content.directory", inTheWay.resolve("content").toString(),
                "sink.files.directory", inTheWay.toString()))));

        assertThat(refused.problems())
                .extracting(SettingProblem::name)
                .containsExactly("content.directory", "sink.files.directory");
    }

    private Settings load(Map<String, String> more) {
        return Settings.load(SettingsSources.only(with(more)));
    }

    private Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(valid);
        all.putAll(more);
        return all;
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "settings", ".properties"), content);
    }

    private static SettingsException refused(SettingsSources sources) {
        return catchThrowableOfType(SettingsException.class, () -> Settings.load(sources));
    }
}
