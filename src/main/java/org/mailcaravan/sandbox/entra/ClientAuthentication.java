package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.ClientSecret;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxServer;

/**
 * Who calls the token endpoint: {@code client_secret} in the form or in HTTP Basic (RFC 6749 2.3.1), {@code client_assertion}, or a public client that proves
 * nothing.
 */
final class ClientAuthentication {
    private record Basic(Optional<String> id, Optional<String> secret) {}

    private final SandboxDirectory directory;
    private final ClientAssertions assertions;
    private final Clock clock;

    ClientAuthentication(SandboxDirectory directory, Clock clock) {
        this.directory = directory;
        this.assertions = new ClientAssertions(clock);
        this.clock = clock;
    }

    /**
     * Finds out who calls.
     *
     * @param tenant as the request's path names it
     * @throws AuthorityException 900144 without an id, 700016 unknown, 7000112 disabled, 700025 a public client with a credential, 7000218 another without one,
     *     7000215 a wrong secret (a secret's id included), 7000222 an expired one, or what {@link ClientAssertions#check} says
     */
    AppRegistration authenticate(HttpExchange exchange, Params form, String tenant) throws AuthorityException {
        Basic basic = basic(exchange);
        String id = form.find("client_id").or(basic::id).orElseThrow(() -> Aadsts.of(900144, "client_id"));
        AppRegistration app = registered(id);
        Optional<String> secret = form.find("client_secret").or(basic::secret);
        boolean asserts = form.find("client_assertion").isPresent();
        if (Stream.of(form.find("client_secret"), form.find("client_assertion"), basic.secret())
                        .filter(Optional::isPresent)
                        .count()
                > 1) {
            throw Aadsts.of(9002313);
        }
        if (app.flags().publicClient()) {
            if (asserts || secret.isPresent()) {
                throw Aadsts.of(700025);
            }
        } else if (asserts) {
            assertions.check(form, app, audiences(exchange, tenant));
        } else {
            checkSecret(secret.orElseThrow(() -> Aadsts.of(7000218)), app);
        }
        return app;
    }

    /** @throws AuthorityException 700016 unknown, 7000112 disabled */
    AppRegistration registered(String clientId) throws AuthorityException {
        AppRegistration app = directory
                .findRegistration(clientId)
                .orElseThrow(() -> Aadsts.of(700016, clientId, directory.tenantId()));
        if (!app.flags().enabled()) {
            throw Aadsts.of(7000112, app.clientId());
        }
        return app;
    }

    private Set<String> audiences(HttpExchange exchange, String tenant) {
        String base =
                ClientAssertions.withoutPort(SandboxServer.baseUrl(exchange).toString());
        return Stream.of(tenant, directory.tenantId(), directory.domain())
                .map(name -> base + "/" + name + "/oauth2/v2.0/token")
                .collect(Collectors.toSet());
    }

    private void checkSecret(String secret, AppRegistration app) throws AuthorityException {
        Instant now = clock.instant();
        List<ClientSecret> fitting = app.credentials().secrets().stream()
                .filter(known -> MessageDigest.isEqual(bytes(secret), bytes(known.value())))
                .filter(known -> known.hasStarted(now))
                .toList();
        if (fitting.isEmpty()) {
            throw Aadsts.of(7000215, app.clientId());
        }
        if (fitting.stream().allMatch(known -> known.isExpired(now))) {
            throw Aadsts.of(7000222, app.clientId());
        }
    }

    private static Basic basic(HttpExchange exchange) throws AuthorityException {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return new Basic(Optional.empty(), Optional.empty());
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return new Basic(
                    Optional.of(URLDecoder.decode(pair.substring(0, colon), StandardCharsets.UTF_8)),
                    Optional.of(URLDecoder.decode(pair.substring(colon + 1), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw Aadsts.of(9002313);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
