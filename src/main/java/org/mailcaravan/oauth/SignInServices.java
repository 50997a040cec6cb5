package org.mailcaravan.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mailcaravan.http.HttpGateway;

/**
 * Whether the sign-in services of all app registrations describe themselves as the settings say (S05), and whether they take the registrations' credentials. For
 * a diagnosis.
 */
public final class SignInServices {
    private SignInServices() {}

    /**
     * What was found for one app registration.
     *
     * @param registration its name
     * @param redirectUri what must be registered, byte for byte
     * @param problem with its remedy; empty: all is well
     * @param trials what became of its credentials; empty if it has none or there is a problem
     * @param proof when its credentials end
     */
    public record Finding(
            String registration,
            URI redirectUri,
            Optional<String> problem,
            List<ProofTrial> trials,
            ProofState proof) {}

    /** Reads the metadata of each, and makes one token request for each credential. */
    public static List<Finding> check(OAuthSettings settings, HttpGateway http, Clock clock) {
        TokenAnswers answers = new TokenAnswers(clock, new NextSteps(settings.address()));
        return new Registrations(settings, http, clock)
                .all().stream()
                        .map(one -> check(
                                one, registration -> ProofTrial.of(registration, Scopes.of(settings), answers, http)))
                        .toList();
    }

    private static Finding check(
            Registrations.Registration registration, Function<Registrations.Registration, List<ProofTrial>> trial) {
        URI redirectUri = URI.create(registration.redirectUri());
        ProofState proof = ProofState.of(registration.app());
        try {
            registration.authority().metadata();
            return new Finding(registration.name(), redirectUri, Optional.empty(), trial.apply(registration), proof);
        } catch (AuthorityUnavailableException e) {
            Optional<String> problem = Optional.of(String.valueOf(e.getMessage()));
            return new Finding(registration.name(), redirectUri, problem, List.of(), proof);
        }
    }
}
