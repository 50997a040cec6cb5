package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.testing.SelfSigned;

/** Two credentials while one takes the place of the other; and none at all. */
class ProvingTokenEndpointTest {
    private static final URI ANYWHERE = URI.create("https://login.microsoftonline.com");

    @TempDir
    private Path directory;

    private final List<String> tried = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"AADSTS7000215", "AADSTS7000222", "AADSTS700027", "invalid_client"})
    void theOtherOneIsTriedOnceAtOnceAndRemembered(String code) {
        TokenEndpoint endpoint = endpoint("new\nold", secret -> secret.equals("old") ? granted() : refused(code));

        assertThat(ask(endpoint)).isInstanceOf(TokenOutcome.Granted.class);
        assertThat(tried).containsExactly("new", "old");
        assertThat(ask(endpoint)).isInstanceOf(TokenOutcome.Granted.class);
        assertThat(tried).containsExactly("new", "old", "old");
    }

    @Test
    void ifNeitherIsTakenTheFirstRefusalIsToldAndNothingIsRemembered() {
        TokenEndpoint endpoint =
                endpoint("new\nold", secret -> refused(secret.equals("new") ? "AADSTS7000215" : "AADSTS7000222"));

        for (int times = 1; times <= 2; times++) {
            assertThat(ask(endpoint)).isEqualTo(refused("AADSTS7000215"));
        }
        assertThat(tried).containsExactly("new", "old", "new", "old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AADSTS700016", "AADSTS90002", "unauthorized_client"})
    void anotherRefusalIsNoReasonToTryAnotherSecret(String code) {
        assertThat(ask(endpoint("new\nold", secret -> refused(code)))).isEqualTo(refused(code));
        assertThat(tried).containsExactly("new");
    }

    @Test
    void oneSecretCausesOneRequest() {
        assertThat(ask(endpoint("only", secret -> refused("AADSTS7000215")))).isEqualTo(refused("AADSTS7000215"));
        assertThat(tried).containsExactly("only");
    }

    @Test
    void aServerThatFailsWhileTheOtherIsTriedDecidesNothing() {
        TokenOutcome later = new TokenOutcome.TryLater(Optional.empty(), "busy");
        TokenEndpoint endpoint =
                endpoint("new\nold", secret -> secret.equals("old") ? later : refused("AADSTS7000215"));

        assertThat(ask(endpoint)).isEqualTo(later);
        assertThat(ask(endpoint)).isEqualTo(later);
        assertThat(tried).containsExactly("new", "old", "new", "old");
    }

    @Test
    void aGrantThatIsGoneShowsThatTheOtherSecretWasTaken() {
        TokenOutcome gone = new TokenOutcome.ConsentRequired("AADSTS50173", "again");
        TokenEndpoint endpoint = endpoint("new\nold", secret -> secret.equals("old") ? gone : refused("AADSTS7000222"));

        assertThat(ask(endpoint)).isEqualTo(gone);
        assertThat(ask(endpoint)).isEqualTo(gone);
        assertThat(tried).containsExactly("new", "old", "old");
    }

    @Test
    void aProofThatCannotBeMadeIsARefusalThatNamesTheSettingAndNothingIsSent() {
        Path missing = directory.resolve("missing");
        TokenEndpoint endpoint = endpoint(
                new ClientSecretFile(ProofSource.file("oauth.client-secret-file", missing)), secret -> granted());

        TokenOutcome outcome = ask(endpoint);

        assertThat(outcome).isInstanceOfSatisfying(TokenOutcome.Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo("client_authentication");
            assertThat(refused.remedy()).startsWith("oauth.client-secret-file cannot be read");
        });
        assertThat(tried).isEmpty();
    }

    private static TokenOutcome ask(TokenEndpoint endpoint) {
        return endpoint.request(TokenRequest.clientCredentials("default", "s/.default"));
    }

    private TokenEndpoint endpoint(String file, Function<String, TokenOutcome> server) {
        Path path = SelfSigned.write(directory.resolve("secret"), file);
        return endpoint(new ClientSecretFile(ProofSource.file("oauth.client-secret-file", path)), server);
    }

    private TokenEndpoint endpoint(ClientAuthentication authentication, Function<String, TokenOutcome> server) {
        OAuthSettings settings = new OAuthSettings(
                List.of(new AppRegistration(
                        "default",
                        ClientMode.APP_ONLY,
                        ANYWHERE,
                        FakeAuthority.TENANT,
                        FakeAuthority.CLIENT,
                        authentication,
                        Set.of(),
                        Set.of())),
                new PublicAddress(URI.create("https://m.example.com"), PublicAddress.CREATIO_CALLBACK_PATH),
                OAuthSettings.ResourceAddresses.GLOBAL,
                new MailboxDefaults(ConnectProtocol.AUTO, List.of("inbox"), true),
                false,
                Optional.empty(),
                false);
        try (HttpGateway http = new HttpGateway(Duration.ofSeconds(1))) {
            Registrations registrations = new Registrations(settings, http, Clock.systemUTC());
            return new ProvingTokenEndpoint(request -> answer(request, server), registrations);
        }
    }

    private TokenOutcome answer(TokenRequest request, Function<String, TokenOutcome> server) {
        Map<String, String> fields =
                request.proof().orElseThrow().fields(FakeAuthority.CLIENT, URI.create(ANYWHERE + "/token"));
        tried.add(fields.get("client_secret"));
        return server.apply(fields.get("client_secret"));
    }

    private static TokenOutcome refused(String code) {
        return new TokenOutcome.Refused(code, "remedy");
    }

    private static TokenOutcome granted() {
        return new TokenOutcome.Granted(
                Secret.of("t"), Set.of(), Optional.empty(), Optional.empty(), Duration.ofHours(1));
    }
}
