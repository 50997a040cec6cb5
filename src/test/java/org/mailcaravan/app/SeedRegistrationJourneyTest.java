package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;

/** The application registration of the seed has EWS.AccessAsUser.All and User.Read, no Mail.Read: it must do as it is. */
final class SeedRegistrationJourneyTest {
    @Test
    void theSeedsOwnRegistrationConnectsOverEwsAndDelivers(@TempDir Path directory) throws Exception {
        try (JourneyFixture journey =
                JourneyFixture.start(directory, new JourneyFixture.Size(0, 6), (tenant, settings) -> {
                    settings.put("mail.protocol", "ews");
                    return tenant.seedRegistration();
                })) {
            // several: the sandbox spells scopes differently from answer to answer, as Entra ID does
            for (SandboxUser user : journey.tenant().directory().users()) {
                journey.burst(user, 20);
                journey.connect(user, "");
            }
            for (SandboxUser user : journey.tenant().directory().users()) {
                journey.awaitDelivered(user, 20);
                assertThat(journey.requests(user, "ews:GetItem")).isPositive();
                assertThat(journey.requests(user, "graph:message")).isZero();
            }
            assertThat(journey.awaitSettled()).isEqualTo(new LedgerBalance(120, 120, 0, 0, 0, 0));
        }
    }

    /** The named journey: Connect, warning, consent, cut-over, and back while EWS answers. */
    @Test
    void itIsWarnedOfConsentedToCutOverAndBack(@TempDir Path directory) throws Exception {
        try (JourneyFixture journey =
                JourneyFixture.start(directory, new JourneyFixture.Size(0, 2), (tenant, settings) -> {
                    settings.put("mail.protocol", "ews");
                    return tenant.seedRegistration();
                })) {
            SandboxUser user = journey.user(0);
            Commands commands = new Commands(journey.settings(), directory);
            journey.burst(user, 20);
            journey.connect(user, "");
            journey.awaitDelivered(user, 20);

            assertThat(commands.run(0, "mailboxes"))
                    .contains("read through EWS, which ends there in", "administrator's consent to Mail.Read first");
            assertThat(commands.run(0, "ews", "report", "--addresses"))
                    .contains(user.userPrincipalName(), "needs consent to Mail.Read", "SyncFolderItems");
            consent(journey, commands.run(1, "cutover", "plan", "--all"));

            assertThat(commands.run(0, "cutover", "plan", "--all")).contains("ready", "all the same");
            assertThat(commands.run(0, "cutover", "shadow", user.userPrincipalName()))
                    .contains("20 by EWS, 20 by Graph, 0 only by EWS, 0 only by Graph");
            assertThat(commands.run(0, "cutover", "switch", "--all", "--wait")).contains("to graph: done");
            long samples = journey.requests(user, "graph:message/");
            journey.burst(user, 10);
            journey.awaitDelivered(user, 30);
            assertThat(journey.requests(user, "graph:message/") - samples)
                    .as("downloads: of what is new, and nothing twice")
                    .isEqualTo(10);

            assertThat(commands.run(0, "cutover", "rollback", user.userPrincipalName(), "--wait"))
                    .contains("to ews: done");
            journey.burst(user, 5);
            journey.awaitDelivered(user, 35);
            assertThat(journey.awaitSettled()).isEqualTo(new LedgerBalance(35, 35, 0, 0, 0, 0));
            assertThat(commands.run(0, "cutover", "status", "--json")).contains("\"phase\":\"done\"");
            assertThat(commands.run(0, "ews", "report", "--format", "csv")).contains(",GetItem,");
            assertThat(commands.run(0, "ews", "report", "--format", "json")).contains("\"daysLeft\"");
            assertThat(commands.run(1, "cutover", "rollback", "nobody@caravan.example"))
                    .contains("There is no such mailbox");
        }
    }

    private static void consent(JourneyFixture journey, String plan) throws Exception {
        assertThat(plan).contains("needs-consent");
        Matcher link = Pattern.compile("http\\S+/AdminConsent\\?ticket=\\S+").matcher(plan);
        assertThat(link.find()).isTrue();
        new PersonBrowser(JourneyFixture.API_TOKEN)
                .walk(
                        URI.create(link.group()),
                        journey.tenant().directory().administrator().userPrincipalName());
        assertThat(journey.tenant().directory().seedRegistration().adminConsented())
                .contains(Permission.MAIL_READ);
    }

    /** Commands that ask the bundle of a journey. */
    private record Commands(Settings settings, Path directory) {
        private String run(int exitCode, String... arguments) {
            StringWriter out = new StringWriter();
            PrintWriter both = new PrintWriter(out, true);
            String[] all = Stream.concat(
                            Stream.of(arguments),
                            Stream.of(
                                    "--set",
                                    "management.port=" + settings.managementPort(),
                                    "--set",
                                    "management.token-file=" + directory.resolve("management.token")))
                    .toArray(String[]::new);
            assertThat(Application.execute(both, both, all))
                    .as("%s: %s", List.of(arguments), out)
                    .isEqualTo(exitCode);
            return out.toString();
        }
    }
}
