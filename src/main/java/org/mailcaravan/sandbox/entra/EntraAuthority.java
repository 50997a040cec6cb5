package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * The tenant's authority, Entra ID v2.0: metadata, keys, authorize, admin consent, device code, token, under the tenant's GUID, its domain,
 * {@code organizations} and {@code common}; userinfo. Also the knobs by which tests make it misbehave. Thread-safe.
 */
public final class EntraAuthority implements HttpHandler {
    private final SandboxDirectory directory;
    private final RequestLog log;
    private final Faults faults;
    private final Clock clock;
    private final SigningKeys keys = new SigningKeys();
    private final Knobs knobs;
    private final ClaimsChallenges challenges;
    private final IssuedTokens issued;
    private final Grants grants;
    private final DeviceCodes deviceCodes;
    private final SignIns signIns;
    private final TokenFactory accessTokens;
    private final AccessTokenVerifier verifier;
    private final MetadataEndpoint metadata;
    private final ClientAuthentication clients;
    private final SignInPages pages;
    private final AuthorizeEndpoint authorize;
    private final AdminConsentEndpoint adminConsent;
    private final DeviceEndpoint device;
    private final TokenEndpoint token;
    private final UserInfo userInfo;

    /** @param seed decides the lives of access tokens */
    public EntraAuthority(SandboxDirectory directory, RequestLog log, Faults faults, Clock clock, long seed) {
        this.directory = directory;
        this.log = log;
        this.faults = faults;
        this.clock = clock;
        knobs = new Knobs(seed);
        challenges = new ClaimsChallenges(clock);
        issued = new IssuedTokens(challenges, clock);
        grants = new Grants(clock);
        deviceCodes = new DeviceCodes(clock, knobs);
        signIns = new SignIns(clock);
        verifier = new AccessTokenVerifier(keys, issued, clock);
        accessTokens = new TokenFactory(directory, keys, issued, clock);
        metadata = new MetadataEndpoint(keys, log, faults);
        clients = new ClientAuthentication(directory, clock);
        pages = new SignInPages(directory, signIns, log);
        authorize = new AuthorizeEndpoint(directory, grants, signIns, pages, log, faults);
        adminConsent = new AdminConsentEndpoint(directory, signIns, pages, log, faults);
        device = new DeviceEndpoint(directory, deviceCodes, grants, signIns, pages, knobs);
        token = new TokenEndpoint(directory, offices(), clients, log, faults);
        userInfo = new UserInfo(directory, verifier, log, faults);
    }

    private TokenEndpoint.Offices offices() {
        IdTokenFactory idTokens = new IdTokenFactory(directory.tenantId(), keys, clock);
        return new TokenEndpoint.Offices(
                grants,
                deviceCodes,
                new TokenAnswers(directory, grants, accessTokens, idTokens, knobs),
                new ClientCredentialsGrant(directory, accessTokens, challenges, knobs),
                challenges);
    }

    /** Checks the tokens issued here. */
    public AccessTokenVerifier tokens() {
        return verifier;
    }

    /** A good access token for an hour without any HTTP, for tests of the APIs: all scopes given are in it, consented or not. */
    public String accessToken(SandboxUser user, AppRegistration app, String resource, Set<Permission> permissions) {
        Set<String> names = permissions.stream()
                .filter(permission -> permission.resource().equals(resource))
                .map(Permission::name)
                .collect(Collectors.toSet());
        return accessTokens.accessToken(user, app, resource, names, Duration.ofHours(1), Evaluation.NONE);
    }

    /** A good app-only token for an hour without any HTTP, for tests of the APIs: all roles given are in it, consented or not. */
    public String appOnlyToken(AppRegistration app, String resource, Set<Permission> roles) {
        Set<String> names = roles.stream()
                .filter(role -> role.isRole() && role.resource().equals(resource))
                .map(Permission::name)
                .collect(Collectors.toSet());
        return accessTokens.appOnlyToken(app, resource, names, Duration.ofHours(1), Evaluation.NONE);
    }

    /**
     * Revokes a user's codes, refresh tokens and browser sessions ("sign out everywhere"): AADSTS50173 from now on.
     *
     * @param accessTokens whether access tokens end too, as with continuous access evaluation; otherwise they live on to their end
     */
    public void revoke(String objectId, boolean accessTokens) {
        grants.revoke(objectId);
        signIns.endSessions(objectId);
        if (accessTokens) {
            issued.end(objectId::equals, TokenRefusedException.Reason.REVOKED);
        }
    }

    /** Ends the access tokens in circulation as if their time had come. An empty user means everybody. */
    public void expireAccessTokens(Optional<String> objectId) {
        issued.end(of(objectId), TokenRefusedException.Reason.EXPIRED);
    }

    /** Ends refresh tokens as if unused for 90 days: AADSTS700082. An empty user means everybody. */
    public void expireRefreshTokens(Optional<String> objectId) {
        grants.expireRefreshTokens(of(objectId));
    }

    /** Ends authorization codes as if 10 minutes had passed: AADSTS70008. An empty user means everybody. */
    public void expireCodes(Optional<String> objectId) {
        grants.expireCodes(of(objectId));
    }

    private static Predicate<String> of(Optional<String> objectId) {
        return any -> objectId.map(any::equals).orElse(true);
    }

