package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.oauth.FakeAuthority.error;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.testing.ScriptedHttpServer;

/** The route oauth-token: what goes out, and what each answer means. */
@ExtendWith(SharedConnect.class)
class TokenRouteTest {
    static final ConnectFixture fixture = SharedConnect.fixture();
    final TokenEndpoint endpoint = new RouteTokenEndpoint(fixture.main.getCamelContext());

    @BeforeEach
    void reset() {
        fixture.reset();
    }

    @Test
    void aRefreshCarriesTheClientItsSecretAndOneResource() {
        TokenOutcome outcome = request(fixture.authority.granted("Mail.Read"));
        assertThat(outcome).isInstanceOfSatisfying(TokenOutcome.Granted.class, granted -> {
            assertThat(granted.expiresIn()).isEqualTo(Duration.ofHours(1));
            assertThat(granted.scopes()).containsExactly("Mail.Read");
            assertThat(granted.refreshToken()).isPresent();
        });
        ScriptedHttpServer.Asked asked = fixture.authority
                .server
                .asked()
                .get(fixture.authority.server.asked().size() - 1);
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).doesNotContain("?");
        assertThat(asked.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(asked.header("client-request-id")).hasSize(36);
        assertThat(FakeAuthority.form(asked.body()))
                .containsOnlyKeys("client_id", "client_secret", "grant_type", "refresh_token", "scope")
                .containsEntry("client_secret", ConnectFixture.CLIENT_SECRET)
                .containsEntry("refresh_token", "CANARY r&=+");
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_grant,70008,ConsentRequired",
        "400,invalid_grant,700082,ConsentRequired",
        "400,invalid_grant,50173,ConsentRequired",
        "400,invalid_grant,65001,ConsentRequired",
        "400,invalid_grant,50057,ConsentRequired",
        "400,interaction_required,53003,ConsentRequired",
        "400,interaction_required,50076,ConsentRequired",
        "400,invalid_grant,54005,Refused",
        "401,invalid_client,7000215,Refused",
        "401,invalid_client,7000222,Refused",
        "400,unauthorized_client,700016,Refused",
        "400,invalid_request,90002,Refused",
        "400,invalid_resource,28000,Refused",
        "400,invalid_scope,70011,Refused",
        "400,something_new,12345678,Refused",
        "400,invalid_grant,12345678,ConsentRequired",
        "400,temporarily_unavailable,90033,TryLater",
        "400,server_error,12345678,TryLater",
        "400,invalid_grant,80002,TryLater",
        "400,invalid_grant,50196,TryLater",
        "503,whatever,12345678,TryLater",
        "429,whatever,12345678,TryLater"
    })
    void everyErrorHasItsEnd(int status, String error, int number, String end) {
        TokenOutcome outcome = request(error(status, error, number));
        assertThat(outcome.getClass().getSimpleName()).isEqualTo(end);
        assertThat(outcome.toString()).doesNotContain("CANARY");
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            assertThat(needed.code()).isEqualTo("AADSTS" + number);
            assertThat(needed.remedy()).isNotBlank();
        }
    }

    @Test
    void aSecretsIdInsteadOfItsValueIsNamed() {
        assertThat(request(error(401, "invalid_client", 7000215)))
                .isEqualTo(
                        new TokenOutcome.Refused(
                                "AADSTS7000215",
                                "The client secret is wrong: paste the secret's value, not its id (the value is shown only once)."));
    }

    @Test
    void retryAfterIsTakenInSecondsAndAsADate() {
        assertThat(after("7")).contains(Duration.ofSeconds(7));
        ZonedDateTime date = fixture.clock.instant().plusSeconds(30).atZone(ZoneOffset.UTC);
        assertThat(after(DateTimeFormatter.RFC_1123_DATE_TIME.format(date))).contains(Duration.ofSeconds(30));
        assertThat(after("soon")).isEmpty();
        assertThat(after("999999999")).contains(Duration.ofHours(24));
    }

    @Test
    void s12S44NoRedirectIsFollowedAndNothingIsRepeated() {
        try (ScriptedHttpServer elsewhere = new ScriptedHttpServer()) {
            int before = fixture.authority.tokenCalls().size();
            for (int redirect : new int[] {301, 302, 303, 307, 308}) {
                assertThat(request(status(redirect, "text/html", "moved", "Location", elsewhere.url() + "/token")))
                        .isInstanceOf(TokenOutcome.TryLater.class);
            }
            assertThat(request(status(503, "text/plain", "busy", "Retry-After", "1")))
                    .isEqualTo(new TokenOutcome.TryLater(
                            Optional.of(Duration.ofSeconds(1)),
                            "the token endpoint answers status 503 without a JSON object"));
            assertThat(elsewhere.asked()).isEmpty();
            assertThat(fixture.authority.tokenCalls()).hasSize(before + 6);
        }
    }

    @Test
    void s37AnEndlessAnswerIsCutOffAtOneMegabyte() {
        TokenOutcome outcome = request(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[64 * 1024];
            java.util.Arrays.fill(part, (byte) ' ');
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(part);
            }
        });
        assertThat(outcome).isInstanceOf(TokenOutcome.TryLater.class);
    }

    @Test
    void noCookieOfTheEndpointComesBack() {
        request(status(200, "application/json", "{}", "Set-Cookie", "fpc=CANARY; path=/"));
        request(json("{}"));
        assertThat(fixture.authority
                        .server
                        .asked()
                        .get(fixture.authority.server.asked().size() - 1)
                        .header("Cookie"))
                .isEmpty();
    }

    @Test
    void oddButUsableAnswersAreUnderstood() {
        TokenOutcome outcome = request(
                json("{\"token_type\":\"bearer\",\"access_token\":\"t\",\"scope\":\" a  b a \",\"refresh_in\":1}"));
        assertThat(outcome).isInstanceOfSatisfying(TokenOutcome.Granted.class, granted -> {
            assertThat(granted.scopes()).containsExactlyInAnyOrder("a", "b");
            assertThat(granted.expiresIn()).isEqualTo(Duration.ofMinutes(10));
            assertThat(granted.refreshToken()).isEmpty();
        });
        assertThat(request(json("{\"token_type\":\"Bearer\",\"access_token\":\"t\\r\\nX: y\"}")))
                .isInstanceOf(TokenOutcome.TryLater.class);
        assertThat(request(json("{\"token_type\":\"mac\",\"access_token\":\"t\"}")))
                .isInstanceOf(TokenOutcome.TryLater.class);
    }

    @Test
    void s17AnAssertionIsMadeForTheTokenEndpointOfTheMetadata() {
        fixture.authority.tokenScript.add(fixture.authority.granted("Mail.Read"));
        ClientAuthentication audience =
                (clientId, tokenEndpoint) -> Map.of("client_assertion", clientId + " for " + tokenEndpoint);
        endpoint.request(TokenRequest.clientCredentials("default", "s/.default").provenBy(audience));
        assertThat(fixture.authority
                        .tokenCalls()
                        .get(fixture.authority.tokenCalls().size() - 1))
                .containsOnlyKeys("client_id", "client_assertion", "grant_type", "scope")
                .containsEntry(
                        "client_assertion",
                        FakeAuthority.CLIENT + " for " + fixture.authority.metadata.get("token_endpoint"));
    }

    @Test
    void aProofThatFailsWhileTheRequestIsWrittenIsARefusalAndNoFailedRoute() {
        int before = fixture.authority.tokenCalls().size();
        ClientAuthentication broken = (clientId, tokenEndpoint) -> {
            throw new ClientProofException("oauth.client-key", Optional.empty(), "cannot sign", "Make a new one.");
        };
        assertThat(endpoint.request(
                        TokenRequest.clientCredentials("default", "s/.default").provenBy(broken)))
                .isEqualTo(new TokenOutcome.Refused(
                        "client_authentication", "oauth.client-key cannot sign. Make a new one."));
        assertThat(fixture.authority.tokenCalls()).hasSize(before);
    }

    private Optional<Duration> after(String header) {
        TokenOutcome outcome = request(status(429, "text/plain", "slow down", "Retry-After", header));
        return ((TokenOutcome.TryLater) outcome).after();
    }

    private TokenOutcome request(ScriptedHttpServer.Answer answer) {
        fixture.authority.tokenScript.add(answer);
        return endpoint.request(TokenRequest.refresh("default", Secret.of("CANARY r&=+"), "s offline_access"));
    }
}
