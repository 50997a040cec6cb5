package org.mailcaravan.oauth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.oauth.ConnectEndedException.Notice;

/**
 * Bean {@code adminConsent}: sends an administrator to Microsoft's {@code /adminconsent} page, and takes the answer as the unsigned hint that it is: its
 * {@code tenant} and {@code scope} are not even read. For an application it is proven at once by a token, for people by the next sign-in's ID token.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-admin-consent">Admin consent on the Microsoft identity platform</a>
 */
public final class AdminConsent {
    private final OAuthSettings settings;
    private final Registrations registrations;
    private final ConnectTickets tickets;
    private final ConnectAttempts attempts;
    private final OpaqueValues values;
    private final ApplicationMailboxes applications;
    private final ConnectPages pages;
    private final ConnectCookie cookie;

    AdminConsent(
            OAuthSettings settings,
            Registrations registrations,
            ConnectTickets tickets,
            ConnectAttempts attempts,
            OpaqueValues values,
            ApplicationMailboxes applications) {
        this.settings = settings;
        this.registrations = registrations;
        this.tickets = tickets;
        this.attempts = attempts;
        this.values = values;
        this.applications = applications;
        this.cookie = new ConnectCookie(settings.address());
        this.pages = new ConnectPages(settings);
    }

    /** Shows the button; creates nothing. */
    public ConnectAnswer show(ConnectRequest request) {
        ConnectTicket ticket = ticket(request);
        boolean application = registration(ticket).app().mode() == ClientMode.APP_ONLY;
        return pages.administrator(
                application, wanted(ticket), request.parameter("ticket").orElseThrow());
    }

    /**
     * Sends this browser to Microsoft, with a {@code state} that is good for it alone, ten minutes and once. The link stays good: a consent may be refused, or
     * be asked for again when permissions were added.
     */
    public ConnectAnswer begin(ConnectRequest request) {
        ConnectStart.requireOwnPage(settings.address(), request);
        ConnectTicket ticket = ticket(request);
        Registrations.Registration registration = registration(ticket);
        String state = values.next();
        String secret = values.next();
        attempts.save(
                state,
                secret,
                new ConnectAttempts.Attempt(
                        ConnectTicket.Kind.ADMIN,
                        registration.name(),
                        ConnectStart.metadata(registration).issuer(),
                        ticket.protocol(),
                        Optional.of(ticket.hash())));
        return ConnectPages.see(endpoint(registration.app()) + "?"
                        + ConnectStart.query(parameters(registration, ticket, state)))
                .with("Set-Cookie", cookie.set(secret));
    }

    // common and consumers are not known there
    private static String endpoint(AppRegistration app) {
        return app.authority() + "/" + (app.alias() ? "organizations" : app.tenant()) + "/v2.0/adminconsent";
    }

    private Map<String, String> parameters(
            Registrations.Registration registration, ConnectTicket ticket, String state) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("client_id", registration.app().clientId());
        all.put("redirect_uri", registration.redirectUri());
        all.put("state", state);
        Scopes scopes = Scopes.of(settings);
        all.put(
                "scope",
                registration.app().mode() == ClientMode.APP_ONLY
                        ? scopes.ofApplication(Resource.GRAPH) // every declared role, of every API
                        : scopes.toAuthorize(wanted(ticket)));
        return all;
    }

    private static Scopes.Wanted wanted(ConnectTicket ticket) {
        return Scopes.Wanted.of(ticket.protocol(), ticket.mailbox());
    }

    private ConnectTicket ticket(ConnectRequest request) {
        return request.parameter("ticket")
                .flatMap(tickets::find)
                .filter(known -> known.leadsTo(ConnectTicket.Kind.ADMIN))
                .orElseThrow(ConnectStart::unusableTicket);
    }

    private Registrations.Registration registration(ConnectTicket ticket) {
        return registrations.named(ticket.registration()).orElseThrow(ConnectStart::unusableTicket);
    }

    /** What the administrator gets to see when Microsoft sends him back; the sign-in's state is used up already. */
    ConnectEndedException conclude(
            Registrations.Registration registration,
            ConnectAttempts.Attempt attempt,
            boolean consented,
            Optional<EntraError> error) {
        if (error.isPresent()) {
            return refused(error.get());
        }
        if (!consented) {
            return ConnectEndedException.malformed("neither consent nor error");
        }
        return registration.app().mode() == ClientMode.APP_ONLY ? proven(registration, attempt) : reported();
    }

    private ConnectEndedException proven(Registrations.Registration registration, ConnectAttempts.Attempt attempt) {
        applications.requireToken(registration.name());
        Optional<MailboxName> mailbox =
                attempt.ticketHash().flatMap(tickets::findByHash).flatMap(ConnectTicket::mailbox);
        if (mailbox.isEmpty()) {
            return ended(
                    "The application got a token, so it is known and enabled in your organisation. No mailbox was connected by this.",
                    "Connect the mailboxes now; the first one shows whether the permission works. It can take some minutes until it does, and up to two hours for "
                            + "RBAC for Applications.");
        }
        ConnectResult result = applications
                .connect(registration.name(), List.of(mailbox.get()), attempt.protocol())
                .get(mailbox.get());
        if (result instanceof ConnectResult.Refused no) {
            return new ConnectEndedException(
                    "administrator's consent reported, but the mailbox cannot be read",
                    new Notice(
                            403,
                            "Microsoft reports your consent, but the mailbox cannot be read yet",
                            no.reason() + " The consent can take some minutes until it works.",
                            no.remedy()));
        }
        return ended("It works: the mailbox is connected, and reading its mail has begun.", "You can close this page.");
    }

    /** For people's sign-ins, and for a consent that nobody here asked for. */
    static ConnectEndedException reported() {
        return ended(
                "No mailbox was connected by this: everyone still signs in once.",
                "Open your connect link to connect a mailbox: that sign-in proves the consent. It can take a few minutes until the consent works.");
    }

    private static ConnectEndedException ended(String happened, String next) {
        return new ConnectEndedException(
                "administrator's consent reported",
                new Notice(200, "Microsoft reports an administrator's consent", happened, next));
    }

    private static ConnectEndedException refused(EntraError error) {
        String again =
                "Open the link again and accept as an administrator: Privileged Role Administrator or Global Administrator for application permissions, "
                        + "Application Administrator for the others.";
        return new ConnectEndedException(
                "administrator's consent refused, " + error.code(),
                new Notice(
                        error.later() ? 503 : 403,
                        "The consent was not given",
                        "Microsoft reports that it was refused or failed (" + error.code()
                                + "). Nothing was changed here.",
                        error.acts() == WhoActs.SIGN_IN || error.acts() == WhoActs.ADMINISTRATOR
                                ? again
                                : error.remedy()));
    }
}
