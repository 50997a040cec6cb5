package org.mailcaravan.oauth;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.http.HttpGateway;

/**
 * What the token endpoint thinks of one of the credentials of an app registration, tried by one client credentials request (RFC 6749 section 4.4), which every
 * confidential client may make. The token is thrown away.
 *
 * @param detail what was answered, with the remedy; holds no secret
 */
public record ProofTrial(Verdict verdict, String detail) {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 1_000_000;

    /** Whether it is good. */
    public enum Verdict {
        /** The token endpoint gave a token for it. */
        TAKEN,
        /** The token endpoint said neither. */
        UNKNOWN,
        /** It does not prove who asks, or the application may not read anything. */
        REFUSED
    }

    /** One for each credential that there is now; none for a public client. */
    static List<ProofTrial> of(
            Registrations.Registration registration, Scopes scopes, TokenAnswers answers, HttpGateway http) {
        AppRegistration app = registration.app();
        if (app.authentication() instanceof PublicClient) {
            return List.of();
        }
        if (app.alias()) {
            return List.of(new ProofTrial(
                    Verdict.UNKNOWN, "not tried, because it is for several tenants: the next sign-in tries it"));
        }
        TokenRequest request = TokenRequest.clientCredentials(app.name(), scopes.ofApplication(Resource.GRAPH));
        try {
            return app.authentication().candidates().stream()
                    .map(candidate -> of(app, ask(registration, request.provenBy(candidate), answers, http)))
                    .toList();
        } catch (ClientProofException e) {
            return List.of(new ProofTrial(Verdict.REFUSED, String.valueOf(e.getMessage())));
        }
    }

    private static TokenOutcome ask(
            Registrations.Registration registration, TokenRequest request, TokenAnswers answers, HttpGateway http) {
        try {
            TokenRequests.Form form = TokenRequests.form(request, registration);
            HttpRequest post = HttpRequest.newBuilder(form.endpoint())
                    .header("Content-Type", TokenRequests.Form.TYPE)
                    .header("Accept", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(form.body()))
                    .build();
            try (HttpGateway.Answer answer = http.send(post, DEADLINE)) {
                return answers.translate(
                        new TokenAnswers.Answer(
                                answer.status(), answer.body().readNBytes(MOST_BYTES), Optional.empty()),
                        registration.name());
            }
        } catch (AuthorityUnavailableException e) {
            return new TokenOutcome.TryLater(Optional.empty(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new TokenOutcome.TryLater(
                    Optional.empty(),
                    "the token endpoint cannot be reached (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static ProofTrial of(AppRegistration app, TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Granted) {
            return new ProofTrial(Verdict.TAKEN, "the token endpoint takes it");
        }
        if (outcome instanceof TokenOutcome.Refused refused) {
            return refused(app, refused.code(), refused.remedy());
        }
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            return refused(app, needed.code(), needed.remedy());
        }
        TokenOutcome.TryLater later = (TokenOutcome.TryLater) outcome;
        return new ProofTrial(Verdict.UNKNOWN, "could not be tried now: " + later.reason());
    }

    /** An application that asks for people need not be allowed to ask as itself: then only a refusal of the credential counts. */
    private static ProofTrial refused(AppRegistration app, String code, String remedy) {
        boolean counts = app.mode() == ClientMode.APP_ONLY || ProvingTokenEndpoint.refusesClient(code);
        return new ProofTrial(counts ? Verdict.REFUSED : Verdict.UNKNOWN, code + ". " + remedy);
    }
}
