package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.http.HttpGateway;

/** Whether the sign-in services of all app registrations describe themselves as the settings say (S05). For a diagnosis; nothing is asked for a token. */
public final class SignInServices {
    private SignInServices() {}

    /**
     * What was found for one app registration.
     *
     * @param registration its name
     * @param redirectUri what must be registered, byte for byte
     * @param problem with its remedy; empty: all is well
     */
    public record Finding(String registration, URI redirectUri, Optional<String> problem) {}

    /** Reads the metadata of each. */
    public static List<Finding> check(OAuthSettings settings, HttpGateway http, Clock clock) {
        return new Registrations(settings, http, clock)
                .all().stream().map(SignInServices::check).toList();
    }

    private static Finding check(Registrations.Registration registration) {
        Optional<String> problem;
        try {
            registration.authority().metadata();
            problem = Optional.empty();
        } catch (AuthorityUnavailableException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Finding(registration.name(), URI.create(registration.redirectUri()), problem);
    }
}
