package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.AuthorizationRequestUrlParameters;
import com.microsoft.aad.msal4j.ClaimsRequest;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.DeviceCode;
import com.microsoft.aad.msal4j.DeviceCodeFlowParameters;
import com.microsoft.aad.msal4j.IAccount;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.InteractionRequiredExceptionReason;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.microsoft.aad.msal4j.PublicClientApplication;
import com.microsoft.aad.msal4j.ResponseMode;
import com.microsoft.aad.msal4j.SilentParameters;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;

/** Microsoft's own client, msal4j, takes the authority for the real one when a person signs in. */
class MsalFidelityTest extends MsalJourney {
    private AppRegistration registration() {
        return tenant.directory().demoRegistration();
    }

    private ConfidentialClientApplication client(String secret) throws Exception {
        return on(ConfidentialClientApplication.builder(
                        registration().clientId(), ClientCredentialFactory.createFromSecret(secret)))
                .build();
    }

    private ConfidentialClientApplication client() throws Exception {
        return client(registration().credentials().secrets().get(0).value());
    }

    private ConfidentialClientApplication capableClient() throws Exception {
        return on(ConfidentialClientApplication.builder(
                        registration().clientId(),
                        ClientCredentialFactory.createFromSecret(
                                registration().credentials().secrets().get(0).value())))
                .clientCapabilities(Set.of("cp1"))
                .build();
    }

    /** Opens the address that msal4j made, signs in, accepts the consent, and reads the code from the redirect, which is not followed. */
    private String code(ConfidentialClientApplication client, String user) throws Exception {
        return code(client, user, wanted().build());
    }

    private static AuthorizationRequestUrlParameters.Builder wanted() {
        return AuthorizationRequestUrlParameters.builder(CALLBACK, GRAPH_SCOPES)
                .extraScopesToConsent(EWS_SCOPES)
                .responseMode(ResponseMode.QUERY)
                .state("state-of-msal")
                .nonce("nonce-of-msal")
                .codeChallenge(AuthorityJourney.CHALLENGE)
                .codeChallengeMethod("S256");
    }

    private String code(ConfidentialClientApplication client, String user, AuthorizationRequestUrlParameters wanted)
            throws Exception {
        URI address = client.getAuthorizationRequestUrl(wanted).toURI();
        HttpResponse<String> answer =
                browser.signIn(tenant.directory().tenantId(), Browser.query(address.toString()), user);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        Map<String, String> redirected = Browser.redirected(answer);
        assertThat(redirected).containsEntry("state", "state-of-msal");
        return redirected.get("code");
    }

    private IAuthenticationResult redeem(ConfidentialClientApplication client, String code) throws Exception {
        return await(client.acquireToken(AuthorizationCodeParameters.builder(code, URI.create(CALLBACK))
                .scopes(GRAPH_SCOPES)
                .codeVerifier(AuthorityJourney.VERIFIER)
                .build()));
    }

    private static IAuthenticationResult silently(
            ConfidentialClientApplication client, IAccount account, Set<String> scopes, boolean refresh)
            throws Exception {
        return await(client.acquireTokenSilently(
                SilentParameters.builder(scopes, account).forceRefresh(refresh).build()));
    }

    private static String refreshToken(ConfidentialClientApplication client) throws Exception {
        JsonNode tokens =
                new ObjectMapper().readTree(client.tokenCache().serialize()).path("RefreshToken");
        assertThat(tokens).as("msal4j keeps one refresh token for all APIs").hasSize(1);
        return tokens.iterator().next().path("secret").asText();
    }

