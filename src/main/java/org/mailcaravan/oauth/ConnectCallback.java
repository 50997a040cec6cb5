package org.mailcaravan.oauth;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.oauth.ConnectEndedException.Notice;

/** Bean {@code connectCallback}: checks the authorization answer (RFC 6749 section 4.1.2) before anything is asked of the token endpoint. */
public final class ConnectCallback {
    private static final Notice STALE = new Notice(
            400,
            "This sign-in cannot be finished here",
            "It was finished already, took longer than ten minutes, or was begun in another browser. Nothing was stored by opening this page.",
            "Open your connect link again in one browser and go through it without a long pause. If you saw the page that says connected, you are done.");

    private final Registrations registrations;
    private final ConnectTickets tickets;
    private final ConnectAttempts attempts;
    private final AdminConsent adminConsent;
    private final ConnectCookie cookie;
    private final NextSteps nextSteps;

    ConnectCallback(
            OAuthSettings settings,
            Registrations registrations,
            ConnectTickets tickets,
            ConnectAttempts attempts,
            AdminConsent adminConsent) {
        this.registrations = registrations;
        this.tickets = tickets;
        this.attempts = attempts;
        this.adminConsent = adminConsent;
        this.cookie = new ConnectCookie(settings.address());
        this.nextSteps = new NextSteps(settings.address());
    }

    /**
     * Takes the sign-in out of the database and checks who answers it.
     *
     * @throws ConnectEndedException in every other case than a code for a sign-in that this browser began; no token is asked for then
     */
    public PendingSignIn check(ConnectRequest answer) {
        Registrations.Registration registration =
                registrations.atCallback(answer.path()).orElseThrow(() -> stale("no registration has this path"));
        Optional<String> code = answer.parameter("code");
        Optional<String> error = answer.parameter("error");
        Optional<String> state = answer.parameter("state");
        Optional<String> iss = answer.parameter("iss");
        Optional<String> description = answer.parameter("error_description");
        if (code.isPresent() && error.isPresent()) {
            throw ConnectEndedException.malformed("code and error together"); // S11
        }
        boolean consent = answer.parameter("admin_consent").isPresent() && error.isEmpty() && code.isEmpty();
        if (consent && cookie.of(answer).isEmpty()) {
            throw AdminConsent.reported();
        }
        String secret = cookie.of(answer).orElseThrow(() -> stale("no cookie"));
        String known = state.filter(OpaqueValues::wellFormed).orElseThrow(() -> stale("no state"));
        ConnectAttempts.Attempt attempt = attempts.consume(known, secret).orElseThrow(() -> stale("unknown state"));
        requireIssuer(registration, attempt, iss);
        if (attempt.kind() == ConnectTicket.Kind.ADMIN) {
            throw adminConsent.conclude(registration, attempt, consent, error.map(word -> of(word, description)));
        }
        if (consent) {
            throw AdminConsent.reported();
        }
        error.ifPresent(word -> {
            EntraError refusal = of(word, description);
            throw ConnectFailures.of(refusal, nextSteps.after(refusal.acts(), registration.name()));
        });
        return new PendingSignIn(
                new SignIn(
                        answer.reference(),
                        registration,
                        attempt.protocol(),
                        attempt.ticketHash()
                                .map(hash -> tickets.findByHash(hash).orElseThrow(ConnectStart::unusableTicket)),
                        Optional.of(Secret.of(PendingSignIn.nonce(secret, known)))),
                Secret.of(code.orElseThrow(() -> ConnectEndedException.malformed("neither code nor error"))),
                Secret.of(PendingSignIn.codeVerifier(secret, known)));
    }

    private static EntraError of(String word, Optional<String> description) {
        return EntraError.of(word, description, List.of());
    }

    // mix-up (RFC 9207 section 2.4, RFC 9700 section 4.4.2; S04): the answer comes over the path of the registration,
    // from the issuer it was begun with
    private void requireIssuer(
            Registrations.Registration registration, ConnectAttempts.Attempt attempt, Optional<String> iss) {
        ProviderMetadata metadata = ConnectStart.metadata(registration);
        boolean expected = attempt.registration().equals(registration.name())
                && attempt.issuer().equals(metadata.issuer())
                && iss.map(metadata::namedBy)
                        .orElse(!metadata.issInAnswer() || attempt.kind() == ConnectTicket.Kind.ADMIN);
        if (!expected) {
            throw stale("another issuer answers than was asked");
        }
    }

    private static ConnectEndedException stale(String reason) {
        return new ConnectEndedException("callback: " + reason, STALE);
    }
}
