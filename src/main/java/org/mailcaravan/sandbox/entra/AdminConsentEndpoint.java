package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * {@code GET /{tenant}/v2.0/adminconsent} and the legacy {@code GET /{tenant}/adminconsent}: an administrator consents for everybody. Nothing in the redirect
 * that ends it is signed.
 */
final class AdminConsentEndpoint {
    private final SandboxDirectory directory;
    private final SignIns signIns;
    private final SignInPages pages;
    private final RequestLog log;
    private final Faults faults;

    AdminConsentEndpoint(
            SandboxDirectory directory, SignIns signIns, SignInPages pages, RequestLog log, Faults faults) {
        this.directory = directory;
        this.signIns = signIns;
        this.pages = pages;
        this.log = log;
        this.faults = faults;
    }

    /**
     * Begins it.
     *
     * @param tenant the GUID or {@code organizations}; {@code common} is refused
     * @param legacy the address without {@code v2.0}: no scope, all that is declared
     */
    void begin(HttpExchange exchange, Trace trace, String tenant, boolean legacy)
            throws IOException, AuthorityException {
        log.count(exchange, "adminconsent", RequestLog.NO_MAILBOX);
        if (faults.intercept(exchange, "adminconsent", RequestLog.NO_MAILBOX)) {
            return;
        }
        if (!exchange.getRequestMethod().equals("GET") || tenant.equals("common")) {
            throw Aadsts.of(tenant.equals("common") ? 9001023 : 9002313);
        }
        Params query = AuthorizeEndpoint.query(exchange);
        Consent consent = new Consent(replyTo(query), legacy, query);
        Errand.Step step = new Errand.Step(exchange, trace, new Pages("/" + tenant));
        try {
            consent.wanted();
        } catch (AuthorityException e) {
            consent.refuse(step, e);
            return;
        }
        pages.begin(step, consent, directory.administrator().userPrincipalName());
    }

    private AuthorizationRequest.ReplyTo replyTo(Params query) throws AuthorityException {
        String clientId = query.get("client_id");
        AppRegistration app = directory
                .findRegistration(clientId)
                .orElseThrow(() -> Aadsts.of(700016, clientId, directory.tenantId()));
        return AuthorizationRequest.ReplyTo.read(query, app);
    }

    /** A consent under way. */
    private final class Consent implements Errand {
        private final AuthorizationRequest.ReplyTo replyTo;
        private final boolean legacy;
        private final Params query;

        Consent(AuthorizationRequest.ReplyTo replyTo, boolean legacy, Params query) {
            this.replyTo = replyTo;
            this.legacy = legacy;
            this.query = query;
        }

        @Override
        public AppRegistration app() {
            return replyTo.app();
        }

        /** With {@code .default}, and at the legacy address, everything declared, roles included; otherwise the delegated permissions named. */
        private Set<Permission> wanted() throws AuthorityException {
            if (legacy) {
                return app().required();
            }
            Scopes scopes = Scopes.parse(query.get("scope"));
            scopes.checkAgainst(app());
            return scopes.statics().isEmpty() ? scopes.permissions() : app().required();
        }

        @Override
        public void signedIn(Step step, PendingSignIn pending, SandboxUser user)
                throws IOException, AuthorityException {
            if (!directory.administrator().equals(user)) {
                String page = step.pages().adminNeeded(pending, Aadsts.of(90093), step.trace());
                Answers.page(step.exchange(), step.trace(), 200, page);
                return;
            }
            Answers.page(step.exchange(), step.trace(), 200, step.pages().adminConsent(pending, user, wanted()));
        }

        @Override
        public void accepted(Step step, PendingSignIn pending, SandboxUser user)
                throws IOException, AuthorityException {
            if (!directory.administrator().equals(user)) {
                throw Aadsts.of(90093);
            }
            finish(pending);
            Set<Permission> wanted = wanted();
            directory.adminConsent(app().clientId(), wanted);
            Map<String, String> answer = new LinkedHashMap<>();
            answer.put("admin_consent", "True");
            answer.put("tenant", directory.tenantId());
            if (!legacy) {
                answer.put(
                        "scope", wanted.stream().map(Permission::scope).sorted().collect(Collectors.joining(" ")));
            }
            redirect(step, answer);
        }

        @Override
        public void declined(Step step, PendingSignIn pending) throws IOException, AuthorityException {
            finish(pending);
            refuse(step, Aadsts.of(65004));
        }

        private void finish(PendingSignIn pending) throws AuthorityException {
            if (!signIns.finish(pending)) {
                throw Aadsts.of(50089);
            }
        }

        /** A refusal still says {@code admin_consent=True}, except at the legacy address. */
        private void refuse(Step step, AuthorityException reason) throws IOException {
            Map<String, String> answer = new LinkedHashMap<>();
            answer.put("error", legacy ? "permission_denied" : reason.error());
            answer.put("error_description", step.trace().describe(reason));
            if (!legacy) {
                answer.put("admin_consent", "True");
                answer.put("tenant", directory.tenantId());
            }
            redirect(step, answer);
        }

        private void redirect(Step step, Map<String, String> answer) throws IOException {
            AuthorizationRequest.ReplyTo byQuery =
                    new AuthorizationRequest.ReplyTo(app(), replyTo.redirectUri(), "query", replyTo.state(), false);
            Answers.redirect(step.exchange(), step.trace(), byQuery.location(answer));
        }
    }
}