    @Test
    void codeWithPkceIsRedeemedForAnAccountWithGraphAccess() throws Exception {
        ConfidentialClientApplication client = client();

        IAuthenticationResult result = redeem(client, code(client, email(0)));

        assertThat(result.account().username()).isEqualTo(email(0));
        assertThat(result.account().homeAccountId())
                .isEqualTo(tenant.directory().users().get(0).objectId() + "."
                        + tenant.directory().tenantId());
        assertThat(SignedJWT.parse(result.idToken()).getJWTClaimsSet().getStringClaim("nonce"))
                .isEqualTo("nonce-of-msal");
        assertThat(result.expiresOnDate().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(59)),
                        Instant.now().plus(Duration.ofMinutes(91)));
        VerifiedToken token = tenant.tokens().verify(result.accessToken(), Permission.GRAPH);
        assertThat(token.hasAnyScope("Mail.Read")).isTrue();
    }

    @Test
    void unforcedRequestIsAnsweredFromMsalsCacheByTheScopesGranted() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult first = redeem(client, code(client, email(1)));

        IAuthenticationResult again =
                silently(client, first.account(), Set.of(first.scopes().split(" ")), false);

        assertThat(again.accessToken()).isEqualTo(first.accessToken());
        assertThat(tokenCalls("refresh_token")).isZero();
    }

    @Test
    void forcedRefreshRotatesTheRefreshTokenAndGoesOnWithTheNewOne() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult first = redeem(client, code(client, email(1)));
        String before = refreshToken(client);

        IAuthenticationResult second = silently(client, first.account(), GRAPH_SCOPES, true);
        String between = refreshToken(client);
        silently(client, first.account(), GRAPH_SCOPES, true);

        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        assertThat(Set.of(before, between, refreshToken(client))).hasSize(3);
        assertThat(tokenCalls("authorization_code")).isEqualTo(1);
        assertThat(tokenCalls("refresh_token")).isEqualTo(2);
    }

    @Test
    void exchangeIsReachedSilentlyByTheSameRefreshToken() throws Exception {
        ConfidentialClientApplication client = client();
        IAuthenticationResult graph = redeem(client, code(client, email(2)));

        IAuthenticationResult exchange = silently(client, graph.account(), EWS_SCOPES, false);

        VerifiedToken token = tenant.tokens().verify(exchange.accessToken(), Permission.EXCHANGE);
        assertThat(token.scopes()).containsExactly("EWS.AccessAsUser.All");
        assertThat(AccessTokenVerifierTest.reasonFor(tenant, exchange.accessToken(), Permission.GRAPH))
                .isEqualTo(TokenRefusedException.Reason.WRONG_AUDIENCE);
        assertThat(exchange.account().homeAccountId()).isEqualTo(graph.account().homeAccountId());
        assertThat(tokenCalls("refresh_token")).isEqualTo(1);
    }

    @Test
    void wrongSecretIsAServiceExceptionThatNamesAadsts7000215() throws Exception {
        ConfidentialClientApplication client = client("guess");
        String code = code(client, email(3));

        MsalServiceException refused = catchThrowableOfType(MsalServiceException.class, () -> redeem(client, code));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.errorCode()).isEqualTo("invalid_client");
        assertThat(refused).hasMessageStartingWith("AADSTS7000215: ").hasMessageContaining("\r\nTrace ID: ");
        assertThat(refused.correlationId()).matches("[0-9a-f-]{36}");
    }

    @Test
    void revokedGrantAndRemovedConsentAskForThePerson() throws Exception {
        ConfidentialClientApplication client = client();
        IAccount account = redeem(client, code(client, email(4))).account();
        String objectId = tenant.directory().findUser(email(4)).orElseThrow().objectId();

        browser.postJson(
                "/sandbox/control/entra/remove-consent",
                "{\"user\":\"" + objectId + "\",\"resource\":\"https://outlook.office365.com\"}");
        MsalInteractionRequiredException unconsented = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> silently(client, account, EWS_SCOPES, false));
        browser.postJson("/sandbox/control/entra/revoke", "{\"user\":\"" + objectId + "\"}");
        MsalInteractionRequiredException revoked = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> silently(client, account, GRAPH_SCOPES, true));

        assertThat(unconsented).hasMessageStartingWith("AADSTS65001: ");
        assertThat(unconsented.reason()).isEqualTo(InteractionRequiredExceptionReason.CONSENT_REQUIRED);
        assertThat(revoked).hasMessageStartingWith("AADSTS50173: ");
    }

    @Test
    void transientTroubleIsNoReasonToSignInAnew() throws Exception {
        ConfidentialClientApplication client = client();
        IAccount account = redeem(client, code(client, email(5))).account();
        browser.postJson(
                "/sandbox/control/faults",
                "{\"kind\":\"token:refresh_token\",\"times\":\"always\",\"fault\":{\"type\":\"aadsts\",\"code\":90033}}");

        try {
            MsalServiceException busy = catchThrowableOfType(
                    MsalServiceException.class, () -> silently(client, account, GRAPH_SCOPES, true));

            assertThat(busy).isNotInstanceOf(MsalInteractionRequiredException.class);
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(busy.errorCode()).isEqualTo("temporarily_unavailable");
        } finally {
            tenant.faults().clear();
        }
    }

    private String challengeOf(String token) {
        return catchThrowableOfType(
                        TokenRefusedException.class, () -> tenant.tokens().verify(token, Permission.GRAPH))
                .claims()
                .orElseThrow();
    }

    private static IAuthenticationResult answering(
            ConfidentialClientApplication client, IAccount account, String challenge) throws Exception {
        return await(client.acquireTokenSilently(SilentParameters.builder(GRAPH_SCOPES, account)
                .claims(ClaimsRequest.formatAsClaimsRequest(challenge))
                .build()));
    }

    @Test
    void claimsChallengeIsMetBySilentRefreshOrIfSternByASignInWithItsClaims() throws Exception {
        ConfidentialClientApplication client = capableClient();
        IAuthenticationResult first = redeem(client, code(client, email(0)));
        String objectId = tenant.directory().findUser(email(0)).orElseThrow().objectId();
        tenant.authority().challenge(objectId, false);

        IAuthenticationResult renewed = answering(client, first.account(), challengeOf(first.accessToken()));

        assertThat(tenant.tokens()
                        .verify(renewed.accessToken(), Permission.GRAPH)
                        .objectId())
                .isEqualTo(objectId);
        tenant.authority().challenge(objectId, true);
        String stern = challengeOf(renewed.accessToken());
        MsalInteractionRequiredException refused = catchThrowableOfType(
                MsalInteractionRequiredException.class, () -> answering(client, first.account(), stern));
        assertThat(refused.reason()).isEqualTo(InteractionRequiredExceptionReason.BASIC_ACTION);
        assertThat(refused.claims()).isEqualTo(stern);
        AuthorizationRequestUrlParameters again =
                wanted().claimsChallenge(refused.claims()).build();
        IAuthenticationResult last = redeem(client, code(client, email(0), again));
        assertThat(tenant.tokens().verify(last.accessToken(), Permission.GRAPH).objectId())
                .isEqualTo(objectId);
    }

    private PublicClientApplication device() throws Exception {
        return on(PublicClientApplication.builder(
                        tenant.directory().deviceRegistration().clientId()))
                .build();
    }

    private HttpResponse<String> answerDevice(DeviceCode code, String user, String action) {
        HttpResponse<String> signIn = browser.post("/devicelogin", Map.of("otc", code.userCode()));
        String at = "/" + tenant.directory().tenantId();
        HttpResponse<String> page = browser.post(at + "/login", Map.of("ctx", Browser.ctx(signIn), "login", user));
        return browser.post(at + "/consent", Map.of("ctx", Browser.ctx(page), "action", action));
    }

    @Test
    void deviceIsPolledForUntilThePersonAcceptsAndRefreshesWithoutASecret() throws Exception {
        tenant.authority().devicePolling(Duration.ofSeconds(1), false);
        PublicClientApplication client = device();
        CompletableFuture<DeviceCode> shown = new CompletableFuture<>();
        CompletableFuture<IAuthenticationResult> waiting = client.acquireToken(
                DeviceCodeFlowParameters.builder(GRAPH_SCOPES, shown::complete).build());
        DeviceCode code = shown.get(60, TimeUnit.SECONDS);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> tokenCalls("device_code") > 0);

        assertThat(answerDevice(code, email(3), "accept").body()).contains("You have signed in");

        IAuthenticationResult result = await(waiting);
        assertThat(code.verificationUri()).endsWith("/devicelogin");
        assertThat(code.message()).contains(code.userCode());
        assertThat(result.account().username()).isEqualTo(email(3));
        IAuthenticationResult refreshed =
                await(client.acquireTokenSilently(SilentParameters.builder(GRAPH_SCOPES, result.account())
                        .forceRefresh(true)
                        .build()));
        assertThat(refreshed.accessToken()).isNotEqualTo(result.accessToken());
    }

    @Test
    void declinedDeviceIsAServiceException() throws Exception {
        PublicClientApplication client = device();

        MsalServiceException declined = catchThrowableOfType(
                MsalServiceException.class,
                () -> await(client.acquireToken(
                        DeviceCodeFlowParameters.builder(GRAPH_SCOPES, code -> answerDevice(code, email(1), "cancel"))
                                .build())));

        assertThat(declined.errorCode()).isEqualTo("authorization_declined");
    }
}
