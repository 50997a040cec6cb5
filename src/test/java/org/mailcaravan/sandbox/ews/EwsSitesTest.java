package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Mailboxes in the cloud and on the organisation's own server, and Autodiscover, which tells where they are. */
class EwsSitesTest {
    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static void control(String operation, String json) throws Exception {
        assertThat(ControlCall.post(sandbox.tenant, operation, json)).isEqualTo(200);
    }

    private void moveToTheServer() throws Exception {
        control("ews/mailbox", "{\"mailbox\": \"" + mailbox.ownerId() + "\", \"onPremises\": true}");
    }

    private EwsClient onPremises(String audience) {
        SandboxUser user = new SandboxUser(
                mailbox.ownerId().toString(),
                mailbox.userPrincipalName(),
                mailbox.displayName(),
                Optional.empty(),
                true);
        String token = sandbox.tenant
                .authority()
                .accessToken(
                        user,
                        sandbox.tenant.directory().demoRegistration(),
                        audience,
                        Set.of(new Permission(audience, "EWS.AccessAsUser.All", Permission.Kind.DELEGATED, "")));
        return new EwsClient(sandbox.tenant.server().httpUrl(), token, "/onpremises/EWS/Exchange.asmx");
    }

    @Test
    void serverHasItsOwnMailboxesAndItsOwnAudience() throws Exception {
        EwsClient server = onPremises(Permission.EXCHANGE_SERVER);
        assertThat(server.getFolder("IdOnly", distinguished("inbox")).faultCode())
                .isEqualTo("ErrorNonExistentMailbox");

        moveToTheServer();

        EwsClient.Reply reply = server.getFolder("IdOnly", distinguished("inbox"));
        assertThat(reply.codes()).containsExactly("NoError");
        assertThat(reply.all(TYPES, "ServerVersionInfo").get(0).getAttribute("MinorVersion"))
                .isEqualTo("2");
        assertThat(sandbox.client(mailbox)
                        .getFolder("IdOnly", distinguished("inbox"))
                        .faultCode())
                .isEqualTo("ErrorNonExistentMailbox");
        EwsClient.Reply refused = onPremises(Permission.EXCHANGE).getFolder("IdOnly", distinguished("inbox"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("x-ms-diagnostics")).contains("invalid_resource");
    }

    @Test
    void policyOfTheCloudDoesNotConcernTheServer() throws Exception {
        moveToTheServer();
        control("ews/policy", "{\"enabled\": false}");
        try {
            assertThat(onPremises(Permission.EXCHANGE_SERVER)
                            .getFolder("IdOnly", distinguished("inbox"))
                            .status())
                    .isEqualTo(200);
        } finally {
            control("ews/policy", "{}");
        }
    }

    private HttpResponse<String> discover(String pathAndQuery) throws Exception {
        URI uri = URI.create(sandbox.tenant.server().httpUrl() + pathAndQuery);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private String asked() {
        return "/autodiscover/autodiscover.json/v1.0/" + mailbox.userPrincipalName() + "?Protocol=EWS";
    }

    @Test
    void autodiscoverTellsTheAddressByEitherForm() throws Exception {
        String url =
                "{\"Protocol\":\"EWS\",\"Url\":\"" + sandbox.tenant.server().httpUrl() + "/EWS/Exchange.asmx\"}";

        assertThat(discover(asked()).body()).isEqualTo(url);
        assertThat(discover("/autodiscover/autodiscover.json?Email=" + mailbox.userPrincipalName()
                                + "&Protocol=ews&RedirectCount=1")
                        .body())
                .isEqualTo(url);
    }

    @Test
    void autodiscoverLeadsToTheOtherSite() throws Exception {
        moveToTheServer();

        HttpResponse<String> reply = discover(asked());

        String there = reply.headers().firstValue("Location").orElse("");
        assertThat(reply.statusCode()).isEqualTo(302);
        assertThat(there)
                .startsWith("http://localhost:")
                .contains("/onpremises/autodiscover/autodiscover.json/v1.0/")
                .endsWith("?Protocol=EWS");
        assertThat(discover(URI.create(there).getRawPath() + "?Protocol=EWS").body())
                .contains("/onpremises/EWS/Exchange.asmx");
    }

    @Test
    void redirectsAndAddressesAreThoseThatWereSet() throws Exception {
        String id = mailbox.ownerId().toString();
        control("ews/autodiscover", "{\"mailbox\": \"" + id + "\", \"redirect\": \"https://evil.example/{email}\"}");
        assertThat(discover(asked()).headers().firstValue("Location"))
                .contains("https://evil.example/" + mailbox.userPrincipalName());

        control("ews/autodiscover", "{\"mailbox\": \"" + id + "\", \"url\": \"https://evil.example/ews\"}");
        assertThat(discover(asked()).body()).contains("https://evil.example/ews");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.0/nobody@caravan.example?Protocol=EWS, 404, UserNotFound",
        "/v1.0/nobody@caravan.example?Protocol=Pop, 400, InvalidProtocol",
        "/v1.0/nobody@caravan.example, 400, MandatoryParameterMissing",
        "/v1.0/nobody?Protocol=EWS, 400, InvalidUserId"
    })
    void wrongQuestionsAreTold(String asked, int status, String code) throws Exception {
        HttpResponse<String> reply = discover("/autodiscover/autodiscover.json" + asked);

        assertThat(reply.statusCode()).isEqualTo(status);
        assertThat(reply.body()).contains("\"ErrorCode\":\"" + code + "\"");
    }
}
