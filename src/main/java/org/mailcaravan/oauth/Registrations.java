package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.http.HttpGateway;

/** The app registrations of this deployment, each with its authorization server. Immutable but for what the servers publish. */
final class Registrations {
    private final List<Registration> all;

    Registrations(OAuthSettings settings, HttpGateway http, Clock clock) {
        all = settings.registrations().stream()
                .map(app -> new Registration(app, new Authority(app, http, clock), settings.redirectUri(app)))
                .toList();
    }

    /**
     * One of them.
     *
     * @param redirectUri where its sign-ins come back to, byte for byte as registered
     */
    record Registration(AppRegistration app, Authority authority, String redirectUri) {
        String name() {
            return app.name();
        }
    }

    List<Registration> all() {
        return all;
    }

    /** The one that has the callback path to itself; the others append their name to it (S04). */
    Registration first() {
        return all.get(0);
    }

    Optional<Registration> named(String name) {
        return all.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** The one that comes back over this path: the callback path itself is the first one's. */
    Optional<Registration> atCallback(String path) {
        return all.stream()
                .filter(one -> URI.create(one.redirectUri()).getRawPath().equals(path))
                .findFirst();
    }

    /** The one that people sign in with if nobody names one: the first that is for people. */
    Optional<Registration> forPeople() {
        return all.stream()
                .filter(one -> one.app().mode() == ClientMode.DELEGATED)
                .findFirst();
    }

    /** The registration that a caller's {@code mailServerId} means; if he names none, the one {@link #forPeople()}. */
    Optional<Registration> ofMailServer(Optional<String> mailServerId) {
        return mailServerId.isEmpty()
                ? forPeople()
                : all.stream()
                        .filter(one -> one.app().mode() == ClientMode.DELEGATED
                                && one.app().answersTo(mailServerId.get()))
                        .findFirst();
    }
}
