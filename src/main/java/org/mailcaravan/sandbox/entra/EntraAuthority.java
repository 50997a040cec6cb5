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
 * The tenant's authority, Entra ID v2.0: metadata, keys, authorize, token, under the tenant's GUID, its domain, {@code organizations} and {@code common}. Also
 * the knobs by which tests make it misbehave. Thread-safe.
 */
public final class EntraAuthority implements HttpHandler {
    private final SandboxDirectory directory;
    private final Clock clock;
    private final SigningKeys keys = new SigningKeys();
    private final Knobs knobs;
    private final IssuedTokens issued;
    private final Grants grants;
    private final SignIns signIns;
    private final TokenFactory accessTokens;
    private final AccessTokenVerifier verifier;
    private final MetadataEndpoint metadata;
    private final AuthorizeEndpoint authorize;
    private final TokenEndpoint token;

    /** @param seed decides the lives of access tokens */
    public EntraAuthority(SandboxDirectory directory, RequestLog log, Faults faults, Clock clock, long seed) {
        this.directory = directory;
        this.clock = clock;
        knobs = new Knobs(seed);
        issued = new IssuedTokens(clock);
        grants = new Grants(clock);
        signIns = new SignIns(clock);
        verifier = new AccessTokenVerifier(keys, issued, clock);
        accessTokens = new TokenFactory(directory.tenantId(), keys, issued, clock);
        IdTokenFactory idTokens = new IdTokenFactory(directory.tenantId(), keys, clock);
        metadata = new MetadataEndpoint(keys, log, faults);
        authorize = new AuthorizeEndpoint(directory, grants, signIns, log, faults);
        token = new TokenEndpoint(
                directory, grants, new TokenAnswers(directory, grants, accessTokens, idTokens, knobs), log, faults);
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
        return accessTokens.accessToken(user, app, resource, names, Duration.ofHours(1));
    }

    /** A good app-only token for an hour without any HTTP, for tests of the APIs: all roles given are in it, consented or not. */
    public String appOnlyToken(AppRegistration app, String resource, Set<Permission> roles) {
        Set<String> names = roles.stream()
                .filter(role -> role.isRole() && role.resource().equals(resource))
                .map(Permission::name)
                .collect(Collectors.toSet());
        String principal = directory.servicePrincipalId(app.clientId());
        return accessTokens.appOnlyToken(app, principal, resource, names, Duration.ofHours(1));
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

    /** Signs with a new key from now on; without {@code keepOld} older keys vanish from the published ones. */
    public void rotateKeys(boolean keepOld) {
        keys.rotate(keepOld);
    }

    /** Makes the next {@code times} id_tokens bad. */
    public void breakIdTokens(IdTokenFault fault, int times) {
        knobs.breakIdTokens(fault, times);
    }

    /** A planned fault of the token endpoint: the error JSON of an AADSTS number, with the OAuth error and status it usually has. */
    public Faults.Fault aadsts(int code) {
        return exchange -> {
            Answers.failure(exchange, Trace.of(exchange, clock.instant()), Aadsts.of(code));
            return true;
        };
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Trace trace = Trace.of(exchange, clock.instant());
        String[] parts = exchange.getRequestURI().getPath().split("/", 3);
        String rest = parts.length < 3 ? "" : parts[2].toLowerCase(Locale.ROOT);
        if (rest.equals("oauth2/v2.0/token")) {
            handleToken(exchange, trace, parts[1]);
        } else {
            handlePages(exchange, trace, parts.length < 2 ? "" : parts[1], rest);
        }
    }

    private void handleToken(HttpExchange exchange, Trace trace, String tenant) throws IOException {
        try {
            named(tenant);
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
            return;
        }
        token.handle(exchange, trace);
    }

    private void handlePages(HttpExchange exchange, Trace trace, String tenant, String rest) throws IOException {
        try {
            switch (rest) {
                case "oauth2/v2.0/authorize" -> authorize.authorize(exchange, trace, "/" + named(tenant));
                case "login" -> authorize.login(exchange, trace, "/" + named(tenant));
                case "consent" -> authorize.consent(exchange, trace, "/" + named(tenant));
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
