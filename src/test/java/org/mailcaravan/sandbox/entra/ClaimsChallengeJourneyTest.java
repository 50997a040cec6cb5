package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Permission;

/** Continuous access evaluation of a person's tokens (fact sheet 1.14). */
class ClaimsChallengeJourneyTest extends AuthorityJourney {
    private static final String CP1 = "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}";

    private JsonNode capable() {
        return good(token(Browser.with(redemption(code()), "claims", CP1)));
    }

    private JsonNode good(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return read(answer);
    }

    private void challenge(boolean interaction) {
        control("entra/claims-challenge", "{\"user\":\"" + user.objectId() + "\",\"interaction\":" + interaction + "}");
    }

    private String challengeOf(JsonNode tokens) {
        TokenRefusedException refused = catchThrowableOfType(TokenRefusedException.class, () -> verified(tokens));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(TokenRefusedException.Reason.REVOKED);
        return refused.claims().orElseThrow();
    }

    private VerifiedToken verified(JsonNode tokens) throws TokenRefusedException {
        return tenant.tokens().verify(tokens.path("access_token").asText(), Permission.GRAPH);
    }

    private static String withCp1(String challenge) {
        return challenge.replace("{\"access_token\":{", "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},");
    }

    private HttpResponse<String> refreshed(JsonNode tokens, String claims) {
        Map<String, String> form = refreshing(tokens.path("refresh_token").asText(), GRAPH_SCOPES);
        return token(Browser.with(form, "claims", claims));
    }

    @Test
    void refreshWithTheChallengesClaimsIsEnough() throws Exception {
        JsonNode tokens = capable();
        assertThat(verified(tokens).objectId()).isEqualTo(user.objectId());
        challenge(false);
        String claims = challengeOf(tokens);

        JsonNode without = good(refreshed(tokens, CP1));
        JsonNode with = good(refreshed(tokens, withCp1(claims)));

        challengeOf(without);
        assertThat(verified(with).hasAnyScope("Mail.Read")).isTrue();
        challenge(false);
        assertThat(challengeOf(with)).as("a second challenge is a new one").isNotEqualTo(claims);
    }

    @Test
    void sternChallengeNeedsAPersonWhoSignsInWithItsClaims() throws Exception {
        JsonNode tokens = capable();
        challenge(true);
        String claims = challengeOf(tokens);

        HttpResponse<String> refused = refreshed(tokens, withCp1(claims));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(read(refused).path("error").asText()).isEqualTo("interaction_required");
        assertThat(read(refused).path("error_codes").get(0).asInt()).isEqualTo(50076);
        assertThat(read(refused).path("claims").asText()).isEqualTo(claims);
        String code = code(Browser.with(authorizeQuery(), "claims", claims));
        JsonNode renewed = good(token(Browser.with(redemption(code), "claims", CP1)));
        assertThat(verified(renewed).objectId()).isEqualTo(user.objectId());
        assertThat(verified(good(refreshed(renewed, CP1))).objectId()).isEqualTo(user.objectId());
    }

    @Test
    void signInWithTheClaimsAsksAgainThoughTheBrowserIsKnown() {
        code();
        challenge(true);

        HttpResponse<String> known = authorize(authorizeQuery());
        HttpResponse<String> challenged = authorize(Browser.with(
                authorizeQuery(),
                "claims",
                CP1.replace("xms_cc", "nbf").replace("\"values\":[\"cp1\"]", "\"value\":\"1\"")));

        assertThat(known.statusCode()).isEqualTo(302);
        assertThat(challenged.statusCode()).isEqualTo(200);
        assertThat(challenged.body()).contains("name=\"login\"");
    }

    @Test
    void clientsThatDeclareNothingAreNeverChallenged() throws Exception {
        JsonNode plain = granted();
        challenge(false);

        assertThat(verified(plain).objectId()).isEqualTo(user.objectId());
    }
}
