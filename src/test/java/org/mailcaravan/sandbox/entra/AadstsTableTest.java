package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number of fact sheet 1.16 can be planned, and arrives as clients meet it. */
class AadstsTableTest extends AuthorityJourney {
    private void plan(String kind, int code) {
        control("faults", "{\"kind\":\"" + kind + "\",\"fault\":{\"type\":\"aadsts\",\"code\":" + code + "}}");
    }

    @ParameterizedTest
    @CsvSource({
        "interaction_required, 16000",
        "invalid_resource, 50001 500011",
        "invalid_client, 50012",
        "invalid_grant, 50013",
        "invalid_request, 50027",
        "invalid_grant, 50034 50053 50055 50057",
        "login_required, 50058",
        "interaction_required|invalid_grant, 50072 50074 50076 50079",
        "invalid_grant, 50078 50085",
        "temporarily_unavailable, 50087 50033",
        "invalid_grant, 50089",
        "interaction_required, 50097",
        "invalid_grant, 50126 50131 50132 50133 50147 501481 501491",
        "interaction_required, 50158",
        "invalid_grant, 50173",
        "invalid_request, 50194",
        "invalid_grant, 50196",
        "interaction_required, 53000 53001",
        "interaction_required|invalid_grant, 53003",
        "access_denied, 530032 530035",
        "invalid_grant, 54005 65001",
        "access_denied|consent_required, 65004",
        "invalid_client, 65005",
        "invalid_resource, 650057",
        "invalid_client, 650052 650054",
        "invalid_grant, 70000",
        "unauthorized_client, 70001 700016",
        "invalid_client, 70002",
        "invalid_grant, 700005",
        "invalid_request, 70007",
        "invalid_grant, 70008 700082 700084",
        "invalid_scope, 70011",
        "authorization_pending, 70016",
        "bad_verification_code, 70018",
        "expired_token, 70019",
        "invalid_grant, 70043",
        "invalid_request, 700022",
        "invalid_client, 700025 700027 700024 700213",
        "unauthorized_client, 7000112 1000031",
        "invalid_client, 7000215 7000218 7000222",
        "invalid_grant, 80002 80003 80005 80007 80010 80012 80013 80014",
        "invalid_request, 90002",
        "server_error|temporarily_unavailable, 90006 90012 90024 90033 90090 90091",
        "invalid_request, 90014 900144 9001023 9002313 90038 900382 900432",
        "temporarily_unavailable, 90055",
        "access_denied, 90094",
        "invalid_request, 901002"
    })
    void plannedNumberArrivesUnderItsUsualError(String errors, String codes) {
        for (String code : codes.split(" ")) {
            plan("token:", Integer.parseInt(code));

            HttpResponse<String> answer = token(redemption("unknown"));

            JsonNode body = read(answer);
            assertThat(body.path("error").asText()).as(answer.body()).isIn((Object[]) errors.split("\\|"));
            assertThat(body.path("error_codes").get(0).asText()).isEqualTo(code);
            assertThat(body.path("error_description").asText())
                    .startsWith("AADSTS" + code + ": ")
                    .doesNotContain("Planned failure", "null", "%s");
            assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {50011, 50020, 50105, 500021, 500022, 650056, 90072, 90094, 90095}) // those the table calls a page
    void numbersThatAreAPageNeverComeBackToTheClient(int code) {
        plan("authorize", code);

        HttpResponse<String> page = authorize(authorizeQuery());

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.headers().map()).doesNotContainKey("location");
        assertThat(page.body()).contains("<dd>" + code + "</dd>").doesNotContain("Planned failure", "null");
    }

    @ParameterizedTest
    @ValueSource(ints = {50072, 50074, 50076, 50078, 50079, 53000, 53001, 53003})
    void numbersOfConditionalAccessCarryTheClaimsToPassOn(int code) throws Exception {
        plan("token:refresh_token", code);

        HttpResponse<String> answer = token(refreshing("any", "Mail.Read"));

        assertThat(json.readTree(read(answer).path("claims").asText())
                        .at("/access_token/capolids/essential")
                        .asBoolean())
                .as(answer.body())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"90033, 503", "90012, 500", "7000215, 401", "70008, 400"})
    void statusFollowsTheError(int code, int status) {
        plan("token:", code);

        assertThat(token(Map.of()).statusCode()).isEqualTo(status);
    }
}
