package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bad id_tokens of S13, each wrong in exactly one way. */
class HostileIdTokenTest extends AuthorityJourney {
    private String spoiled(String fault) {
        control("entra/id-token", "{\"fault\":\"" + fault + "\"}");
        return granted().path("id_token").asText();
    }

    private static JWTClaimsSet claims(String token) throws Exception {
        return JWTParser.parse(token).getJWTClaimsSet();
    }

    /** Whether a published key with the token's kid verifies it; empty if there is no such key. */
    private Optional<Boolean> verifies(String token) throws Exception {
        SignedJWT jwt = SignedJWT.parse(token);
        JWKSet keys = JWKSet.parse(
                browser.get("/" + tenantId() + "/discovery/v2.0/keys").body());
        JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
        return key == null
                ? Optional.empty()
                : Optional.of(jwt.verify(new RSASSAVerifier(key.toRSAKey().toRSAPublicKey())));
    }

    @Test
    void goodOneVerifiesAndFaultsPassAfterTheirTimes() throws Exception {
        spoiled("ALG_NONE");
        browser.forgetCookies();

        assertThat(verifies(granted().path("id_token").asText())).hasValue(true);
    }

    @Test
    void wrongAudienceIsSignedWell() throws Exception {
        String token = spoiled("wrong-audience");

        assertThat(claims(token).getAudience()).doesNotContain(demo().clientId());
        assertThat(verifies(token)).hasValue(true);
    }

    @Test
    void nonceIsWrongOrMissing() throws Exception {
        assertThat(claims(spoiled("WRONG_NONCE")).getStringClaim("nonce")).isNotEqualTo("n-0S6_WzA2Mj");
        browser.forgetCookies();
        assertThat(claims(spoiled("NO_NONCE")).getClaim("nonce")).isNull();
    }

    @Test
    void otherTenantIsConsistentInItself() throws Exception {
        JWTClaimsSet claims = claims(spoiled("WRONG_TENANT"));

        assertThat(claims.getStringClaim("tid")).isNotEqualTo(tenantId());
        assertThat(claims.getIssuer()).contains(claims.getStringClaim("tid"));
    }

    @Test
    void issuerOrTimeAreWrong() throws Exception {
        assertThat(claims(spoiled("WRONG_ISSUER")).getIssuer())
                .doesNotStartWith(tenant.server().httpUrl().toString());
        browser.forgetCookies();
        assertThat(claims(spoiled("EXPIRED")).getExpirationTime().toInstant()).isBefore(clock.instant());
    }

    @Test
    void signatureIsWrongUnknownOrAbsent() throws Exception {
        assertThat(verifies(spoiled("WRONG_SIGNATURE"))).hasValue(false);
        browser.forgetCookies();
        assertThat(verifies(spoiled("UNKNOWN_KEY"))).isEmpty();
        browser.forgetCookies();
        assertThat(JWTParser.parse(spoiled("ALG_NONE"))).isInstanceOf(PlainJWT.class);
    }
}
