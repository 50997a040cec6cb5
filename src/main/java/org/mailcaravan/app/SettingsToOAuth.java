package org.mailcaravan.app;

import java.time.Clock;
import org.mailcaravan.oauth.AppRegistration;
import org.mailcaravan.oauth.ConnectProtocol;
import org.mailcaravan.oauth.MailboxDefaults;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.oauth.PublicAddress;

/** What the room {@code oauth} needs to know, from the settings. */
final class SettingsToOAuth {
    private SettingsToOAuth() {}

    static OAuthSettings translate(Settings settings, Clock clock) {
        return new OAuthSettings(
                settings.registrations().stream()
                        .map(registration -> registration(registration, clock))
                        .toList(),
                new PublicAddress(settings.publicBaseUrl(), settings.callbackPath()),
                new OAuthSettings.ResourceAddresses(settings.graphResource(), settings.ewsResource()),
                new MailboxDefaults(
                        settings.mailProtocol()
                                .flatMap(protocol -> ConnectProtocol.of(protocol.word()))
                                .orElse(ConnectProtocol.AUTO),
                        settings.mailFolders(),
                        !settings.deliversOldMail(),
                        settings.postActions()),
                settings.connectOpen(),
                settings.connectApiToken(),
                settings.cae());
    }

    private static AppRegistration registration(RegistrationSettings settings, Clock clock) {
        return new AppRegistration(
                settings.name(),
                settings.mode(),
                settings.authority(),
                settings.tenant(),
                settings.clientId(),
                settings.authentication(clock),
                settings.allowedTenants(),
                settings.mailServerIds(),
                settings.metadataUrl());
    }
}
