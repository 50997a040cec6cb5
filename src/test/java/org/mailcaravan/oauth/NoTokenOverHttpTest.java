package org.mailcaravan.oauth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;

/** Tokens are for routes of the same process: no HTTP endpoint hands them out. */
@ExtendWith(SharedConnect.class)
class NoTokenOverHttpTest {
    static final ConnectFixture fixture = SharedConnect.fixture();

    @BeforeEach
    void reset() {
        fixture.reset();
    }

    @Test
    void noAnswerOfAnyEndpointHoldsATokenOfAConnectedMailbox() {
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "&protocol=ews");
        browser.get(link);
        browser.press(link);
        List<HttpResponse<String>> answers = new ArrayList<>(List.of(browser.comeBack()));
        Mailbox mailbox = fixture.mailboxes.only();
        Set<String> secrets =
                secrets(fixture.credentials.find(mailbox.credential()).orElseThrow());
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(2);

        List<String> paths = endpoints();
        assertThat(paths).hasSizeGreaterThanOrEqualTo(5);
        for (String path : paths) {
            for (String method : List.of("GET", "POST", "PUT", "DELETE", "OPTIONS")) {
                answers.add(browser.send(
                        method,
                        path + "?mailbox=" + mailbox.id() + "&credential=" + mailbox.credential() + "&resource=GRAPH",
                        "Authorization",
                        "Bearer " + ConnectFixture.API_TOKEN,
                        MicrosoftTokens.MAILBOX_ID,
                        mailbox.id().toString()));
            }
        }

        for (HttpResponse<String> answer : answers) {
            assertThat(answer.body() + answer.headers().map())
                    .doesNotContain(secrets)
                    .doesNotContain("CANARY-access", "CANARY-refresh");
        }
    }

    @Test
    void onlyTheProtocolsAndTheGuardedBeanAskForTokens() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.mailcaravan.graph.GraphClient")
                .and()
                .doNotHaveFullyQualifiedName("org.mailcaravan.ews.EwsClient")
                .and()
                .doNotHaveFullyQualifiedName(MicrosoftTokens.class.getName())
                .should()
                .callMethod(AccessTokens.class, "acquire", CredentialId.class, Resource.class)
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("org.mailcaravan"));
    }

    @Test
    void noRouteFileThatListensToHttpNamesTheTokens() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".yaml")).toList()) {
                String yaml = Files.readString(file);
                if (yaml.contains("platform-http:")) {
                    assertThat(yaml).as("%s", file).doesNotContain("microsoftTokens", "microsoft-api", "accessTokens");
                }
            }
        }
    }

    private static List<String> endpoints() {
        return fixture.main.getCamelContext().getEndpoints().stream()
                .filter(PlatformHttpEndpoint.class::isInstance)
                .map(endpoint -> ((PlatformHttpEndpoint) endpoint).getPath())
                .distinct()
                .toList();
    }

    private static Set<String> secrets(MailboxCredential credential) {
        return Stream.of(
                        credential.refreshToken().stream(),
                        credential.graphToken().stream().map(token -> token.value()),
                        credential.exchangeToken().stream().map(token -> token.value()))
                .flatMap(one -> one)
                .map(Secret::value)
                .collect(Collectors.toSet());
    }
}
