package org.mailcaravan.app;

import java.util.List;
import java.util.Set;
import org.mailcaravan.oauth.AppRegistration;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ClientSecret;
import org.mailcaravan.oauth.ConnectProtocol;
import org.mailcaravan.oauth.MailboxDefaults;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.oauth.PublicAddress;

/** What the room {@code oauth} needs to know, from the settings. */
final class SettingsToOAuth {
    private SettingsToOAuth() {}

    static OAuthSettings translate(Settings settings) {
        return new OAuthSettings(
                List.of(new AppRegistration(
                        "default",
                        ClientMode.DELEGATED,
                        settings.authority(),
                        settings.tenant(),
                        settings.clientId(),
                        new ClientSecret(settings.clientSecret()),
                        settings.allowedTenants(),
                        Set.of())),
                new PublicAddress(settings.publicBaseUrl(), settings.callbackPath()),
                new OAuthSettings.ResourceAddresses(settings.graphResource(), settings.ewsResource()),
                new MailboxDefaults(
                        settings.mailProtocol()
                                .flatMap(protocol -> ConnectProtocol.of(protocol.word()))
                                .orElse(ConnectProtocol.AUTO),
                        settings.mailFolders(),
                        !settings.deliversOldMail()),
                settings.connectOpen(),
                settings.connectApiToken(),
                false);
    }
}
