package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What register --print says, against the ids of Microsoft's permission reference, written down here a second time. */
class RegisterCommandTest {
    private static final String GRAPH = "00000003-0000-0000-c000-000000000000";
    private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
    private static final String OPENID = "37f7f235-527c-4136-accd-4a02d197296e=Scope";
    private static final String PROFILE = "14dad69e-099b-42c9-810b-d002981feec1=Scope";
    private static final String OFFLINE_ACCESS = "7427e0e9-2fba-42fe-b0c0-848c9e6a8182=Scope";
    private static final String USER_READ = "e1fe6dd8-ba31-4d61-89e7-88639da4683d=Scope";
    private static final String MAIL_READ = "570282fd-fa5c-430d-a7fd-fc8dc98a9dca=Scope";
    private static final String MAIL_READ_SHARED = "7b9103a5-4610-446b-9670-80643382c1fa=Scope";
    private static final String EWS = "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5=Scope";
    private static final String MAIL_READ_ROLE = "810c84a8-4a9e-49e6-bf7d-12d183f40d01=Role";
    private static final String EWS_ROLE = "dc890d15-9560-4a4c-9b7f-a736ec74ec40=Role";
    private static final String BASE = "https://mail.example.org";
    private static final String CALLBACK = BASE + "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";
    private static final String HOSTILE =
            "it's $(touch owned) `touch owned`; \"touch\" owned \u2018;touch owned;\u2019 #\n touch owned \\";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void aDelegatedRegistrationAsksForBothProtocolsOnThePlatformWeb() throws Exception {
        JsonNode app = manifest();

        assertThat(permissions(app, GRAPH))
                .containsExactlyInAnyOrder(OPENID, PROFILE, OFFLINE_ACCESS, USER_READ, MAIL_READ);
        assertThat(permissions(app, EXCHANGE)).containsExactly(EWS);
        assertThat(app.at("/web/redirectUris"))
                .singleElement()
                .satisfies(uri -> assertThat(uri.asText()).isEqualTo(CALLBACK));
        assertThat(app.at("/web/implicitGrantSettings/enableIdTokenIssuance").asBoolean(true))
                .isFalse();
        assertThat(app.at("/web/implicitGrantSettings/enableAccessTokenIssuance")
                        .asBoolean(true))
                .isFalse();
        assertThat(app.path("signInAudience").asText()).isEqualTo("AzureADMyOrg");
        assertThat(app.path("isFallbackPublicClient").asBoolean(true)).isFalse();
    }

    @Test
    void onlyWhatTheProtocolNeedsIsAskedFor() throws Exception {
        JsonNode graph = manifest("--set", "mail.protocol=graph", "--shared");
        assertThat(permissions(graph, GRAPH)).contains(MAIL_READ, MAIL_READ_SHARED);
        assertThat(permissions(graph, EXCHANGE)).isEmpty();

        JsonNode ews = manifest("--set", "mail.protocol=ews");
        assertThat(permissions(ews, GRAPH)).doesNotContain(MAIL_READ);
        assertThat(permissions(ews, EXCHANGE)).containsExactly(EWS);
    }

    @Test
    void postActionsAskForTheRightToWriteInPlaceOfThatToRead() throws Exception { // S16
        JsonNode app = manifest("--set", "mail.post-actions=on", "--shared");
        assertThat(permissions(app, GRAPH))
                .containsExactlyInAnyOrder(
                        OPENID,
                        PROFILE,
                        OFFLINE_ACCESS,
                        USER_READ,
                        "024d486e-b451-40bb-833d-3e66d98c5c73=Scope",
                        "5df07973-7d5d-46ed-9847-1271055cbd51=Scope");
        assertThat(permissions(app, EXCHANGE)).containsExactly(EWS);

        JsonNode appOnly = manifest("--set", "mail.post-actions=on", "--mode", "app-only");
        assertThat(permissions(appOnly, GRAPH)).containsExactly("e2a3a72e-5f79-4c64-b1b1-878b674786c9=Role");
        assertThat(print("--set", "mail.post-actions=on", "--mode", "app-only", "--rbac", "--format", "powershell"))
                .contains("'Application Mail.ReadWrite'")
                .doesNotContain("'Application Mail.Read'");
    }

    @Test
    void severalTenantsNeedTheOtherAudience() throws Exception {
        JsonNode app = manifest(
                "--set",
                "oauth.tenant=organizations",
                "--set",
                "oauth.allowed-tenants=11111111-2222-4333-8444-555555555555");

        assertThat(app.path("signInAudience").asText()).isEqualTo("AzureADMultipleOrgs");
    }

    @Test
    void aDeviceRegistrationIsAPublicClientWithoutRedirectUri() throws Exception {
        JsonNode app = manifest("--mode", "device");

        assertThat(app.path("isFallbackPublicClient").asBoolean()).isTrue();
        assertThat(app.at("/web/redirectUris")).isEmpty();
        assertThat(permissions(app, GRAPH)).contains(MAIL_READ, OFFLINE_ACCESS);
    }

