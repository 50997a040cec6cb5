package org.mailcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsChallengeTest { // F29
    private static final String JSON = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1792?>ÿ\"}}}";
    private static final byte[] BYTES = JSON.getBytes(StandardCharsets.UTF_8);
    private static final String STANDARD = Base64.getEncoder().encodeToString(BYTES);
    private static final String URL_SAFE =
            Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES);

    private static Optional<String> claims(String... values) {
        return ClaimsChallenge.of(HttpHeaders.of(Map.of("WWW-Authenticate", List.of(values)), (name, value) -> true));
    }

    @Test
    void graphsChallengeIsRead() {
        assertThat(claims("Bearer realm=\"\", authorization_uri=\"https://login.example/common/oauth2/authorize\","
                        + " client_id=\"00000003-0000-0000-c000-000000000000\", error=\"insufficient_claims\", claims=\""
                        + STANDARD + "\""))
                .contains(JSON);
    }

    @Test
    void itIsFoundAmongOtherChallengesInOneHeaderOrInSeveral() {
        String bearer = "bearer\tclaims = \"" + URL_SAFE + "\"";
        String decoy = "PoP nonce=\"a, Bearer claims=\\\"e30=\\\"\", claims=\"e30=\"";

        assertThat(claims("Negotiate YWJj==", "Basic realm=\"x\"", "Bearer realm=\"\"", bearer))
                .contains(JSON);
        assertThat(claims(decoy + ", Negotiate YWJj==, " + bearer)).contains(JSON);
        assertThat(claims("Bearer claims=" + STANDARD + ", PoP claims=\"e30=\""))
                .contains(JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer error=\"insufficient_claims\"",
                "Bearer claims",
                "Bearer claims=",
                "Bearer claims=\"",
                "Bearer claims=\"\\",
                "Bearer claims=\"%%%\"",
                "Bearer claims=\"YWJj\"",
                "Bearer claims=\"W10=\"",
                "Bearer claims=\"e/99\"",
                "PoP claims=\"e30=\"",
                "Basic realm=\"Bearer claims=e30=\"",
                "x-claims=\"e30=\""
            })
    void whatIsNoClaimsChallengeIsNone(String value) {
        assertThat(claims(value)).isEmpty();
    }

    @Test
    void challengeOfMoreThanEightKilobytesIsNotReadAndHidesNoOther() {
        char[] padding = new char[ClaimsChallenge.MAX_CHARACTERS];
        Arrays.fill(padding, 'a');
        String huge = "Bearer realm=\"" + new String(padding) + "\", claims=\"e30=\"";

        assertThat(claims(huge)).isEmpty();
        assertThat(claims(huge, "Bearer claims=\"" + STANDARD + "\"")).contains(JSON);
    }
}
