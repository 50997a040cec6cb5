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

/** {@code POST /{tenant}/oauth2/v2.0/token}: authorization code, refresh token, client credentials and device code, each for one API. */
final class TokenEndpoint {
    private static final int LARGEST_FORM_BYTES = 1 << 20;
    /** RFC 8628 3.4. */
    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

    /** Where the grants come from and how they are answered. */
    record Offices(
            Grants grants,
            DeviceCodes devices,
            TokenAnswers answers,
            ClientCredentialsGrant appOnly,
            ClaimsChallenges challenges) {}

    /** A token call whose client is known. */
    private record Call(String base, String tenant, Params form, AppRegistration app) {}

    private final SandboxDirectory directory;
    private final Offices offices;
    private final ClientAuthentication clients;
    private final RequestLog log;
    private final Faults faults;

    TokenEndpoint(
            SandboxDirectory directory, Offices offices, ClientAuthentication clients, RequestLog log, Faults faults) {
        this.directory = directory;
        this.offices = offices;
        this.clients = clients;
        this.log = log;
        this.faults = faults;
    }

    /** @param tenant the GUID or an alias */
    void handle(HttpExchange exchange, Trace trace, String tenant) throws IOException {
        try {
            Params form = Params.parse(readForm(exchange));
            String kind = kind(form);
            String mailbox = mailbox(form);
            log.count(exchange, kind, mailbox);
            if (!faults.intercept(exchange, kind, mailbox)) {
                Answers.json(exchange, trace, 200, answer(exchange, form, tenant));
            }
        } catch (AuthorityException e) {
            Answers.failure(exchange, trace, e);
        }
    }

    private static String kind(Params form) {
        String type = form.find("grant_type").orElse("");
        List<String> known = List.of("authorization_code", "refresh_token", "client_credentials");
        return "token:" + (type.equals(DEVICE_CODE) ? "device_code" : known.contains(type) ? type : "other");
    }

    static String readForm(HttpExchange exchange) throws IOException, AuthorityException {
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
        Optional<Grant> byCode =
                form.find("code").flatMap(offices.grants()::findCode).map(Grants.Code::grant);
        return byCode.or(() -> form.find("refresh_token")
                        .flatMap(offices.grants()::findRefreshToken)
                        .map(Grants.RefreshToken::grant))
                .map(Grant::objectId)
                .orElse(RequestLog.NO_MAILBOX);
    }

    private Map<String, Object> answer(HttpExchange exchange, Params form, String tenant) throws AuthorityException {
        String type = form.get("grant_type");
        AppRegistration app = clients.authenticate(exchange, form, tenant);
        if (!tenant.equals(directory.tenantId()) && !app.flags().multiTenant()) {
            throw Aadsts.of(50194, app.clientId());
        }
        Call call = new Call(SandboxServer.baseUrl(exchange).toString(), tenant, form, app);
        return switch (type) {
            case "authorization_code" -> redeem(call);
            case "refresh_token" -> refresh(call);
            case "client_credentials" -> offices.appOnly().answer(form, app, tenant);
            case DEVICE_CODE -> collect(call);
            default -> throw Aadsts.of(70003, type);
        };
    }

    private Map<String, Object> redeem(Call call) throws AuthorityException {
        Grants grants = offices.grants();
        Grants.Code code = grants.findCode(call.form().get("code")).orElseThrow(() -> Aadsts.of(70000));
        Grant grant = code.grant();
        checkOwner(grant, call.app());
        if (code.spent().get()) {
            throw Aadsts.of(54005);
        }
        if (grants.isOver(code.expires())) {
            throw Aadsts.of(70008);
        }
        if (!call.form().get("redirect_uri").equals(grant.redirectUri())) {
            throw Aadsts.of(500112);
        }
        Pkce.check(grant.pkce(), call.form().find("code_verifier"));
        TokenAnswers.Wanted wanted = wanted(call, grant, grant.nonce());
        if (!code.spent().compareAndSet(false, true)) {
            throw Aadsts.of(54005);
        }
        return offices.answers().answer(wanted);
    }

    private Map<String, Object> refresh(Call call) throws AuthorityException {
        Grants grants = offices.grants();
        String value = call.form().get("refresh_token");
        Grants.RefreshToken token = grants.findRefreshToken(value).orElseThrow(() -> Aadsts.of(70000));
        checkOwner(token.grant(), call.app());
        if (grants.isOver(token.expires())) {
            throw Aadsts.of(700082);
        }
        TokenAnswers.Wanted wanted = wanted(call, token.grant(), Optional.empty());
        if (!grants.use(value, token)) {
            throw Aadsts.of(70000);
        }
        return offices.answers().answer(wanted);
    }

    private Map<String, Object> collect(Call call) throws AuthorityException {
        String code = call.form().get("device_code");
        Grant grant = offices.devices().poll(code, call.app());
        checkOwner(grant, call.app());
        TokenAnswers.Wanted wanted = wanted(call, grant, Optional.empty());
        if (!offices.devices().use(code)) {
            throw Aadsts.of(70018);
        }
        return offices.answers().answer(wanted);
    }

    private void checkOwner(Grant grant, AppRegistration app) throws AuthorityException {
        if (!grant.clientId().equals(app.clientId())) {
            throw Aadsts.of(70000);
        }
        if (offices.grants().isRevoked(grant)) {
            throw Aadsts.of(50173);
        }
    }

    /** @throws AuthorityException 50057, 50105, 53003, or what is wrong with scopes or claims */
    private TokenAnswers.Wanted wanted(Call call, Grant grant, Optional<String> nonce) throws AuthorityException {
        SandboxUser user = directory.findUser(grant.objectId()).orElseThrow(() -> Aadsts.of(50034));
        SignInRules.check(directory, call.app(), user);
        Params form = call.form();
        Scopes scopes = form.find("scope").isPresent() ? Scopes.parse(form.get("scope")) : grant.scopes();
        ClaimsRequest claims = ClaimsRequest.from(form);
        Evaluation evaluation = new Evaluation(
                claims.handlesChallenges(), offices.challenges().met(user.objectId(), claims, grant.challengeMet()));
        TokenAnswers.Wanted wanted = new TokenAnswers.Wanted(
                call.base(), user, call.app(), grant, scopes, nonce, form.has("client_info", "1"), evaluation);
        offices.answers().check(wanted);
        return wanted;
    }
}