    @Test
    void anAppOnlyRegistrationAsksForRolesOnlyAndHasItsOwnRedirectUri() throws Exception {
        JsonNode app = manifest("--mode", "app-only");

        assertThat(permissions(app, GRAPH)).containsExactly(MAIL_READ_ROLE);
        assertThat(permissions(app, EXCHANGE)).containsExactly(EWS_ROLE);
        assertThat(app.at("/web/redirectUris/0").asText()).isEqualTo(CALLBACK + "/app-only");
    }

    @Test
    void withRbacNoRoleIsAskedForAndExchangeIsToldInstead() throws Exception {
        assertThat(manifest("--mode", "app-only", "--rbac").path("requiredResourceAccess"))
                .isEmpty();

        String script = print("--mode", "app-only", "--rbac", "--format", "powershell");
        assertThat(script)
                .contains(
                        "New-ServicePrincipal -AppId $app.AppId",
                        "New-ManagementScope",
                        "-Role 'Application Mail.Read'",
                        "Test-ServicePrincipalAuthorization")
                .doesNotContain("AppRoleAssignedTo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delegated", "app-only", "device"})
    void everyScriptIsGoodShellWhateverTheValues(String mode) throws Exception {
        String script = print("--mode", mode, "--format", "azure-cli", "--name", HOSTILE, "--rbac");

        assertThat(shell(script, "-n")).isZero();
    }

    @Test
    void hostileValuesReachTheAzureCliAsTheyAre() throws Exception {
        Path az = Files.writeString(
                directory.resolve("az"),
                "#!/bin/sh\nprintf '%s\\0' \"$@\" >> " + directory.resolve("arguments")
                        + "\ncase \"$*\" in *'app create'*) echo 11111111-2222-4333-8444-555555555555;; esac\n");
        Files.setPosixFilePermissions(az, PosixFilePermissions.fromString("rwx------"));

        assertThat(shell(print("--format", "azure-cli", "--name", HOSTILE))).isZero();

        List<String> arguments =
                List.of(Files.readString(directory.resolve("arguments")).split("\0"));
        assertThat(arguments).contains(HOSTILE, CALLBACK);
        JsonNode access =
                new ObjectMapper().readTree(arguments.get(arguments.indexOf("--required-resource-accesses") + 1));
        assertThat(access.findValuesAsText("resourceAppId")).containsExactly(GRAPH, EXCHANGE);
        assertThat(directory.resolve("owned")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("client-secret.txt"))))
                .isEqualTo("rw-------");
    }

    @Test
    void powerShellQuotesDoubleEveryKindOfSingleQuote() {
        assertThat(print("--format", "powershell", "--name", HOSTILE))
                .contains("-DisplayName 'it''s $(touch owned)", "\u2018\u2018;touch owned;\u2019\u2019 #");
    }

    @Test
    void nationalCloudsAreNamedInTheScripts() {
        String set = "oauth.authority=https://login.microsoftonline.us";

        assertThat(print("--format", "azure-cli", "--set", set)).contains("az cloud set --name AzureUSGovernment");
        assertThat(print("--format", "powershell", "--set", set)).contains("-Environment 'USGov'");
    }

    @Test
    void wrongValuesAreToldWithTheRemedy() {
        assertThat(execute("--mode", "magic")).isEqualTo(2);
        assertThat(err.toString()).contains("delegated, app-only or device");
        assertThat(execute("--format", "xml")).isEqualTo(2);
        assertThat(err.toString()).contains("manifest, azure-cli or powershell");
        assertThat(execute("--set", "public.base-url=http://mail.example.org")).isEqualTo(1);
        assertThat(err.toString()).contains("public.base-url").doesNotContain("credential.key-ring");
    }

    private JsonNode manifest(String... more) throws Exception {
        return new ObjectMapper().readTree(print(more));
    }

    private String print(String... more) {
        out.getBuffer().setLength(0);
        assertThat(execute(more)).as(err.toString()).isZero();
        return out.toString();
    }

    private int execute(String... more) {
        Stream<String> base = Stream.of("register", "--print");
        Stream<String> address = Stream.of(more).anyMatch(word -> word.startsWith("public."))
                ? Stream.of()
                : Stream.of("--set", "public.base-url=" + BASE);
        return Application.execute(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Stream.of(base, address, Stream.of(more)).flatMap(all -> all).toArray(String[]::new));
    }

    private static List<String> permissions(JsonNode app, String api) {
        return Stream.iterate(0, i -> i + 1)
                .limit(app.path("requiredResourceAccess").size())
                .map(app.path("requiredResourceAccess")::get)
                .filter(entry -> entry.path("resourceAppId").asText().equals(api))
                .flatMap(entry -> Stream.iterate(0, i -> i + 1)
                        .limit(entry.path("resourceAccess").size())
                        .map(entry.path("resourceAccess")::get))
                .map(access ->
                        access.path("id").asText() + "=" + access.path("type").asText())
                .toList();
    }

    private int shell(String script, String... options) throws Exception {
        Path file = Files.writeString(directory.resolve("register.sh"), script, StandardCharsets.UTF_8);
        ProcessBuilder shell =
                new ProcessBuilder(Stream.of(Stream.of("bash"), Stream.of(options), Stream.of(file.toString()))
                        .flatMap(all -> all)
                        .toList());
        shell.directory(directory.toFile()).redirectErrorStream(true);
        shell.redirectOutput(directory.resolve("output").toFile());
        shell.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        Process process = shell.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
