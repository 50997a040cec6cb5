package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** The tenant's authority, Entra ID v2.0. Thread-safe. */
public final class EntraAuthority implements HttpHandler {
    private final SandboxDirectory directory;
    private final AccessTokenVerifier verifier;
    private final TokenFactory factory;

    public EntraAuthority(SandboxDirectory directory, RequestLog log, Faults faults, Clock clock, long seed) {
        this.directory = directory;
        SigningKeys keys = new SigningKeys();
        IssuedTokens issued = new IssuedTokens(clock);
        verifier = new AccessTokenVerifier(keys, issued, clock);
        factory = new TokenFactory(directory.tenantId(), keys, issued, clock);
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
        return factory.accessToken(user, app, resource, names, Duration.ofHours(1));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(404, -1);
    }
}
