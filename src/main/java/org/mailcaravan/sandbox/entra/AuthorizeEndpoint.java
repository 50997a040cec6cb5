package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.AppRegistration.ConsentPolicy;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** {@code GET /{tenant}/oauth2/v2.0/authorize}: the sign-in whose answer is a code. */
final class AuthorizeEndpoint {
    private final SandboxDirectory directory;
    private final Grants grants;
    private final SignIns signIns;
    private final SignInPages pages;
    private final RequestLog log;
    private final Faults faults;

    AuthorizeEndpoint(
            SandboxDirectory directory,
            Grants grants,
            SignIns signIns,
            SignInPages pages,
            RequestLog log,
            Faults faults) {
        this.directory = directory;
        this.grants = grants;
        this.signIns = signIns;
        this.pages = pages;
        this.log = log;
        this.faults = faults;
    }

    /** @param tenant the GUID or an alias */
    void authorize(HttpExchange exchange, Trace trace, String tenant) throws IOException, AuthorityException {
        log.count(exchange, "authorize", RequestLog.NO_MAILBOX);
        if (faults.intercept(exchange, "authorize", RequestLog.NO_MAILBOX)) {
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            throw Aadsts.of(9002313);
        }
        Params query = query(exchange);
        AuthorizationRequest.ReplyTo replyTo = replyTo(query);
        if (!tenant.equals(directory.tenantId()) && !replyTo.app().flags().multiTenant()) {
            throw Aadsts.of(50194, replyTo.app().clientId());
        }
        Errand.Step step = new Errand.Step(exchange, trace, new Pages("/" + tenant));
        AuthorizationRequest request;
        try {
            request = AuthorizationRequest.read(query, replyTo);
            if (request.hasPrompt("none")) {
                silently(step, request);
                return;
            }
        } catch (AuthorityException e) {
            reply(step, replyTo, failure(trace, e));
            return;
        }
        begin(step, request);
    }

