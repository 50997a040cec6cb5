package org.mailcaravan.sandbox.entra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.testing.SettableClock;

/** One tenant per class; each test has a user and a browser of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuthorityJourney {
    static final String CALLBACK = "http://localhost:8080/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";
    static final String SECRET = "value~of~the~demo~secret";
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /** RFC 7636, appendix B. */
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    static final String GRAPH_SCOPES = "openid profile offline_access User.Read Mail.Read";
    static final String EWS_SCOPE = "https://outlook.office365.com/EWS.AccessAsUser.All";

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    final ObjectMapper json = new ObjectMapper();
    SandboxTenant tenant;
    Browser browser;
    SandboxUser user;

    @BeforeAll
    void startTenant() throws IOException {
        tenant = SandboxTenant.start(SandboxOptions.builder()
                .clock(clock)
                .clientSecret(SECRET)
                .redirectUris(CALLBACK.replace(":8080", ""), "https://app.example/cb", "https://bare.example")
                .build());
    }

    @BeforeEach
    void newUserAndBrowser() {
        browser = new Browser(Browser.plain(), tenant.server().httpUrl());
        String id = UUID.randomUUID().toString();
        user = new SandboxUser(id, "u" + id.substring(0, 8) + "@caravan.example", "Test User", Optional.empty(), true);
        tenant.directory().put(user);
        tenant.faults().clear();
        tenant.log().reset();
        tenant.authority().accessTokenLife(Optional.empty());
    }

    @AfterAll
    void stopTenant() {
        tenant.close();
    }

    AppRegistration demo() {
        return tenant.directory().demoRegistration();
    }

    AppRegistration seed() {
        return tenant.directory().seedRegistration();
    }

    String tenantId() {
        return tenant.directory().tenantId();
    }

    Map<String, String> authorizeQuery() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", demo().clientId());
        query.put("response_type", "code");
        query.put("redirect_uri", CALLBACK);
        query.put("scope", GRAPH_SCOPES + " " + EWS_SCOPE);
        query.put("state", "state+with /odd&chars=é");
        query.put("nonce", "n-0S6_WzA2Mj");
        query.put("code_challenge", CHALLENGE);
        query.put("code_challenge_method", "S256");
        return query;
    }

    HttpResponse<String> authorize(Map<String, String> query) {
        return browser.get("/" + tenantId() + "/oauth2/v2.0/authorize?" + Browser.encode(query));
    }

    String code() {
        return code(authorizeQuery());
    }

    String code(Map<String, String> query) {
        return Browser.redirected(browser.signIn(tenantId(), query, user.userPrincipalName()))
                .get("code");
    }

    Map<String, String> redemption(String code) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", demo().clientId());
        form.put("client_secret", SECRET);
        form.put("code", code);
        form.put("redirect_uri", CALLBACK);
        form.put("code_verifier", VERIFIER);
        form.put("scope", GRAPH_SCOPES);
        return form;
    }

    Map<String, String> refreshing(String refreshToken, String scope) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("client_id", demo().clientId());
        form.put("client_secret", SECRET);
        form.put("refresh_token", refreshToken);
        form.put("scope", scope);
        return form;
    }

    HttpResponse<String> token(Map<String, String> form, String... headers) {
        return browser.post("/" + tenantId() + "/oauth2/v2.0/token", form, headers);
    }

    /** Signs in and redeems; fails unless that is granted. */
    JsonNode granted() {
        HttpResponse<String> answer = token(redemption(code()));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return read(answer);
    }

    JsonNode read(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + answer.body(), e);
        }
    }

    void control(String operation, String body) {
        HttpResponse<String> answer = browser.postJson("/sandbox/control/" + operation, body);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
    }
}