    /** Fixes the life of access tokens issued from now on; empty goes back to 60 to 90 minutes. */
    public void accessTokenLife(Optional<Duration> life) {
        knobs.fixLife(life);
    }

    /**
     * Challenges the tokens in circulation of a user or service principal whose clients declared {@code cp1}: {@link AccessTokenVerifier#verify} refuses them with
     * {@link TokenRefusedException#claims()} until a token was asked for with those claims.
     *
     * @param interaction whether only a new sign-in with the claims is enough; token requests with them then answer {@code interaction_required}
     */
    public void challenge(String objectId, boolean interaction) {
        challenges.challenge(objectId, interaction);
    }

    /** How often devices may poll (5 seconds at first), and whether those that poll too early are told {@code slow_down}. */
    public void devicePolling(Duration interval, boolean saySlowDown) {
        knobs.devicePolling(interval, saySlowDown);
    }

    /** Ends device codes as if 15 minutes had passed: AADSTS70019. */
    public void expireDeviceCodes() {
        deviceCodes.expireAll();
    }

    /** Signs with a new key from now on; without {@code keepOld} older keys vanish from the published ones. */
    public void rotateKeys(boolean keepOld) {
        keys.rotate(keepOld);
    }

    /** Makes the next {@code times} id_tokens bad. */
    public void breakIdTokens(IdTokenFault fault, int times) {
        knobs.breakIdTokens(fault, times);
    }

    /**
     * A planned fault, by its AADSTS number: at the token and device code endpoints the error JSON with the OAuth error and status it usually has, at authorize and
     * admin consent the redirect to the client, or the page that such numbers are shown on.
     */
    public Faults.Fault aadsts(int code) {
        return exchange -> {
            Trace trace = Trace.of(exchange, clock.instant());
            if (exchange.getRequestURI().getPath().matches(".*/(authorize|adminconsent)")) {
                authorize.refuse(exchange, trace, Aadsts.of(code));
            } else {
                Answers.failure(exchange, trace, Aadsts.of(code));
            }
            return true;
        };
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Trace trace = Trace.of(exchange, clock.instant());
        String path = exchange.getRequestURI().getPath().toLowerCase(Locale.ROOT);
        String[] parts = path.split("/", 3);
        String rest = parts.length < 3 ? "" : parts[2];
        if (path.equals("/oidc/userinfo")) {
            userInfo.handle(exchange, trace);
        } else if (rest.equals("oauth2/v2.0/token") || rest.equals("oauth2/v2.0/devicecode")) {
            handleJson(exchange, trace, parts[1], rest);
        } else {
            handlePages(exchange, trace, parts.length < 2 ? "" : parts[1], rest);
        }
    }

    private void handleJson(HttpExchange exchange, Trace trace, String tenant, String rest) throws IOException {
        try {
            String named = named(tenant);
            if (rest.equals("oauth2/v2.0/token")) {
                token.handle(exchange, trace, named);
            } else if (!DeviceEndpoint.isStruck(exchange, log, faults)) {
                device.begin(exchange, trace, named, clients);
            }
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
        }
    }

    private void handlePages(HttpExchange exchange, Trace trace, String tenant, String rest) throws IOException {
        try {
            if (rest.isEmpty() && DeviceEndpoint.PAGE.equals("/" + tenant)) {
                device.page(exchange, trace);
                return;
            }
            switch (rest) {
                case "oauth2/v2.0/authorize" -> authorize.authorize(exchange, trace, named(tenant));
                case "v2.0/adminconsent" -> adminConsent.begin(exchange, trace, named(tenant), false);
                case "adminconsent" -> adminConsent.begin(exchange, trace, named(tenant), true);
                case "login" -> pages.login(exchange, trace, "/" + named(tenant));
                case "consent" -> pages.consent(exchange, trace, "/" + named(tenant));
                case "discovery/v2.0/keys" -> keys(exchange, trace, tenant);
                case "v2.0/.well-known/openid-configuration" -> document(exchange, trace, tenant);
                default -> Answers.page(exchange, trace, 404, Html.page("Not found", "<h1>Nothing is here</h1>"));
            }
        } catch (AuthorityException e) {
            Answers.page(exchange, trace, 400, Pages.error(e, trace));
        }
    }

    private void keys(HttpExchange exchange, Trace trace, String tenant) throws IOException {
        try {
            named(tenant);
            metadata.keys(exchange, trace);
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
        }
    }

    private void document(HttpExchange exchange, Trace trace, String tenant) throws IOException {
        try {
            String named = named(tenant);
            boolean alias = !named.equals(directory.tenantId());
            metadata.metadata(exchange, trace, named, alias ? "{tenantid}" : named);
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
        }
    }

    /** The tenant's GUID for its GUID or domain, an alias for itself; AADSTS90002 for anything else. */
    private String named(String tenant) throws AuthorityException {
        String lower = tenant.toLowerCase(Locale.ROOT);
        if (lower.equals(directory.tenantId()) || lower.equals(directory.domain())) {
            return directory.tenantId();
        }
        if (List.of("organizations", "common").contains(lower)) {
            return lower;
        }
        throw lower.equals("consumers") ? Aadsts.of(9001023) : Aadsts.of(90002, tenant);
    }
}
