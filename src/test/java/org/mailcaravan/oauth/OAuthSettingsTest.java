package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.TenantId;

class OAuthSettingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mail.example.com",
                "ftp://mail.example.com",
                "https://user@mail.example.com",
                "https://mail.example.com?x=1",
                "http://[::1]:8080",
                "mail.example.com"
            })
    void s06AnAddressThatEntraWouldNotTakeIsRefused(String base) {
        assertThatThrownBy(() -> new PublicAddress(URI.create(base), PublicAddress.CREATIO_CALLBACK_PATH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("public base URL");
    }

    @Test
    void theRedirectUriIsBaseAndPath() {
        PublicAddress address = new PublicAddress(URI.create("https://mail.example.com:8443/"), "/a/b/back");
        assertThat(address.redirectUri()).isEqualTo("https://mail.example.com:8443/a/b/back");
        assertThat(address.callbackFolder()).isEqualTo("/a/b");
        assertThat(address.origin()).isEqualTo("https://mail.example.com:8443");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "back", "/back", "/a/b/", "/a b/c", "/a/{x}", "/a/b?c"})
    void aCallbackPathNeedsAFolderAndPlainCharacters(String path) {
        assertThatThrownBy(() -> new PublicAddress(URI.create("https://mail.example.com"), path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("callback path");
    }

    @Test
    void s05AnAliasTenantNeedsAListOfAllowedTenants() {
        assertThatThrownBy(() -> registration("organizations", Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("list the tenants that are allowed");
        assertThat(registration("organizations", Set.of(new TenantId(FakeAuthority.TENANT)))
                        .alias())
                .isTrue();
        assertThatThrownBy(() -> registration("not a tenant/", Set.of())).hasMessageContaining("tenant");
    }

    @Test
    void noToStringShowsASecret() {
        OAuthSettings settings = ConnectFixture.settings(
                URI.create("https://login.microsoftonline.com"),
                URI.create("https://m.example.com"),
                ConnectProtocol.EWS,
                false);
        assertThat(settings.toString()).doesNotContain("CANARY");
        assertThat(TokenRequest.refresh("default", Secret.of("CANARY"), "s").toString())
                .doesNotContain("CANARY");
        assertThat(new TokenOutcome.Granted(
                                Secret.of("CANARY"),
                                Set.of(),
                                java.util.Optional.of(Secret.of("CANARY")),
                                java.util.Optional.empty(),
                                java.time.Duration.ofHours(1))
                        .toString())
                .doesNotContain("CANARY");
    }

    private static AppRegistration registration(String tenant, Set<TenantId> allowed) {
        return new AppRegistration(
                "default",
                ClientMode.DELEGATED,
                URI.create("https://login.microsoftonline.com"),
                tenant,
                FakeAuthority.CLIENT,
                new ClientSecret(Secret.of("s")),
                allowed,
                Set.of());
    }
}
