package org.mailcaravan.oauth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Bean {@code connectStart}: the page with the button, and what pressing it does. */
public final class ConnectStart {
    private final OAuthSettings settings;
    private final Registrations registrations;
    private final ConnectTickets tickets;
    private final ConnectAttempts attempts;
    private final OpaqueValues values;
    private final GrantedBefore grantedBefore;
    private final KeptClaims keptClaims;
    private final ConnectPages pages;
    private final ConnectCookie cookie;

    ConnectStart(
            OAuthSettings settings,
            Registrations registrations,
            ConnectTickets tickets,
            ConnectAttempts attempts,
            OpaqueValues values,
            GrantedBefore grantedBefore,
            KeptClaims keptClaims) {
        this.settings = settings;
        this.registrations = registrations;
        this.tickets = tickets;
        this.attempts = attempts;
        this.values = values;
        this.grantedBefore = grantedBefore;
        this.keptClaims = keptClaims;
        this.cookie = new ConnectCookie(settings.address());
        this.pages = new ConnectPages(settings);
    }

    /** Shows the button; creates and spends nothing. */
    public ConnectAnswer show(ConnectRequest request) {
        Optional<ConnectTicket> ticket = ticket(request);
        return pages.start(wanted(ticket), request.parameter("ticket"));
    }

    /**
     * Begins a sign-in in this browser and sends it to Microsoft's authorization endpoint (RFC 6749 section 4.1.1).
     *
     * @throws ConnectEndedException if the button was not pressed on our own page, the ticket is no good, or the sign-in service cannot be read
     */
    public ConnectAnswer begin(ConnectRequest request) {
        requireOwnPage(settings.address(), request);
        Optional<ConnectTicket> ticket = ticket(request);
        Registrations.Registration registration = registration(ticket);
        ProviderMetadata metadata = metadata(registration);
        String state = values.next();
        String secret = values.next();
        ConnectAttempts.Attempt attempt = new ConnectAttempts.Attempt(
                ConnectTicket.Kind.MAILBOX,
                registration.name(),
                metadata.issuer(),
                protocol(ticket),
                ticket.map(ConnectTicket::hash));
        attempts.save(state, secret, attempt);
        Map<String, String> parameters = parameters(registration, wanted(ticket), state, secret);
        prompt(registration, ticket, parameters);
        keptClaims.of(ticket).ifPresent(claims -> parameters.put("claims", claims));
        return ConnectPages.see(metadata.authorizationEndpoint() + "?" + query(parameters))
                .with("Set-Cookie", cookie.set(secret));
    }

    // who has access to a shared mailbox may be signed in as somebody else, so he chooses (login_hint and
    // select_account exclude each other); a grant that is
    // known to be too small is asked for again
    private void prompt(
            Registrations.Registration registration, Optional<ConnectTicket> ticket, Map<String, String> parameters) {
        boolean consent =
                ticket.map(known -> grantedBefore.lacks(registration, known)).orElse(false);
        Optional<String> login =
                ticket.filter(known -> known.mailbox().isEmpty() || consent).flatMap(ConnectTicket::expectedLogin);
        login.ifPresent(hint -> parameters.put("login_hint", hint));
        if (consent) {
            parameters.put("prompt", "consent");
        } else if (login.isEmpty()) {
            parameters.put("prompt", "select_account");
        }
    }

    private Map<String, String> parameters(
            Registrations.Registration registration, Scopes.Wanted wanted, String state, String secret) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("client_id", registration.app().clientId());
        all.put("response_type", "code");
        all.put("response_mode", "query");
        all.put("redirect_uri", registration.redirectUri());
        all.put("scope", Scopes.of(settings).toAuthorize(wanted));
        all.put("state", state);
        all.put("nonce", PendingSignIn.nonce(secret, state));
        all.put("code_challenge", OpaqueValues.sha256(PendingSignIn.codeVerifier(secret, state)));
        all.put("code_challenge_method", "S256"); // RFC 7636 section 4.3; left out it would mean plain (S02)
        return all;
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8)
                                .replace("+", "%20"))
                .collect(Collectors.joining("&"));
    }

    // a form of another site cannot say same-origin (Fetch Metadata), nor our Origin; older browsers send only the
    // latter; neither of them: no browser
    static void requireOwnPage(PublicAddress address, ConnectRequest request) {
        boolean own = request.header("sec-fetch-site")
                .map("same-origin"::equals)
                .orElseGet(() ->
                        request.header("origin").map(address.origin()::equals).orElse(false));
        if (!own) {
            throw new ConnectEndedException(
                    "the start was asked for by another site",
                    new ConnectEndedException.Notice(
                            403,
                            "Please start from the connect page",
                            "Connecting a mailbox can only begin on our own page.",
                            "Open your connect link in the browser and press the button there."));
        }
    }

    private Optional<ConnectTicket> ticket(ConnectRequest request) {
        Optional<String> shown = request.parameter("ticket");
        Optional<ConnectTicket> ticket =
                shown.flatMap(tickets::find).filter(known -> known.leadsTo(ConnectTicket.Kind.MAILBOX));
        if (shown.isPresent() && ticket.isEmpty()) {
            throw unusableTicket();
        }
        if (shown.isEmpty() && !settings.connectOpen()) {
            throw new ConnectEndedException(
                    "no ticket, and the open page is off",
                    new ConnectEndedException.Notice(
                            404,
                            "You need a connect link",
                            "This page works only with a personal link.",
                            "Ask the people who run this service for a connect link and open that."));
        }
        return ticket;
    }

    static ConnectEndedException unusableTicket() {
        return new ConnectEndedException(
                "the ticket is unknown, spent or too old",
                new ConnectEndedException.Notice(
                        410,
                        "This connect link can no longer be used",
                        "It was used already, is more than seven days old, or was not copied completely.",
                        "If your mailbox is not connected yet, ask for a new link from the people who sent you this one."));
    }

    private ConnectProtocol protocol(Optional<ConnectTicket> ticket) {
        return ticket.map(ConnectTicket::protocol).orElse(settings.mailbox().protocol());
    }

    private Scopes.Wanted wanted(Optional<ConnectTicket> ticket) {
        return Scopes.Wanted.of(protocol(ticket), ticket.flatMap(ConnectTicket::mailbox));
    }

    // a ticket of a registration that was taken out of the settings is as good as spent
    private Registrations.Registration registration(Optional<ConnectTicket> ticket) {
        return ticket.map(ConnectTicket::registration)
                .map(registrations::named)
                .orElseGet(registrations::forPeople)
                .orElseThrow(ConnectStart::unusableTicket);
    }

    static ProviderMetadata metadata(Registrations.Registration registration) {
        try {
            return registration.authority().metadata();
        } catch (AuthorityUnavailableException e) {
            throw unavailable(e);
        }
    }

    static ConnectEndedException unavailable(AuthorityUnavailableException cause) {
        return new ConnectEndedException(String.valueOf(cause.getMessage()), ConnectFailures.LATER);
    }
}