    static Params query(HttpExchange exchange) throws AuthorityException {
        return Params.parse(
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    }

    /** @throws AuthorityException 700016, 7000112 or 50011: to be shown on a page, never redirected */
    private AuthorizationRequest.ReplyTo replyTo(Params query) throws AuthorityException {
        String clientId = query.get("client_id");
        AppRegistration app = directory
                .findRegistration(clientId)
                .orElseThrow(() -> Aadsts.of(700016, clientId, directory.tenantId()));
        if (!app.flags().enabled()) {
            throw Aadsts.of(7000112, app.clientId());
        }
        return AuthorizationRequest.ReplyTo.read(query, app);
    }

    /** Answers a planned failure as the authority would: on a page, or by redirect where that is usual. */
    void refuse(HttpExchange exchange, Trace trace, AuthorityException reason) throws IOException {
        try {
            AuthorizationRequest.ReplyTo replyTo = replyTo(query(exchange));
            if (!Aadsts.isPageOnly(reason.code())) {
                reply(new Errand.Step(exchange, trace, new Pages("")), replyTo, failure(trace, reason));
                return;
            }
        } catch (AuthorityException unredirectable) {
            // the planned failure is shown all the same
        }
        Answers.page(exchange, trace, 400, Pages.error(reason, trace));
    }

    /** Who is signed in and may be used without asking; a claims challenge asks anew. */
    private Optional<SandboxUser> known(Errand.Step step, AuthorizationRequest request) {
        return signIns.signedIn(step.exchange())
                .filter(session -> request.claims().notBefore() == 0)
                .flatMap(directory::findUser)
                .filter(SandboxUser::enabled)
                .filter(user -> request.loginHint()
                        .map(user.userPrincipalName()::equalsIgnoreCase)
                        .orElse(true));
    }

    private void begin(Errand.Step step, AuthorizationRequest request) throws IOException, AuthorityException {
        Optional<SandboxUser> known = known(step, request);
        Errand errand = new Authorization(request);
        if (known.isEmpty() || request.hasPrompt("login") || request.hasPrompt("select_account")) {
            pages.begin(step, errand, request.loginHint().orElse(""));
        } else {
            pages.signedIn(step, signIns.begin(errand).by(known.get().objectId()), known.get());
        }
    }

    private void silently(Errand.Step step, AuthorizationRequest request) throws IOException, AuthorityException {
        SandboxUser user = known(step, request).orElseThrow(() -> Aadsts.of(50058));
        SignInRules.check(directory, request.app(), user);
        if (!missing(request, user).isEmpty()) {
            throw Aadsts.of(65001, request.app().clientId()).as("interaction_required");
        }
        reply(step, request.replyTo(), success(request, user));
    }

    private Set<Permission> missing(AuthorizationRequest request, SandboxUser user) {
        return request.missing(directory.granted(request.app().clientId(), user.objectId()));
    }

    /** A sign-in for a code. */
    private final class Authorization implements Errand {
        private final AuthorizationRequest request;

        Authorization(AuthorizationRequest request) {
            this.request = request;
        }

        @Override
        public AppRegistration app() {
            return request.app();
        }

        @Override
        public void signedIn(Step step, PendingSignIn pending, SandboxUser user)
                throws IOException, AuthorityException {
            Set<Permission> missing = missing(request, user);
            if (missing.isEmpty() && !request.hasPrompt("consent")) {
                finish(step, pending, success(request, user));
            } else if (isForAdministrators(missing, user)) {
                AuthorityException reason = Aadsts.of(90094, directory.domain(), app().displayName());
                Answers.page(
                        step.exchange(), step.trace(), 200, step.pages().adminNeeded(pending, reason, step.trace()));
            } else {
                Set<Permission> shown = missing.isEmpty() ? request.scopes().wanted(app()) : missing;
                String page = step.pages().consent(pending, user, shown, request.scopes());
                Answers.page(step.exchange(), step.trace(), 200, page);
            }
        }

        private boolean isForAdministrators(Set<Permission> missing, SandboxUser user) {
            return app().policy() == ConsentPolicy.ADMIN_ONLY
                    && !missing.isEmpty()
                    && !directory.administrator().equals(user);
        }

        @Override
        public void accepted(Step step, PendingSignIn pending, SandboxUser user)
                throws IOException, AuthorityException {
            Set<Permission> missing = missing(request, user);
            if (isForAdministrators(missing, user)) {
                throw Aadsts.of(90094, directory.domain(), app().displayName());
            }
            directory.consent(app().clientId(), user.objectId(), missing);
            finish(step, pending, success(request, user));
        }

        @Override
        public void declined(Step step, PendingSignIn pending) throws IOException, AuthorityException {
            Map<String, String> answer = failure(step.trace(), Aadsts.of(65004));
            answer.put("error_subcode", "cancel");
            finish(step, pending, answer);
        }

        private void finish(Step step, PendingSignIn pending, Map<String, String> answer)
                throws IOException, AuthorityException {
            if (!signIns.finish(pending)) {
                throw Aadsts.of(50089);
            }
            reply(step, request.replyTo(), answer);
        }
    }

    private Map<String, String> success(AuthorizationRequest request, SandboxUser user) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("code", grants.issueCode(request, user.objectId()));
        if (request.replyTo().clientInfo()) {
            answer.put("client_info", TokenAnswers.clientInfo(user.objectId(), directory.tenantId()));
        }
        answer.put("session_state", UUID.randomUUID().toString());
        return answer;
    }

    static Map<String, String> failure(Trace trace, AuthorityException reason) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("error", reason.error());
        answer.put("error_description", trace.describe(reason));
        answer.put("error_uri", Trace.errorUri(reason));
        return answer;
    }

    private static void reply(Errand.Step step, AuthorizationRequest.ReplyTo replyTo, Map<String, String> answer)
            throws IOException {
        if (replyTo.isFormPost()) {
            String page = Html.formPost(replyTo.redirectUri(), replyTo.withState(answer));
            Answers.page(step.exchange(), step.trace(), 200, page);
        } else {
            Answers.redirect(step.exchange(), step.trace(), replyTo.location(answer));
        }
    }
}
