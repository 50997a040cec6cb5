package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.sandbox.SandboxUser;

/** Commands that need state, asked of a bundle that runs against the sandbox tenant with one connected mailbox. */
class ManagementJourneyTest {
    @TempDir
    private static Path directory;

    private static JourneyFixture journey;
    private static SandboxUser user;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void connectOne() throws Exception {
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(4, 2));
        user = journey.user(0);
        journey.connect(user, "graph");
        journey.awaitDelivered(user, 2);
    }

    @AfterAll
    static void stop() {
        journey.close();
    }

    @BeforeEach
    void forget() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }

    @Test
    void connectPrintsALinkByWhichThatPersonConnects() throws Exception {
        SandboxUser other = journey.user(1);

        assertThat(execute("connect", other.userPrincipalName(), "--protocol", "ews"))
                .as(err.toString())
                .isZero();

        String link = out.toString().strip();
        assertThat(link).startsWith(journey.settings().publicBaseUrl() + "/").contains("?ticket=");
        new DemoBrowser(journey.settings().publicBaseUrl(), journey.settings().callbackPath(), JourneyFixture.API_TOKEN)
                .follow(URI.create(link), other.userPrincipalName());
        journey.awaitDelivered(other, 2);
    }

    @Test
    void connectRefusesWhatCannotBeWithTheRemedy() {
        assertThat(execute("connect", user.userPrincipalName(), "--mail-server-id", "nowhere"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("mailServerId means no app registration for people. Leave it out");
        forget();

        assertThat(execute("connect", user.userPrincipalName(), "--protocol", "imap"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("must be auto, graph or ews");
    }

    @Test
    void mailboxesAreListedByIdAndWithAddressesOnlyIfAsked() throws IOException {
        assertThat(execute("mailboxes")).isZero();
        assertThat(out.toString()).contains("graph  owner  active since").doesNotContain(user.userPrincipalName());
        forget();

        assertThat(execute("mailboxes", "--addresses", "--json")).isZero();
        JsonNode mailboxes = new ObjectMapper().readTree(out.toString()).path("mailboxes");
        assertThat(mailboxes.findValuesAsText("address")).contains(user.userPrincipalName());
    }

    @Test
    void keysAreRotatedWhileItRunsAndTheStatusFollows() {
        Path ring = directory.resolve("key-ring.json");
        String id = KeyRing.rotate(ring);

        assertThat(execute("keys", "rewrap")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("encrypted anew, with key " + id);
        forget();

        assertThat(execute("keys", "status")).as(err.toString()).isZero();
        assertThat(out.toString()).containsPattern(id + " +primary +[12] ").containsPattern("former +0 ");
        forget();

        assertThat(execute("keys", "retire"))
                .as("a former key encrypted a moment ago")
                .isEqualTo(1);
        assertThat(err.toString()).contains("Try again after");
    }

    @Test
    void withAnotherTokenFileTheRemedyIsNamed() {
        assertThat(execute("mailboxes", "--set", "management.token-file=" + directory.resolve("none")))
                .isEqualTo(1);

        assertThat(err.toString()).contains("does not run here", "none", "--settings");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void noCommandNeedsToReadASecretOfTheProcess() throws IOException {
        Path file = Files.writeString(
                directory.resolve("poor.properties"),
                "management.port=" + journey.settings().managementPort() + "\nmanagement.token-file="
                        + directory.resolve("management.token") + "\noauth.client-secret-file=/nowhere/secret\n");
        assertThat(Application.execute(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "mailboxes",
                        "--settings",
                        file.toString()))
                .as(err.toString())
                .isZero();
    }

    private int execute(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                        "--set",
                                        "management.port=" + journey.settings().managementPort(),
                                        "--set",
                                        "management.token-file=" + directory.resolve("management.token"))
                                .limit(Stream.of(arguments).anyMatch(a -> a.startsWith("management.token")) ? 2 : 4))
                .toArray(String[]::new);
        return Application.execute(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
