package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.SandboxUser;

/** {@code POST /{tenant}/oauth2/v2.0/token}: authorization code and refresh token, each for one API. */
final class TokenEndpoint {
    private static final int LARGEST_FORM_BYTES = 1 << 20;

    private final SandboxDirectory directory;
    private final Grants grants;
    private final ClientAuthentication clients;
    private final TokenAnswers answers;
    private final RequestLog log;
    private final Faults faults;

    TokenEndpoint(SandboxDirectory directory, Grants grants, TokenAnswers answers, RequestLog log, Faults faults) {
        this.directory = directory;
        this.grants = grants;
        this.answers = answers;
        this.clients = new ClientAuthentication(directory);
        this.log = log;
        this.faults = faults;
    }

    void handle(HttpExchange exchange, Trace trace) throws IOException {
        try {
            Params form = Params.parse(readForm(exchange));
            String kind = "token:"
                    + form.find("grant_type")
                            .filter(List.of("authorization_code", "refresh_token")::contains)
                            .orElse("other");
            String mailbox = mailbox(form);
            log.count(exchange, kind, mailbox);
            if (!faults.intercept(exchange, kind, mailbox)) {
                Answers.json(exchange, trace, 200, answer(exchange, form));
            }
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
        }
    }

    private static String readForm(HttpExchange exchange) throws IOException, AuthorityException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            throw Aadsts.of(900561, exchange.getRequestMethod());
        }
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM_BYTES + 1);
        if (body.length > LARGEST_FORM_BYTES) {
            throw Aadsts.of(9002313);
        }
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        return type.startsWith("application/x-www-form-urlencoded") ? new String(body, StandardCharsets.UTF_8) : "";
    }

    private String mailbox(Params form) {
        Optional<Grant> byCode = form.find("code").flatMap(grants::findCode).map(Grants.Code::grant);
        return byCode.or(() -> form.find("refresh_token")
                        .flatMap(grants::findRefreshToken)
                        .map(Grants.RefreshToken::grant))
                .map(Grant::objectId)
                .orElse(RequestLog.NO_MAILBOX);
    }

    private Map<String, Object> answer(HttpExchange exchange, Params form) throws AuthorityException {
        String type = form.get("grant_type");
        AppRegistration app = clients.authenticate(exchange, form);
        String base = SandboxServer.baseUrl(exchange).toString();
        return switch (type) {
            case "authorization_code" -> redeem(base, form, app);
            case "refresh_token" -> refresh(base, form, app);
            default -> throw Aadsts.of(70003, type);
        };
    }

    private Map<String, Object> redeem(String base, Params form, AppRegistration app) throws AuthorityException {
        Grants.Code code = grants.findCode(form.get("code")).orElseThrow(() -> Aadsts.of(70000));
        Grant grant = code.grant();
        checkOwner(grant, app);
        if (code.spent().get()) {
            throw Aadsts.of(54005);
        }
        if (grants.isOver(code.expires())) {
            throw Aadsts.of(70008);
        }
        if (!form.get("redirect_uri").equals(grant.redirectUri())) {
            throw Aadsts.of(500112);
        }
        Pkce.check(grant.pkce(), form.find("code_verifier"));
        TokenAnswers.Wanted wanted = wanted(base, form, app, grant, grant.nonce());
        if (!code.spent().compareAndSet(false, true)) {
            throw Aadsts.of(54005);
        }
        return answers.answer(wanted);
    }

    private Map<String, Object> refresh(String base, Params form, AppRegistration app) throws AuthorityException {
        String value = form.get("refresh_token");
        Grants.RefreshToken token = grants.findRefreshToken(value).orElseThrow(() -> Aadsts.of(70000));
        checkOwner(token.grant(), app);
        if (grants.isOver(token.expires())) {
            throw Aadsts.of(700082);
        }
        TokenAnswers.Wanted wanted = wanted(base, form, app, token.grant(), Optional.empty());
        if (!grants.use(value, token)) {
            throw Aadsts.of(70000);
        }
        return answers.answer(wanted);
    }

    private void checkOwner(Grant grant, AppRegistration app) throws AuthorityException {
        if (!grant.clientId().equals(app.clientId())) {
            throw Aadsts.of(70000);
        }
        if (grants.isRevoked(grant)) {
            throw Aadsts.of(50173);
        }
    }

    /** @throws AuthorityException 50057, or what is wrong with the scopes */
    private TokenAnswers.Wanted wanted(
            String base, Params form, AppRegistration app, Grant grant, Optional<String> nonce)
            throws AuthorityException {
        SandboxUser user = directory.findUser(grant.objectId()).orElseThrow(() -> Aadsts.of(50034));
        if (!user.enabled()) {
            throw Aadsts.of(50057);
        }
        Scopes scopes = form.find("scope").isPresent() ? Scopes.parse(form.get("scope")) : grant.scopes();
        TokenAnswers.Wanted wanted =
                new TokenAnswers.Wanted(base, user, app, grant, scopes, nonce, form.has("client_info", "1"));
        answers.check(wanted);
        return wanted;
    }
}
