package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.entra.TokenRefusedException.Reason;

/** What Graph and EWS of the sandbox rely on when they check a token. */
class AccessTokenVerifierTest extends AuthorityJourney {
    static Reason reasonFor(SandboxTenant tenant, String token, String audience) {
        try {
            tenant.tokens().verify(token, audience);
        } catch (TokenRefusedException e) {
            return e.reason();
        }
        throw new AssertionError("the token was accepted");
    }

    private String graphToken() {
        return granted().path("access_token").asText();
    }

    @Test
    void goodTokenSaysWhoAndWhat() throws Exception {
        VerifiedToken token = tenant.tokens().verify(graphToken(), Permission.GRAPH);

        assertThat(token.tenantId()).isEqualTo(tenantId());
        assertThat(token.objectId()).isEqualTo(user.objectId());
        assertThat(token.userPrincipalName()).isEqualTo(user.userPrincipalName());
        assertThat(token.appId()).isEqualTo(demo().clientId());
        assertThat(token.hasAnyScope("mail.read")).isTrue();
        assertThat(token.hasAnyScope("Mail.Send", "EWS.AccessAsUser.All")).isFalse();
    }

    @Test
    void tokenOfOneApiIsRefusedByTheOther() {
        assertThat(reasonFor(tenant, graphToken(), Permission.EXCHANGE)).isEqualTo(Reason.WRONG_AUDIENCE);
    }

    @Test
    void idTokenIsNoAccessToken() {
        assertThat(reasonFor(tenant, granted().path("id_token").asText(), Permission.GRAPH))
                .isEqualTo(Reason.WRONG_AUDIENCE);
    }

    @Test
    void forgedOrGarbledTokensAreRefused() throws Exception {
        String good = graphToken();
        String forged = TokenFactory.sign(SignedJWT.parse(good).getJWTClaimsSet(), SigningKeys.newKey());

        assertThat(reasonFor(tenant, forged, Permission.GRAPH)).isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(reasonFor(tenant, "no.jwt", Permission.GRAPH)).isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(reasonFor(tenant, good.substring(0, good.lastIndexOf('.') + 1), Permission.GRAPH))
                .isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void tokensCanBeExpiredOrRevokedBeforeTheirTime() {
        String expired = graphToken();
        control("entra/expire", "{\"user\":\"" + user.objectId() + "\"}");
        browser.forgetCookies();
        String revoked = graphToken();
        control("entra/revoke", "{\"user\":\"" + user.objectId() + "\",\"accessTokens\":true}");

        assertThat(reasonFor(tenant, expired, Permission.GRAPH)).isEqualTo(Reason.EXPIRED);
        assertThat(reasonFor(tenant, revoked, Permission.GRAPH)).isEqualTo(Reason.REVOKED);
    }

    @Test
    void revokingTheGrantAloneLeavesAccessTokensToTheirEnd() throws Exception {
        String token = graphToken();
        control("entra/revoke", "{\"user\":\"" + user.objectId() + "\"}");

        assertThat(tenant.tokens().verify(token, Permission.GRAPH).objectId()).isEqualTo(user.objectId());
    }

    @Test
    void tokensSurviveAKeyRollOverAsLongAsTheOldKeyIsPublished() throws Exception {
        String token = graphToken();

        control("entra/rotate-keys", "{}");
        assertThat(tenant.tokens().verify(token, Permission.GRAPH).objectId()).isEqualTo(user.objectId());

        control("entra/rotate-keys", "{\"keepOld\":false}");
        assertThat(reasonFor(tenant, token, Permission.GRAPH)).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void missingHeaderIsTold() {
        tenant.server().mount("/probe", exchange -> {
            try {
                tenant.tokens().verify(exchange, Permission.GRAPH);
                exchange.sendResponseHeaders(204, -1);
            } catch (TokenRefusedException e) {
                exchange.getResponseHeaders().set("X-Reason", e.reason().name());
                exchange.sendResponseHeaders(401, -1);
            }
        });
        String token = tenant.authority().accessToken(user, demo(), Permission.GRAPH, Set.of(Permission.MAIL_READ));

        HttpResponse<String> without = browser.get("/probe");
        HttpResponse<String> with = browser.send(browser.request("/probe").header("Authorization", "Bearer " + token));

        assertThat(without.headers().firstValue("X-Reason")).hasValue("MISSING");
        assertThat(with.statusCode()).isEqualTo(204);
    }
}
