package org.mailcaravan.sandbox.entra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery and keys (fact sheet 1.2). */
class MetadataJourneyTest extends AuthorityJourney {
    private JsonNode metadata(String tenant) {
        return read(browser.get("/" + tenant + "/v2.0/.well-known/openid-configuration"));
    }

    private Set<String> publishedKeys() throws Exception {
        Set<String> ids = new HashSet<>();
        JWKSet.parse(browser.get("/common/discovery/v2.0/keys").body())
                .getKeys()
                .forEach(key -> ids.add(key.getKeyID()));
        return ids;
    }

    @Test
    void tenantsIssuerAndEndpointsFollowTheListener() {
        String base = tenant.server().httpUrl() + "/" + tenantId();

        for (JsonNode document : new JsonNode[] {metadata(tenantId()), metadata("caravan.example")}) {
            assertThat(document.path("issuer").asText()).isEqualTo(base + "/v2.0");
            assertThat(document.path("authorization_endpoint").asText()).isEqualTo(base + "/oauth2/v2.0/authorize");
            assertThat(document.path("token_endpoint").asText()).isEqualTo(base + "/oauth2/v2.0/token");
            assertThat(document.path("jwks_uri").asText()).isEqualTo(base + "/discovery/v2.0/keys");
            assertThat(document.has("code_challenge_methods_supported"))
                    .as("the real document does not name them")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"organizations", "common"})
    void aliasesIssuerHasTheLiteralPlaceholder(String alias) {
        assertThat(metadata(alias).path("issuer").asText())
                .isEqualTo(tenant.server().httpUrl() + "/{tenantid}/v2.0");
    }

    @Test
    void unknownTenantIsAnErrorInJson() {
        assertThat(metadata("elsewhere.example").path("error_codes").get(0).asInt())
                .isEqualTo(90002);
    }

    @Test
    void rollOverPublishesANewKeyBesideTheOldOrAlone() throws Exception {
        Set<String> before = publishedKeys();

        control("entra/rotate-keys", "{}");
        Set<String> both = publishedKeys();
        control("entra/rotate-keys", "{\"keepOld\":false}");
        Set<String> alone = publishedKeys();

        assertThat(both).containsAll(before).hasSize(before.size() + 1);
        assertThat(alone).hasSize(1).doesNotContainAnyElementsOf(both);
    }

    @Test
    void privateKeysAreNotPublished() {
        JsonNode key =
                read(browser.get("/common/discovery/v2.0/keys")).path("keys").get(0);

        assertThat(key.has("n")).isTrue();
        assertThat(key.has("d") || key.has("p")).isFalse();
    }

    @Test
    void whatIsNotServedIsNotFound() {
        assertThat(browser.get("/" + tenantId() + "/oauth2/v2.0/nothing").statusCode())
                .isEqualTo(404);
        assertThat(browser.get("/nothing").statusCode()).isEqualTo(404);
    }
}
