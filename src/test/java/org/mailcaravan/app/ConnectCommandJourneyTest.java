package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** The commands {@code connect} and {@code disconnect} in every way, asked of a bundle that runs with three app registrations; the mail arrives. */
class ConnectCommandJourneyTest {
    private static final Pattern CODE = Pattern.compile("Open (\\S+) in a browser .* enter the code (\\S+) and");

    @TempDir
    private static Path directory;

    private static JourneyFixture journey;

    @BeforeAll
    static void start() throws Exception {
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(4, 4), (sandbox, settings) -> {
            AppRegistration robot = sandbox.appOnlyRegistration();
            settings.put("oauth.registrations", "robot,screenless");
            settings.put("oauth.robot.mode", "app-only");
            settings.put("oauth.robot.client-id", robot.clientId());
            settings.put("oauth.robot.client-secret", settings.get("oauth.client-secret"));
            settings.put(
                    "oauth.robot.mailboxes",
                    sandbox.users().get(0).userPrincipalName() + " "
                            + sandbox.users().get(0).objectId());
            settings.put("oauth.screenless.mode", "device");
            settings.put(
                    "oauth.screenless.client-id", sandbox.deviceRegistration().clientId());
            return sandbox.demoRegistration();
        });
    }

    @AfterAll
    static void stop() {
        journey.close();
    }

    /** RBAC for Applications: no role is requested, no administrator consents, only the listed mailbox opens. */
    @Test
    void anApplicationReadsTheMailboxesOfItsSettingsAndNoOther() {
        SandboxUser listed = journey.user(0);
        SandboxUser closed = journey.user(2);
        sandbox()
                .setRbac(
                        sandbox().appOnlyRegistration().clientId(),
                        listed.objectId(),
                        Set.of(Permission.MAIL_READ_ROLE));

        Run run = execute("connect", "--app-only", "robot", "--protocol", "graph");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(listed.userPrincipalName() + " " + listed.objectId() + ": connected over graph, mailbox ");
        journey.awaitDelivered(listed, 2);

        Run refused = execute("connect", "--app-only", "robot", "--protocol", "graph", closed.objectId());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(closed.objectId() + ": ", "RBAC for Applications");
    }

    @Test
    void aPersonSignsInOnAnotherDeviceAndTheMailboxIsDisconnectedAgain() throws Exception {
        SandboxUser person = journey.user(1);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> Application.execute(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                arguments("connect", "--device", "screenless", "--protocol", "graph")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> CODE.matcher(out.toString()).find());
        Matcher shown = CODE.matcher(out.toString());
        assertThat(shown.find()).isTrue();
        new PersonBrowser(JourneyFixture.API_TOKEN)
                .enterCode(URI.create(shown.group(1)), shown.group(2), person.userPrincipalName());

        assertThat(code.get(60, TimeUnit.SECONDS)).as(err.toString()).isZero();
        journey.awaitDelivered(person, 2);

        String mailbox = out.toString().strip().replaceAll("(?s).*mailbox ", "");
        Run run = execute("disconnect", mailbox);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("its secrets are erased");
        assertThat(execute("mailboxes").out()).doesNotContainPattern(mailbox + ".*active");
    }

    @Test
    void anAdministratorGetsALinkOfHisOwn() {
        Run run = execute("connect", "--admin-consent", "default");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("/AdminConsent?ticket=");
    }

    @Test
    void whatCannotBeIsRefusedWithTheRemedy() {
        refused(1, "The settings know: ", "connect", "--app-only", "nobody", "a@b.example");
        refused(1, "A mailbox is named wrongly", "connect", "--app-only", "robot", "neither-nor");
        refused(1, "Name a registration whose mode is device", "connect", "--device", "robot");
        refused(1, "registration names no app registration", "connect", "--admin-consent", "nobody");
        refused(1, "mailbox, if given, must be an address", "connect", "a@b.example", "--mailbox", "neither-nor");
        refused(1, "protocol must be auto, graph or ews", "connect", "--device", "screenless", "--protocol", "imap");
        refused(2, "Name one ADDRESS", "connect");
        refused(2, "mutually exclusive", "connect", "--device", "screenless", "--app-only", "robot");
        refused(1, "mailbox must be a mailbox's id", "disconnect", "ada");
        refused(1, "There is no such mailbox", "disconnect", "00000000-0000-4000-8000-000000000000");
    }

    private static void refused(int code, String remedy, String... arguments) {
        Run run = execute(arguments);
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.err()).contains(remedy);
    }

    private record Run(int code, String out, String err) {}

    private static Run execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Application.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments(arguments));
        return new Run(code, out.toString(), err.toString());
    }

    private static String[] arguments(String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--set",
                                "management.port=" + journey.settings().managementPort(),
                                "--set",
                                "management.token-file=" + directory.resolve("management.token")))
                .toArray(String[]::new);
    }

    private static SandboxDirectory sandbox() {
        return journey.tenant().directory();
    }
}
