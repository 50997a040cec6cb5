package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

class AuthorityTest {
    static final TenantId TENANT = new TenantId(FakeAuthority.TENANT);
    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T10:00:00Z"));
    final FakeAuthority fake = new FakeAuthority(clock);
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(2));

    @AfterEach
    void stop() {
        http.close();
        fake.close();
    }

    @Test
    void s05ATenantGivenAsGuidMustBeTheIssuersTenant() {
        assertThat(authority(FakeAuthority.TENANT).metadata().issuerOf(TENANT)).endsWith("/" + TENANT + "/v2.0");
        assertThatThrownBy(
                        () -> authority("00000000-0000-4000-8000-000000000000").metadata())
                .isInstanceOf(AuthorityUnavailableException.class)
                .hasMessageContaining("check both settings");
    }

    @Test
    void s05ADomainIsResolvedToItsTenantByTheMetadata() {
        assertThat(authority("contoso.example").metadata().tenant()).contains(TENANT);
    }

    @Test
    void s05AnAliasPublishesATemplateAndThatOnly() {
        assertThatThrownBy(() -> authority("organizations").metadata())
                .isInstanceOf(AuthorityUnavailableException.class);
        fake.metadata.put("issuer", fake.server.url() + "/{tenantid}/v2.0");
        ProviderMetadata metadata = authority("organizations").metadata();
        assertThat(metadata.tenant()).isEmpty();
        assertThat(metadata.issuerOf(TENANT)).isEqualTo(fake.server.url() + "/" + TENANT + "/v2.0");
        assertThat(metadata.namedBy(metadata.issuerOf(TENANT))).isTrue();
        assertThat(metadata.namedBy(fake.server.url() + "/{tenantid}/v2.0")).isFalse();
        assertThat(metadata.namedBy(fake.server.url() + "/evil/v2.0")).isFalse();
        assertThatThrownBy(() -> authority(FakeAuthority.TENANT).metadata())
                .as("a template is no issuer of one tenant")
                .isInstanceOf(AuthorityUnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "issuer,https://evil.example/11111111-2222-4333-8444-555555555555/v2.0",
        "token_endpoint,https://evil.example/token",
        "token_endpoint,http://127.0.0.1:1/token",
        "jwks_uri,file:///etc/passwd",
        "authorization_endpoint,not an address",
        "authorization_endpoint,//x"
    })
    void s05S42AnAddressOutsideTheConfiguredAuthorityIsNotTrusted(String name, String value) {
        fake.metadata.put(name, value);
        assertThatThrownBy(() -> authority(FakeAuthority.TENANT).metadata())
                .isInstanceOf(AuthorityUnavailableException.class);
    }

    @Test
    void metadataIsReadOnceADayAndTheOldOneServesWhileTheServiceIsDown() {
        Authority authority = authority(FakeAuthority.TENANT);
        for (int i = 0; i < 5; i++) {
            authority.metadata();
        }
        assertThat(fake.count("openid-configuration")).isEqualTo(1);
        clock.advance(Duration.ofHours(25));
        fake.server.then(ScriptedHttpServer.status(500, "text/html", "oops"));
        assertThat(authority.metadata().issuer()).contains(FakeAuthority.TENANT);
        assertThat(fake.count("openid-configuration")).isEqualTo(2);
    }

    @Test
    void aBrokenServiceIsAskedAgainAfterTenSecondsAtTheEarliest() {
        Authority authority = authority(FakeAuthority.TENANT);
        fake.server.then(ScriptedHttpServer.status(500, "text/html", "oops"));
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(authority::metadata).isInstanceOf(AuthorityUnavailableException.class);
        }
        assertThat(fake.server.asked()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(authority.metadata()).isNotNull();
    }

    @Test
    void aMisconfiguredTenantIsNotAskedForAgainAndAgain() {
        Authority authority = authority("00000000-0000-4000-8000-000000000000");
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(authority::metadata).isInstanceOf(AuthorityUnavailableException.class);
        }
        assertThat(fake.server.asked()).hasSize(1);
    }

    @Test
    void s14AnUnknownKeyCausesOneRefetchAndNoStorm() {
        Authority authority = authority(FakeAuthority.TENANT);
        assertThat(authority.key("key-1")).isPresent();
        for (int i = 0; i < 20; i++) {
            assertThat(authority.key("key-2")).isEmpty();
        }
        assertThat(fake.count("/keys")).isEqualTo(1);

        clock.advance(Duration.ofMinutes(5));
        fake.keys = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"bad\",\"n\":1},{\"kty\":\"EC\"},null,"
                + FakeAuthority.NEXT_KEY.toPublicJWK().toJSONString() + "]}";
        assertThat(authority.key("key-2")).as("the key after rotation").isPresent();
        for (int i = 0; i < 20; i++) {
            assertThat(authority.key("key-1")).as("the key before rotation").isEmpty();
        }
        assertThat(fake.count("/keys")).isEqualTo(2);
    }

    private Authority authority(String tenant) {
        Set<TenantId> allowed = tenant.equals("organizations") ? Set.of(TENANT) : Set.of();
        return new Authority(
                new AppRegistration(
                        "default",
                        ClientMode.DELEGATED,
                        URI.create(fake.server.url()),
                        tenant,
                        FakeAuthority.CLIENT,
                        new ClientSecret(Secret.of("s")),
                        allowed,
                        Set.of()),
                http,
                clock);
    }
}
