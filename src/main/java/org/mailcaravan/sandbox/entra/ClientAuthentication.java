package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxDirectory;

/** Who calls the token endpoint: {@code client_secret} in the form or in HTTP Basic (RFC 6749 2.3.1). */
final class ClientAuthentication {
    private record Credentials(Optional<String> id, Optional<String> secret) {}

    private final SandboxDirectory directory;

    ClientAuthentication(SandboxDirectory directory) {
        this.directory = directory;
    }

    /** @throws AuthorityException 900144 without an id, 700016 unknown, 7000218 without a secret, 7000215 with a wrong one (a secret's id included) */
    AppRegistration authenticate(HttpExchange exchange, Params form) throws AuthorityException {
        Credentials basic = basic(exchange);
        String id = form.find("client_id").or(basic::id).orElseThrow(() -> Aadsts.of(900144, "client_id"));
        AppRegistration app =
                directory.findRegistration(id).orElseThrow(() -> Aadsts.of(700016, id, directory.tenantId()));
        if (form.find("client_assertion").isPresent()) {
            throw Aadsts.of(700027, app.clientId());
        }
        if (form.find("client_secret").isPresent() && basic.secret().isPresent()) {
            throw Aadsts.of(9002313);
        }
        String secret = form.find("client_secret").or(basic::secret).orElseThrow(() -> Aadsts.of(7000218));
        if (app.credentials().secrets().stream()
                .noneMatch(known -> MessageDigest.isEqual(bytes(secret), bytes(known.value())))) {
            throw Aadsts.of(7000215, app.clientId());
        }
        return app;
    }

    private static Credentials basic(HttpExchange exchange) throws AuthorityException {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return new Credentials(Optional.empty(), Optional.empty());
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return new Credentials(
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
