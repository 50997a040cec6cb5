package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

    @Test
    void s05AnotherServersIssuerIsItsMetadataAddressAndNothingElse() {
        fake.metadata.put("issuer", fake.server.url() + "/realms/mail");
        Authority elsewhere = elsewhere(FakeAuthority.TENANT, Set.of());

        assertThat(elsewhere.metadata().issuerOf(TENANT)).isEqualTo(fake.server.url() + "/realms/mail");
        assertThat(elsewhere.metadata().tenant()).contains(TENANT);
        assertThat(elsewhere.metadata().namedBy(fake.server.url() + "/realms/mail"))
                .isTrue();
        assertThat(fake.server.asked().get(0).target()).isEqualTo("/realms/mail/.well-known/openid-configuration");
        assertThat(elsewhere("organizations", Set.of(TENANT)).metadata().tenant())
                .isEmpty();
        for (String issuer : new String[] {"/realms/mail/", "/realms/other", ""}) {
            fake.metadata.put("issuer", fake.server.url() + issuer);
            assertThatThrownBy(() -> elsewhere(FakeAuthority.TENANT, Set.of()).metadata())
                    .isInstanceOf(AuthorityUnavailableException.class)
                    .hasMessageContaining("another issuer");
        }
    }

    @Test
    void s05AnotherServersEndpointsAreOnItsHostToo() {
        fake.metadata.put("issuer", fake.server.url() + "/realms/mail");
        fake.metadata.put("token_endpoint", "https://evil.example/token");
        assertThatThrownBy(() -> elsewhere(FakeAuthority.TENANT, Set.of()).metadata())
                .isInstanceOf(AuthorityUnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example/realms/mail/.well-known/openid-configuration, 11111111-2222-4333-8444-555555555555, host",
        "https://login.example/realms/mail, 11111111-2222-4333-8444-555555555555, end with",
        "https://login.example/realms/mail/.well-known/openid-configuration, contoso.example, GUID"
    })
    void s05AMetadataAddressMustFitTheAuthorityAndTheTenant(URI address, String tenant, String words) {
        assertThatThrownBy(() -> app(URI.create("https://login.example"), tenant, Set.of(), Optional.of(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    private Authority elsewhere(String tenant, Set<TenantId> allowed) {
        URI address = URI.create(fake.server.url() + "/realms/mail/.well-known/openid-configuration");
        return new Authority(app(URI.create(fake.server.url()), tenant, allowed, Optional.of(address)), http, clock);
    }

    private static AppRegistration app(URI authority, String tenant, Set<TenantId> allowed, Optional<URI> metadata) {
        return new AppRegistration(
                "default",
                ClientMode.DELEGATED,
                authority,
                tenant,
                FakeAuthority.CLIENT,
                new ClientSecret(Secret.of("s")),
                allowed,
                Set.of(),
                metadata);
    }

    /** Several organisations: the issuer's template takes the token's own tenant, and the list says whether that is one of ours. */
    @Test
    void s05S13OrganizationsSignsInTheListedTenantsAndNoOther() throws IdTokenRejectedException {
        fake.metadata.put("issuer", fake.server.url() + "/{tenantid}/v2.0");
        assertThat(validate(Set.of(TENANT), "{url}/" + TENANT + "/v2.0", TENANT).tenant())
                .isEqualTo(TENANT);

        TenantId other = new TenantId("99999999-2222-4333-8444-555555555555");
        assertThat(validate(Set.of(TENANT, other), "{url}/" + other + "/v2.0", other)
                        .tenant())
                .isEqualTo(other);
        assertThatThrownBy(() -> validate(Set.of(TENANT), "{url}/" + other + "/v2.0", other))
                .as("not listed")
                .isInstanceOf(IdTokenRejectedException.class);
        assertThatThrownBy(() -> validate(Set.of(TENANT, other), "{url}/" + other + "/v2.0", TENANT))
                .as("another tenant's issuer")
                .isInstanceOf(IdTokenRejectedException.class);
        assertThatThrownBy(() -> validate(Set.of(TENANT), "{url}/{tenantid}/v2.0", TENANT))
                .as("the template itself")
                .isInstanceOf(IdTokenRejectedException.class);
    }

    private Identity validate(Set<TenantId> allowed, String issuer, TenantId tid) throws IdTokenRejectedException {
        fake.nonce = "n";
        fake.claims = claims ->
                claims.issuer(issuer.replace("{url}", fake.server.url())).claim("tid", tid.value());
        AppRegistration app = app(URI.create(fake.server.url()), "organizations", allowed, Optional.empty());
        return new IdTokenValidator(
                        new Registrations.Registration(app, new Authority(app, http, clock), "https://m.example.com/x"),
                        clock)
                .validate(
                        FakeAuthority.sign(fake.claims(), FakeAuthority.KEY),
                        Optional.of(Secret.of("n")),
                        Secret.of("t"));
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
