package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.app.Doctor.Verdict;

/** What {@code doctor} says of a deployment that is well, and of one thing after the other that is not. */
class DoctorTest {
    @TempDir
    private static Path directory;

    private static JourneyFixture journey;

    @BeforeAll
    static void connectOne() throws Exception {
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(2, 2));
        journey.connect(journey.user(0), "graph");
        journey.awaitDelivered(journey.user(0), 1);
    }

    @AfterAll
    static void stop() {
        journey.close();
    }

    @Test
    void whereAllIsWellNothingFails() {
        List<Doctor.Check> checks = examine(Map.of(), Clock.systemUTC());

        assertThat(checks).extracting(Doctor.Check::verdict).containsOnly(Verdict.OK);
        assertThat(checks)
                .extracting(Doctor.Check::what)
                .contains(
                        "settings",
                        "clock",
                        "sign-in service",
                        "Microsoft Graph",
                        "EWS",
                        "registration default",
                        "credential of registration default",
                        "key ring")
                .anyMatch(what -> what.startsWith("mailbox "));
        assertThat(checks.toString())
                .contains("Redirect URI to compare: " + journey.settings().redirectUri())
                .doesNotContain(
                        journey.user(0).userPrincipalName(),
                        journey.tenant().options().clientSecret());
    }

    @Test
    void eachThingThatIsNotWellIsNamed() {
        assertThat(failing(Map.of("oauth.tenant", "00000000-0000-4000-8000-000000000000")))
                .containsExactly("registration default");
        assertThat(failing(Map.of("graph.root", "http://127.0.0.1:1/v1.0"))).containsExactly("Microsoft Graph");
        assertThat(failing(Map.of("server.port", "none", "oauth.client-id", "none")))
                .containsExactly("settings", "settings");
    }

    @Test
    void aClientSecretThatTheSignInServiceRefusesFailsWithItsCode() {
        assertThat(examine(Map.of("oauth.client-secret", "not~the~secret~at~all"), Clock.systemUTC()))
                .filteredOn(check -> check.verdict() == Verdict.FAIL)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.what()).isEqualTo("credential of registration default");
                    assertThat(check.detail()).startsWith("AADSTS7000215. ").doesNotContain("not~the~secret");
                });
    }

    @Test
    void aClientSecretThatEndsSoonIsAWarningAndOneThatEndedFails() {
        Instant now = Instant.now();
        assertThat(proofEnding(now.plus(Duration.ofDays(10)))).containsExactly(Verdict.OK, Verdict.WARN);
        assertThat(proofEnding(now.minus(Duration.ofDays(1)))).containsExactly(Verdict.OK, Verdict.FAIL);
        assertThat(proofEnding(now.plus(Duration.ofDays(100)))).containsExactly(Verdict.OK);
    }

    private static List<Verdict> proofEnding(Instant end) {
        return examine(
                        Map.of(
                                "oauth.client-secret-expires",
                                LocalDate.ofInstant(end, ZoneOffset.UTC).toString()),
                        Clock.systemUTC())
                .stream()
                .filter(check -> check.what().equals("credential of registration default"))
                .map(Doctor.Check::verdict)
                .toList();
    }

    @Test
    void wrongSettingsOfTheManagementPortHideNoOtherFinding() {
        List<Doctor.Check> checks = new Doctor(Clock.systemUTC())
                .examine(
                        sources(Map.of("management.port", "none")),
                        (operation, input) -> Settings.management(sources(Map.of("management.port", "none")))
                                .call(operation, new ObjectMapper().valueToTree(input)));

        assertThat(checks)
                .extracting(check -> check.verdict() + " " + check.what())
                .containsExactly("FAIL settings", "WARN connections", "WARN process");
    }

    @Test
    void aWrongClockIsComparedWithTheSignInServices() {
        assertThat(clock(Duration.ofMinutes(2)).verdict()).isEqualTo(Verdict.WARN);
        assertThat(clock(Duration.ofMinutes(-10)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(clock(Duration.ofMinutes(-10)).detail()).contains("by NTP");
    }

    @Test
    void aProcessThatDoesNotRunIsAWarning() {
        Settings settings = Settings.load(sources(
                Map.of("management.token-file", directory.resolve("none").toString())));
        List<Doctor.Check> checks = new Doctor(Clock.systemUTC())
                .examine(
                        sources(Map.of()),
                        (operation, input) ->
                                settings.management().call(operation, new ObjectMapper().valueToTree(input)));

        assertThat(checks)
                .filteredOn(check -> check.verdict() == Verdict.WARN)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.what()).isEqualTo("process");
                    assertThat(check.detail()).startsWith("Not asked about database, keys and mailboxes");
                });
    }

    @Test
    void aMailboxThatWaitsForItsOwnerFailsWithTheRemedy() {
        ObjectMapper json = new ObjectMapper();
        JsonNode mailboxes = json.valueToTree(Map.of(
                "mailboxes",
                List.of(
                        Map.of("id", "m-1", "state", "needs-consent", "reason", "AADSTS50173. Sign in again."),
                        Map.of("id", "m-2", "state", "active"),
                        Map.of("id", "m-3", "state", "disconnected"))));
        List<Doctor.Check> checks = new Doctor(Clock.systemUTC())
                .examine(sources(Map.of()), (operation, input) -> switch (operation) {
                    case "mailboxes" -> mailboxes;
                    case "permissions" -> json.valueToTree(Map.of("missing", Map.of("m-2", "Mail.Read")));
                    case "keys-status" -> json.valueToTree(Map.of("unknownKey", 3));
                    default -> json.valueToTree(Map.of("pausedIntake", "the disk is full"));
                });

        assertThat(checks)
                .filteredOn(check -> check.verdict() == Verdict.FAIL)
                .extracting(Doctor.Check::what)
                .containsExactly("reading mail", "key ring", "mailbox m-1", "mailbox m-2");
        assertThat(checks.toString())
                .contains("AADSTS50173. Sign in again.", "its grant lacks the permission Mail.Read");
    }

    @Test
    void theCommandPrintsALineForEachAndEndsWithOneIfSomethingFails() throws Exception {
        Map<String, String> given = given(Map.of());
        given.remove("oauth.client-secret");
        given.put(
                "oauth.client-secret-file",
                Files.writeString(
                                directory.resolve("secret.txt"),
                                journey.tenant().options().clientSecret())
                        .toString());
        Properties properties = new Properties();
        properties.putAll(given);
        Path file = directory.resolve("doctor.properties");
        try (PrintWriter writer = new PrintWriter(file.toFile())) {
            properties.store(writer, null);
        }

        StringWriter out = new StringWriter();
        assertThat(execute(out, "doctor", "--settings", file.toString()))
                .as(out.toString())
                .isZero();
        assertThat(out.toString())
                .contains("ok    settings: complete")
                .endsWith("Nothing fails." + System.lineSeparator());

        StringWriter bad = new StringWriter();
        assertThat(execute(
                        bad,
                        "doctor",
                        "--json",
                        "--settings",
                        file.toString(),
                        "--set",
                        "ews.url=http://127.0.0.1:1/EWS"))
                .isEqualTo(1);
        assertThat(new ObjectMapper().readTree(bad.toString()).findValuesAsText("verdict"))
                .contains("fail", "ok");
    }

    private static int execute(StringWriter out, String... arguments) {
        return Application.execute(new PrintWriter(out, true), new PrintWriter(out, true), arguments);
    }

    private static List<String> failing(Map<String, String> changes) {
        return examine(changes, Clock.systemUTC()).stream()
                .filter(check -> check.verdict() == Verdict.FAIL)
                .map(Doctor.Check::what)
                .toList();
    }

    private static Doctor.Check clock(Duration off) {
        return examine(Map.of(), Clock.offset(Clock.systemUTC(), off)).stream()
                .filter(check -> check.what().equals("clock"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Doctor.Check> examine(Map<String, String> changes, Clock clock) {
        return new Doctor(clock)
                .examine(
                        sources(changes),
                        (operation, input) ->
                                journey.settings().management().call(operation, new ObjectMapper().valueToTree(input)));
    }

    private static SettingsSources sources(Map<String, String> changes) {
        return SettingsSources.only(given(changes));
    }

    private static Map<String, String> given(Map<String, String> changes) {
        Map<String, String> all = new HashMap<>(journey.settings().placeholders());
        all.put("oauth.client-secret", journey.tenant().options().clientSecret());
        all.putAll(changes);
        return all;
    }
}
