package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.ClientAuthentication;
import org.mailcaravan.oauth.ClientCertificate;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ClientSecret;
import org.mailcaravan.oauth.FederatedCredential;
import org.mailcaravan.oauth.MailboxName;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.oauth.PublicClient;
import org.mailcaravan.testing.SelfSigned;

/** Several app registrations, what each proves itself with, and the clouds they are in. */
class RegistrationSettingsTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String FIRST_ID = "11111111-2222-4333-8444-555555555555";
    private static final String SECOND_ID = "22222222-2222-4333-8444-555555555555";
    private static final String TENANT = "66666666-7777-4888-9999-aaaaaaaaaaaa";
    private static final String OTHER = "77777777-7777-4888-9999-aaaaaaaaaaaa";
    private static final SelfSigned CERTIFICATE =
            SelfSigned.rsa(2048, Instant.now(), Instant.now().plus(Duration.ofDays(90)));

    @TempDir
    static Path directory;

    private static Path pem;

    @BeforeAll
    static void writeFiles() {
        KeyRing.create(directory.resolve("key-ring.json"));
        pem = SelfSigned.write(directory.resolve("all.pem"), CERTIFICATE.certificatePem() + CERTIFICATE.keyPem());
    }

    @Test
    void aFurtherRegistrationHasTheFirstOnesTenantAndService() {
        Settings settings = load(Map.of(
                "oauth.registrations", "partner, app-1",
                "oauth.partner.client-id", SECOND_ID,
                "oauth.partner.client-secret", "canary~partner",
                "oauth.partner.mail-server-ids", "7, 8",
                "oauth.app-1.client-id", "33333333-2222-4333-8444-555555555555",
                "oauth.app-1.client-secret", "canary~app",
                "oauth.app-1.mode", "app-only",
                "oauth.app-1.tenant", OTHER,
                "oauth.app-1.mailboxes", "office@example.org, " + FIRST_ID,
                "oauth.allowed-tenants", TENANT));

        List<RegistrationSettings> all = settings.registrations();
        assertThat(all).extracting(RegistrationSettings::name).containsExactly("default", "partner", "app-1");
        assertThat(all)
                .extracting(RegistrationSettings::mode)
                .containsExactly(ClientMode.DELEGATED, ClientMode.DELEGATED, ClientMode.APP_ONLY);
        assertThat(all).extracting(RegistrationSettings::tenant).containsExactly(TENANT, TENANT, OTHER);
        assertThat(all).extracting(RegistrationSettings::authority).containsOnly(settings.authority());
        assertThat(all.get(1).allowedTenants()).containsExactly(new TenantId(TENANT));
        assertThat(all.get(1).mailServerIds()).containsExactlyInAnyOrder("7", "8");
        assertThat(all.get(2).allowedTenants())
                .as("another tenant's list is not its own")
                .isEmpty();
        assertThat(all.get(2).mailboxes())
                .containsExactlyInAnyOrder(MailboxName.of("office@example.org"), MailboxName.of(FIRST_ID));
        assertThat(settings.placeholders().values()).doesNotContain("canary~partner", "canary~app");
        assertThat(all.toString()).doesNotContain("canary");
    }

    @Test
    void theyBecomeTheRegistrationsOfTheClient() {
        OAuthSettings translated = SettingsToOAuth.translate(
                load(Map.of(
                        "public.base-url", "https://mail.example.org",
                        "oauth.registrations", "partner",
                        "oauth.partner.client-id", SECOND_ID,
                        "oauth.partner.tenant", "organizations",
                        "oauth.partner.allowed-tenants", OTHER,
                        "oauth.partner.client-secret", "canary~partner")),
                CLOCK);

        assertThat(translated.registrations()).hasSize(2);
        assertThat(translated.redirectUri(translated.registrations().get(1))).endsWith("/partner");
    }

    @Test
    void variablesAndOptionsNameThemAsWell() {
        Map<String, String> environment = Map.of(
                "MAILCARAVAN_OAUTH_REGISTRATIONS", "partner,in-house",
                "MAILCARAVAN_OAUTH_PARTNER_CLIENT_ID", SECOND_ID,
                "MAILCARAVAN_OAUTH_PARTNER_CLIENT_SECRET", "canary~one",
                "MAILCARAVAN_OAUTH_IN_HOUSE_CLIENT_ID", "33333333-2222-4333-8444-555555555555",
                "MAILCARAVAN_OAUTH_IN_HOUSE_CLIENT_SECRET", "canary~two");

        Settings settings = Settings.load(new SettingsSources(
                valid(),
                Optional.empty(),
                environment,
                Map.of("oauth.partner.tenant", "ignored.example"),
                Map.of("oauth.partner.tenant", OTHER)));

        assertThat(settings.registrations())
                .extracting(RegistrationSettings::clientId)
                .containsExactly(FIRST_ID, SECOND_ID, "33333333-2222-4333-8444-555555555555");
        assertThat(settings.registrations().get(1).tenant()).isEqualTo(OTHER);
    }

    @Test
    void eachProvesItselfInItsOwnWay() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "not read at start");
        Path secret = SelfSigned.write(directory.resolve("secret"), "canary~new\ncanary~old\n");
        List<RegistrationSettings> all = load(Map.ofEntries(
                        Map.entry("oauth.registrations", "cert,kube,device,file"),
                        Map.entry("oauth.cert.client-id", id(1)),
                        Map.entry("oauth.cert.client-certificate-file", pem.toString()),
                        Map.entry("oauth.cert.client-key-file", pem.toString()),
                        Map.entry("oauth.kube.client-id", id(2)),
                        Map.entry("oauth.kube.federated-token-file", token.toString()),
                        Map.entry("oauth.device.client-id", id(3)),
                        Map.entry("oauth.device.mode", "device"),
                        Map.entry("oauth.file.client-id", id(4)),
                        Map.entry("oauth.file.client-secret-file", secret.toString()),
                        Map.entry("oauth.file.client-secret-expires", "2027-01-31")))
                .registrations();

        assertThat(all.get(0).authentication(CLOCK)).isInstanceOf(ClientSecret.class);
        assertThat(all.get(1).authentication(CLOCK)).isInstanceOf(ClientCertificate.class);
        assertThat(all.get(2).authentication(CLOCK)).isInstanceOf(FederatedCredential.class);
        assertThat(all.get(3).authentication(CLOCK)).isInstanceOf(PublicClient.class);
        ClientAuthentication file = all.get(4).authentication(CLOCK);
        assertThat(file.candidates()).hasSize(2);
        assertThat(file.expiry("file")).contains(Expiry.clientSecret("file", Instant.parse("2027-01-31T00:00:00Z")));
    }

    @Test
    void aCertificatesKeyMayComeFromTheEnvironment() {
        Map<String, String> presets = with(Map.of("oauth.client-secret", ""));
        Settings settings = Settings.load(new SettingsSources(
                presets,
                Optional.empty(),
                Map.of(
                        "MAILCARAVAN_OAUTH_CLIENT_KEY", CERTIFICATE.keyPem(),
                        "MAILCARAVAN_OAUTH_CLIENT_CERTIFICATE_FILE", pem.toString()),
                Map.of(),
                Map.of()));

        assertThat(settings.registrations().get(0).authentication(CLOCK).candidates())
                .hasSize(1);
        assertThat(settings.placeholders().toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void thePlatformsVariableNamesTheTokenFileIfFederatedIsChosen() {
        Map<String, String> presets =
                with(Map.of("oauth.client-secret", "", "oauth.client-authentication", "federated"));
        Settings settings = Settings.load(new SettingsSources(
                presets,
                Optional.empty(),
                Map.of("AZURE_FEDERATED_TOKEN_FILE", directory.resolve("azure").toString()),
                Map.of(),
                Map.of()));

        assertThat(settings.registrations().get(0).authentication(CLOCK)).isInstanceOf(FederatedCredential.class);
    }

    @Test
    void aServiceThatIsNotEntraHasItsMetadataAddress() {
        RegistrationSettings registration = load(Map.of(
                        "oauth.metadata-url", "https://id.example.org/realms/mail/.well-known/openid-configuration"))
                .registrations()
                .get(0);

        assertThat(registration.authority()).isEqualTo(URI.create("https://id.example.org"));
        assertThat(registration.metadataUrl()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "global,login.microsoftonline.com,graph.microsoft.com,outlook.office365.com",
        "gcc-high,login.microsoftonline.us,graph.microsoft.us,outlook.office365.us",
        "dod,login.microsoftonline.us,dod-graph.microsoft.us,webmail.apps.mil",
        "china,login.partner.microsoftonline.cn,microsoftgraph.chinacloudapi.cn,partner.outlook.cn"
    })
    void aCloudDecidesWhereEverythingIs(String cloud, String login, String graph, String outlook) {
        Settings settings = load(Map.of("cloud", cloud));

        assertThat(settings.authority()).isEqualTo(URI.create("https://" + login));
        assertThat(settings.graphRoot()).isEqualTo(URI.create("https://" + graph + "/v1.0"));
        assertThat(settings.graphResource()).isEqualTo(URI.create("https://" + graph));
        assertThat(settings.ewsUrl()).isEqualTo(URI.create("https://" + outlook + "/EWS/Exchange.asmx"));
        assertThat(settings.ewsResource()).isEqualTo(URI.create("https://" + outlook));
        assertThat(settings.ewsRetiresOn()).contains(LocalDate.of(2027, 4, 1));
        assertThat(settings.placeholders()).containsEntry("graph.resource", "https://" + graph);
    }

    @ParameterizedTest
    @CsvSource({
        "global,api://AzureADTokenExchange",
        "gcc-high,api://AzureADTokenExchangeUSGov",
        "dod,api://AzureADTokenExchangeUSGov",
        "china,api://AzureADTokenExchangeChina"
    })
    void aCloudHasItsOwnAudienceForFederatedTokens(String cloud, String audience) {
        assertThat(load(Map.of("cloud", cloud)).placeholders()).containsEntry("oauth.federated-audience", audience);
    }

    @Test
    void eachAddressOverridesTheCloud() {
        Settings settings = load(Map.of(
                "cloud", "china",
                "oauth.authority", "https://login.chinacloudapi.cn",
                "ews.url", "https://mail.example.org/EWS/Exchange.asmx"));

        assertThat(settings.authority()).isEqualTo(URI.create("https://login.chinacloudapi.cn"));
        assertThat(settings.ewsUrl().getHost()).isEqualTo("mail.example.org");
        assertThat(settings.graphRoot().getHost()).isEqualTo("microsoftgraph.chinacloudapi.cn");
        assertThat(settings.ewsRetiresOn()).isEmpty();
    }

    /** Hybrid modern authentication registers the server's own address; EWS does not end there. */
    @Test
    void anExchangeServerIsItsOwnResourceAndKeepsEws() {
        Settings settings = load(Map.of("ews.url", "https://mail.example.org:444/EWS/Exchange.asmx"));
        Settings chosen = load(Map.of(
                "ews.url", "https://mail.example.org/EWS/Exchange.asmx",
                "ews.resource", "https://autodiscover.example.org",
                "ews.retires-on", "2030-01-01"));

        assertThat(settings.ewsResource()).isEqualTo(URI.create("https://mail.example.org"));
        assertThat(settings.ewsRetiresOn()).isEmpty();
        assertThat(chosen.ewsResource()).isEqualTo(URI.create("https://autodiscover.example.org"));
        assertThat(chosen.ewsRetiresOn()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://outlook.office.com/EWS/Exchange.asmx",
                "https://OUTLOOK.office365.com/EWS/Exchange.asmx",
                "http://127.0.0.1:8085/EWS/Exchange.asmx"
            })
    void microsoftsHostsAndTheSandboxHaveMicrosoftsNamesAndDate(String url) {
        Settings settings = load(Map.of("ews.url", url));

        assertThat(settings.ewsResource()).isEqualTo(URI.create("https://outlook.office365.com"));
        assertThat(settings.ewsRetiresOn()).isPresent();
    }

    @Test
    void autodiscoverIsOffUnlessAServerIsNamed() {
        Settings asked = load(Map.of(
                "cloud", "china",
                "ews.autodiscover", "https://autodiscover.example.org",
                "ews.autodiscover-hosts", "mail.example.org, mail2.example.org"));

        assertThat(load(Map.of()).ewsAutodiscover()).isEmpty();
        assertThat(load(Map.of("cloud", "china")).ewsAutodiscoverHosts()).containsExactly("partner.outlook.cn");
        assertThat(asked.ewsAutodiscover()).contains(URI.create("https://autodiscover.example.org"));
        assertThat(asked.ewsAutodiscoverHosts()).containsExactly("mail.example.org", "mail2.example.org");
    }

    record Wrong(String name, String words, Map<String, String> settings) {
        @Override
        public String toString() {
            return name + ": " + words;
        }
    }

    private static Wrong wrong(String name, String words, String... settings) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new Wrong(name, words, all);
    }

    /** A further registration that is right but for what is added. */
    private static Wrong partner(String name, String words, String... settings) {
        Wrong wrong = wrong(name, words, settings);
        Map<String, String> all = new HashMap<>(Map.of(
                "oauth.registrations", "partner",
                "oauth.partner.client-id", SECOND_ID,
                "oauth.partner.client-secret", "canary~partner"));
        all.putAll(wrong.settings());
        return new Wrong(name, words, all);
    }

    static Stream<Wrong> wrongInputs() {
        return Stream.of(registrations(), proofs(), clouds()).flatMap(List::stream);
    }

    private static List<Wrong> registrations() {
        return List.of(
                wrong("oauth.registrations", "names 'Partner'", "oauth.registrations", "Partner"),
                wrong("oauth.registrations", "default is the one", "oauth.registrations", "default"),
                wrong(
                        "oauth.other.client-id",
                        "Name the app registration other in oauth.registrations",
                        "oauth.other.client-id",
                        SECOND_ID),
                partner("oauth.partner.client-id", "is missing", "oauth.partner.client-id", ""),
                partner("oauth.partner.client-id", "is no GUID", "oauth.partner.client-id", "canary"),
                partner("oauth.partner.client-id", "another app registration", "oauth.partner.client-id", FIRST_ID),
                partner("oauth.partner.callback-path", "is no setting", "oauth.partner.callback-path", "/a/b"),
                partner("oauth.partner.mode", "Write one of", "oauth.partner.mode", "daemon"),
                partner("oauth.partner.tenant", "same as oauth.partner", "oauth.partner.tenant", SECOND_ID),
                partner("oauth.partner.allowed-tenants", "is missing", "oauth.partner.tenant", "organizations"),
                partner(
                        "oauth.partner.tenant",
                        "no single organisation",
                        "oauth.partner.tenant",
                        "organizations",
                        "oauth.partner.mode",
                        "app-only"),
                partner("oauth.partner.mailboxes", "not app-only", "oauth.partner.mailboxes", "a@example.org"),
                partner(
                        "oauth.partner.mailboxes",
                        "has the entry",
                        "oauth.partner.mode",
                        "app-only",
                        "oauth.partner.mailboxes",
                        "office"),
                partner(
                        "oauth.partner.mail-server-ids",
                        "means another",
                        "oauth.mail-server-ids",
                        "1,2",
                        "oauth.partner.mail-server-ids",
                        "2"),
                partner("oauth.partner.mail-server-ids", "means another", "oauth.partner.mail-server-ids", "default"),
                partner(
                        "oauth.partner.client-id and oauth.partner.client-secret",
                        "swapped",
                        "oauth.partner.client-id",
                        "canary",
                        "oauth.partner.client-secret",
                        SECOND_ID),
                partner("oauth.partner.client-secret", "holds the client id", "oauth.partner.client-secret", SECOND_ID),
                wrong("oauth.metadata-url", "does not end with", "oauth.metadata-url", "https://id.example.org/"),
                wrong(
                        "oauth.metadata-url",
                        "oauth.authority too",
                        "oauth.authority",
                        "https://id.example.org",
                        "oauth.metadata-url",
                        "https://id.example.org/x/.well-known/openid-configuration"),
                wrong(
                        "oauth.tenant",
                        "is a domain",
                        "oauth.tenant",
                        "example.org",
                        "oauth.metadata-url",
                        "https://id.example.org/x/.well-known/openid-configuration"));
    }

    private static List<Wrong> proofs() {
        return List.of(
                wrong("oauth.client-secret", "Other ways", "oauth.client-secret", ""),
                wrong(
                        "oauth.client-secret and oauth.federated-token-file",
                        "Keep one",
                        "oauth.federated-token-file",
                        "/token"),
                wrong(
                        "oauth.client-key",
                        "go together",
                        "oauth.client-secret",
                        "",
                        "oauth.client-certificate-file",
                        "all.pem"),
                wrong(
                        "oauth.client-certificate-file",
                        "cannot be read (NoSuchFileException)",
                        "oauth.client-secret",
                        "",
                        "oauth.client-certificate-file",
                        "/does/not/exist",
                        "oauth.client-key-file",
                        "all.pem"),
                wrong(
                        "oauth.client-key-file",
                        "names a file that cannot be read",
                        "oauth.client-secret",
                        "",
                        "oauth.client-certificate-file",
                        "all.pem",
                        "oauth.client-key-file",
                        "/does/not/exist"),
                wrong(
                        "oauth.client-key-file",
                        "chmod 600",
                        "oauth.client-secret",
                        "",
                        "oauth.client-certificate-file",
                        "all.pem",
                        "oauth.client-key-file",
                        "open.pem"),
                wrong("oauth.client-authentication", "although", "oauth.client-authentication", "certificate"),
                wrong(
                        "oauth.federated-token-file",
                        "AZURE_FEDERATED_TOKEN_FILE",
                        "oauth.client-secret",
                        "",
                        "oauth.client-authentication",
                        "federated"),
                wrong("oauth.client-secret", "AADSTS700025", "oauth.mode", "device"),
                wrong("oauth.client-secret-expires", "Write a date", "oauth.client-secret-expires", "31.1.2027"),
                wrong(
                        "oauth.client-secret-expires",
                        "without a client secret",
                        "oauth.client-secret",
                        "",
                        "oauth.federated-token-file",
                        "/token",
                        "oauth.client-secret-expires",
                        "2027-01-31"),
                wrong(
                        "oauth.client-secret",
                        "has 3 lines",
                        "oauth.client-secret",
                        "",
                        "oauth.client-secret-file",
                        "three"),
                wrong(
                        "oauth.client-secret",
                        "not the secret's value",
                        "oauth.client-secret",
                        "",
                        "oauth.client-secret-file",
                        "guid"));
    }

    private static List<Wrong> clouds() {
        return List.of(
                wrong("cloud", "Write one of", "cloud", "germany"),
                wrong("graph.root", "Choose one", "graph.root", "https://graph.microsoft.us/v1.0"),
                wrong(
                        "ews.resource",
                        "in the cloud china",
                        "cloud",
                        "gcc-high",
                        "ews.resource",
                        "https://partner.outlook.cn"),
                wrong(
                        "graph.resource",
                        "in the cloud gcc-high and",
                        "cloud",
                        "dod",
                        "graph.resource",
                        "https://graph.microsoft.us"),
                partner(
                        "oauth.partner.authority",
                        "in the cloud china",
                        "oauth.partner.authority",
                        "https://login.chinacloudapi.cn"),
                wrong("ews.autodiscover", "Use https", "ews.autodiscover", "http://autodiscover.example.org"),
                wrong(
                        "ews.autodiscover-hosts",
                        "Write a host name",
                        "ews.autodiscover-hosts",
                        "https://mail.example.org"),
                wrong("ews.retires-on", "Write a date", "ews.retires-on", "soon"));
    }

    @ParameterizedTest
    @MethodSource("wrongInputs")
    void aWrongInputIsRefusedByNameAndWithTheRemedy(Wrong wrong) throws Exception {
        Files.writeString(directory.resolve("three"), "canary1\ncanary2\ncanary3\n");
        Files.writeString(directory.resolve("guid"), "canary1\n" + OTHER + "\n");
        Path open = Files.writeString(directory.resolve("open.pem"), CERTIFICATE.keyPem());
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Map<String, String> settings = with(wrong.settings());
        settings.replaceAll((key, text) -> key.endsWith("-file") && !text.startsWith("/") && !text.isEmpty()
                ? directory.resolve(text).toString()
                : text);

        SettingsException refused =
                catchThrowableOfType(SettingsException.class, () -> Settings.load(SettingsSources.only(settings)));

        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.problems().get(0).name()).isEqualTo(wrong.name());
        assertThat(refused).hasMessageContaining(wrong.words()).hasMessageNotContaining("canary");
        assertThat(refused.problems().get(0).remedy()).endsWith(".");
    }

    /** S30: whoever may list processes sees arguments. */
    @Test
    void s30NoSecretOfAFurtherRegistrationComesFromTheCommandLine() {
        SettingsException refused = catchThrowableOfType(
                SettingsException.class,
                () -> Settings.load(new SettingsSources(
                        with(Map.of("oauth.registrations", "partner", "oauth.partner.client-id", SECOND_ID)),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        Map.of("oauth.partner.client-secret", "canary"))));

        assertThat(refused)
                .hasMessageContaining("oauth.partner.client-secret-file")
                .hasMessageContaining("MAILCARAVAN_OAUTH_PARTNER_CLIENT_SECRET")
                .hasMessageNotContaining("canary");
    }

    private static String id(int number) {
        return number + "9999999-2222-4333-8444-555555555555";
    }

    private static Settings load(Map<String, String> settings) {
        return Settings.load(SettingsSources.only(with(settings)));
    }

    private static Map<String, String> with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(valid());
        all.putAll(others);
        return all;
    }

    private static Map<String, String> valid() {
        return Map.of(
                "oauth.tenant",
                TENANT,
                "oauth.client-id",
                FIRST_ID,
                "oauth.client-secret",
                "canary8Q~secret-value.of_the_client",
                "credential.key-ring-file",
                directory.resolve("key-ring.json").toString(),
                "content.directory",
                directory.resolve("content").toString(),
                "sink.files.directory",
                directory.resolve("inbox").toString());
    }
}
