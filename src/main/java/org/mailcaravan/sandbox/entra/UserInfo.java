package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** {@code GET /oidc/userinfo} (OpenID Connect Core 5.3), which the real service answers at Graph's host: the claims of the person whose Graph token is sent. */
final class UserInfo {
    private final SandboxDirectory directory;
    private final AccessTokenVerifier tokens;
    private final RequestLog log;
    private final Faults faults;

    UserInfo(SandboxDirectory directory, AccessTokenVerifier tokens, RequestLog log, Faults faults) {
        this.directory = directory;
        this.tokens = tokens;
        this.log = log;
        this.faults = faults;
    }

    void handle(HttpExchange exchange, Trace trace) throws IOException {
        log.count(exchange, "userinfo", RequestLog.NO_MAILBOX);
        if (faults.intercept(exchange, "userinfo", RequestLog.NO_MAILBOX)) {
            return;
        }
        try {
            VerifiedToken token = tokens.verify(exchange, Permission.GRAPH);
            SandboxUser user = directory
                    .findUser(token.objectId())
                    .filter(known -> token.hasAnyScope("openid"))
                    .orElseThrow(() -> new TokenRefusedException(TokenRefusedException.Reason.WRONG_AUDIENCE));
            Answers.json(exchange, trace, 200, claims(token, user));
        } catch (TokenRefusedException e) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            Map<String, String> error = Map.of("code", "InvalidAuthenticationToken", "message", e.getMessage());
            Answers.json(exchange, trace, 401, Map.of("error", error));
        }
    }

    private static Map<String, Object> claims(VerifiedToken token, SandboxUser user) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", IdTokenFactory.subject(token.appId(), user));
        if (token.hasAnyScope("profile")) {
            claims.put("name", user.displayName());
        }
        if (token.hasAnyScope("email")) {
            claims.put("email", user.userPrincipalName());
        }
        return claims;
    }
}
